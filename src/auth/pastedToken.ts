import { isRegion } from '../base/endpoints';
import { KiroError } from '../base/errors';
import type { AuthCall } from './authCall';
import { isBuilderIdStartUrl, type Login, type RefreshCandidate } from './credentials';
import { bareCredential, isTruncated } from './pastedText';
import { redeem } from './redeem';
import { isPermanent } from './refreshFailure';

/** Why a text is no refresh token. */
export const pastedTokenProblems = ['empty', 'api-key', 'access-token', 'truncated', 'characters'] as const;

export type PastedTokenProblem = (typeof pastedTokenProblems)[number];

export type PastedTokenCheck =
  | {
      kind: 'ok';
      refreshToken: string;
      /** `unusual`: not as Kiro's own begin. Worth a warning and no more, because forms change. */
      prefix: 'usual' | 'unusual';
    }
  | { kind: 'refused'; reason: PastedTokenProblem };

/**
 * Why a refresh token that looks right gave no login: the reasons of KiroError `import-failed`. `needs-client`: it is
 * no (living) Google or GitHub token, so it has ended or wants the client it was made with.
 */
export const pasteFailures = ['needs-client', 'not-accepted', 'bad-region'] as const;

export type PasteFailure = (typeof pasteFailures)[number];

/** The OIDC client that a refresh token was made with. */
export interface PastedClient {
  clientId: string;
  clientSecret: string;
  /** The SSO region; us-east-1 for AWS Builder ID. */
  region: string;
  startUrl?: string | undefined;
}

/** The refresh token in a pasted text, freed of quotes, line breaks, `Bearer` and `refreshToken:`. Only the shape is checked. */
export function checkPastedToken(text: string): PastedTokenCheck {
  const token = bareCredential(text);
  if (!token) return refused('empty');
  if (token.startsWith('ksk_')) return refused('api-key');
  if (token.startsWith('aoa')) return refused('access-token');
  if (isTruncated(token)) return refused('truncated');
  if (!/^[\x21-\x7e]+$/.test(token) || /["'{}<>\\]/.test(token)) return refused('characters');
  return { kind: 'ok', refreshToken: token, prefix: token.startsWith('aor') ? 'usual' : 'unusual' };
}

/**
 * The login of a refresh token, by a first refresh. Which grant it belongs to shows there: without a client it can only
 * be a Google or GitHub login; with one it is an SSO OIDC login, or again one of those. The refresh makes the pasted
 * token invalid for whoever else has it. Throws KiroError `import-failed` with one of `pasteFailures` as reason, a
 * temporary one (`network`, `timeout`, `server`, `rate-limited`, `bad-request`, `protocol`), or the signal's reason.
 */
export async function loginFromRefreshToken(
  refreshToken: string,
  client: PastedClient | undefined,
  call: AuthCall,
): Promise<Login> {
  if (client && !isRegion(client.region)) throw importFailed('bad-region');
  try {
    return await redeem({ grant: grantOf(client), refresh: refreshToken }, call);
  } catch (error) {
    if (!isPermanent(error)) throw error;
    throw importFailed(client ? 'not-accepted' : 'needs-client', error);
  }
}

function grantOf(client: PastedClient | undefined): RefreshCandidate['grant'] {
  if (!client) return { kind: 'social', provider: 'unknown' };
  const { startUrl } = client;
  const isOrganization = startUrl !== undefined && !isBuilderIdStartUrl(startUrl);
  return { kind: 'oidc', ...client, startUrl: isOrganization ? startUrl : undefined };
}

function importFailed(reason: PasteFailure, cause?: unknown): KiroError {
  return new KiroError('import-failed', { reason, cause });
}

function refused(reason: PastedTokenProblem): PastedTokenCheck {
  return { kind: 'refused', reason };
}
