import { awsDomain, type Endpoints, isRegion } from '../../base/endpoints';
import { KiroError, scopeOf } from '../../base/errors';
import { isUnsent } from '../../base/http';
import type { Session } from './session';

export type Service = 'runtime' | 'management';

/**
 * Which hosts serve an account, in the order to try them. The service is moving from `q.<region>.amazonaws.com` to
 * `*.kiro.dev` and reports disagree on who must use which, so we try in order and remember what worked.
 */
export class Hosts {
  private readonly worked = new Map<string, string>();

  constructor(private readonly endpoints: () => Endpoints) {}

  /** Base URLs, best first. Throws KiroError `protocol` where the session's region is not one. */
  candidates(service: Service, session: Session): string[] {
    const override = this.endpoints()[service];
    if (override) return [override];
    if (!isRegion(session.region)) throw new KiroError('protocol', { reason: 'bad-region' });
    const kiro = `https://${service}.${session.region}.kiro.dev`;
    const amazon = `https://q.${session.region}.${awsDomain(session.region)}`;
    // API keys and external identity providers are refused by the newer hosts in most reports.
    const ordered = session.tokenType ? [amazon, kiro] : [kiro, amazon];
    const best = this.worked.get(keyOf(service, session));
    return best && ordered.includes(best) ? [best, ...ordered.filter((host) => host !== best)] : ordered;
  }

  /** Whether the hosts are guesses: Kiro publishes none for GovCloud, China, and the European Sovereign Cloud. */
  areGuesses(service: Service, { region }: Session): boolean {
    return !this.endpoints()[service] && /^(us-gov|cn|eusc)-/.test(region);
  }

  hasWorked(service: Service, session: Session, host: string): boolean {
    return this.worked.get(keyOf(service, session)) === host;
  }

  remember(service: Service, session: Session, host: string): void {
    this.worked.set(keyOf(service, session), host);
  }
}

/** True for a host that speaks the older service's paths. */
export function isAmazonHost(host: string): boolean {
  return /\.amazonaws\.(com|com\.cn|eu)$/.test(new URL(host).hostname);
}

const keyOf = (service: Service, session: Session) => `${service} ${session.accountId} ${session.region}`;

/** True where another host may take what this one rejected: wrong kind of account, path or body dialect, or nobody there. */
export function isHostSpecific(error: KiroError): boolean {
  if (scopeOf(error) === 'account') return false;
  if (provesToken(error) || isUnsent(error)) return true;
  return error.status === 401 || error.status === 403 || error.status === 404;
}

/** True for a rejection that comes after authentication: whatever other hosts make of the token, it is good. */
export function provesToken({ reason }: KiroError): boolean {
  return reason === 'PROFILE_ARN_REQUIRED' || reason === 'REQUEST_BODY_INVALID';
}

/**
 * True where a request without a profile was rejected for that: in so many words, or, a chat, as not authorized; other
 * operations may really not be for this kind of account. An API key goes without one.
 */
export function lacksProfile(
  { code, status, reason }: KiroError,
  service: Service,
  { profileArn, tokenType }: Session,
): boolean {
  if (profileArn !== undefined || tokenType === 'API_KEY') return false;
  if (reason === 'PROFILE_ARN_REQUIRED') return true;
  return service === 'runtime' && code === 'forbidden' && status === 403 && !reason;
}

/** What one of several hosts made of a request. */
export interface Rejection {
  error: KiroError;
  /** Whether the host has served this account before. */
  knowsAccount: boolean;
}

/** The rejection to go by, of those by all hosts: whoever knows more about the account, or else the preferred host. */
export function tellingRejection(rejections: readonly Rejection[]): KiroError {
  const [best] = rejections.toSorted((one, other) => knowledgeIn(other) - knowledgeIn(one));
  return best?.error ?? new KiroError('network');
}

function knowledgeIn({ error, knowsAccount }: Rejection): number {
  if (error.code === 'network') return 0;
  if (error.status === 404) return 1;
  if (provesToken(error)) return 5;
  if (knowsAccount) return 4;
  // A rejected token may be replaced, so that is the one to tell.
  return error.code === 'token-rejected' ? 3 : 2;
}
