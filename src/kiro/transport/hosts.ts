import { type Endpoints, isRegion } from '../../base/endpoints';
import { KiroError } from '../../base/errors';
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
    const amazon = `https://q.${session.region}.amazonaws.com`;
    // API keys and external identity providers are refused by the newer hosts in most reports.
    const ordered = session.tokenType ? [amazon, kiro] : [kiro, amazon];
    const best = this.worked.get(keyOf(service, session));
    return best && ordered.includes(best) ? [best, ...ordered.filter((host) => host !== best)] : ordered;
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
  return new URL(host).hostname.endsWith('.amazonaws.com');
}

const keyOf = (service: Service, session: Session) => `${service} ${session.accountId} ${session.region}`;

/** True where another host may take what this one rejected: wrong kind of account, path or body dialect. */
export function isHostSpecific(error: KiroError): boolean {
  if (error.code === 'suspended' || error.code === 'quota') return false;
  if (error.reason === 'PROFILE_ARN_REQUIRED' || error.reason === 'REQUEST_BODY_INVALID') return true;
  if (error.status === 401 || error.status === 403 || error.status === 404) return true;
  return error.code === 'network' && (error.reason === 'ENOTFOUND' || error.reason === 'EAI_AGAIN');
}
