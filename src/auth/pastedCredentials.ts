import type { Login } from './credentials';

// Kiro's refresh tokens are far longer; a shorter one was cut by whatever showed it.
const leastTokenLength = 100;

// Only names a Kiro credential is known by: the tokens themselves have `=` and `:` in them.
const assignment =
  /^(?:export\s+|set\s+|\$env:)?["']?(?:KIRO_API_KEY|KIRO_REFRESH_TOKEN|(?:kiro)?api_?key|refresh_?token)["']?\s*[=:]\s*/i;
const quotes = /^[\s"'`“”‘’]+|[\s"'`“”‘’,;]+$/g;

/**
 * A credential as it was meant, without what it picks up on its way through a terminal, a chat or a settings file:
 * quotes, line breaks, `Bearer`, and the name it was stored under (`KIRO_API_KEY=`, `"refreshToken":`).
 */
export function bareCredential(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, '')
    .replace(quotes, '')
    .replace(assignment, '')
    .replace(quotes, '')
    .replace(/^(?:authorization:\s*)?bearer\s+/i, '')
    .replace(quotes, '');
}

/** Whether a refresh token was shortened for display: it has dots of omission, or is too short to be one. */
export function isTruncated(refreshToken: string): boolean {
  return isAbridged(refreshToken) || refreshToken.length < leastTokenLength;
}

/** Whether a credential has dots of omission. */
export function isAbridged(credential: string): boolean {
  return ['...', '…', '***'].some((omission) => credential.includes(omission));
}

/** Why a text is no Kiro API key. */
export type ApiKeyProblem = 'empty' | 'truncated' | 'prefix' | 'characters';

type ApiKeyCheck = { kind: 'ok'; login: Login } | { kind: 'invalid'; reason: ApiKeyProblem };

const prefix = 'ksk_';
const leastLength = 20;

/** An API key is good until somebody revokes it: the latest moment a number holds, in epoch milliseconds. */
export const neverExpires = Number.MAX_SAFE_INTEGER;

/**
 * The login in a pasted API key (`ksk_…`), freed of quotes, line breaks and `KIRO_API_KEY=`. Only the shape is checked;
 * whether the service takes the key shows with the first request. An API key has no profile: the service refuses one.
 */
export function checkApiKey(text: string): ApiKeyCheck {
  const key = bareCredential(text);
  if (!key) return invalid('empty');
  if (isAbridged(key)) return invalid('truncated');
  if (!key.startsWith(prefix)) return invalid('prefix');
  if (!/^[A-Za-z0-9_.~+/=-]+$/.test(key)) return invalid('characters');
  if (key.length < leastLength) return invalid('truncated');
  return {
    kind: 'ok',
    login: { grant: { kind: 'apiKey' }, tokens: { access: key, expiresAt: neverExpires } },
  };
}

/** Why a text is no refresh token. */
export type PastedTokenProblem = 'empty' | 'api-key' | 'access-token' | 'truncated' | 'characters';

type PastedTokenCheck =
  | {
      kind: 'ok';
      refreshToken: string;
      /** `unusual`: not as Kiro's own begin. Worth a warning and no more, because forms change. */
      prefix: 'usual' | 'unusual';
    }
  | { kind: 'invalid'; reason: PastedTokenProblem };

/** The refresh token in a pasted text, freed of quotes, line breaks, `Bearer` and `refreshToken:`. Only the shape is checked. */
export function checkPastedToken(text: string): PastedTokenCheck {
  const token = bareCredential(text);
  if (!token) return invalid('empty');
  if (token.startsWith('ksk_')) return invalid('api-key');
  if (token.startsWith('aoa')) return invalid('access-token');
  if (isTruncated(token)) return invalid('truncated');
  if (!/^[\x21-\x7e]+$/.test(token) || /["'{}<>\\]/.test(token)) return invalid('characters');
  return { kind: 'ok', refreshToken: token, prefix: token.startsWith('aor') ? 'usual' : 'unusual' };
}

function invalid<T>(reason: T): { kind: 'invalid'; reason: T } {
  return { kind: 'invalid', reason };
}
