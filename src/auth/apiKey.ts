import type { Login } from './credentials';
import { bareCredential, isAbridged } from './pastedText';

/** Why a text is no Kiro API key. */
export const apiKeyProblems = ['empty', 'truncated', 'prefix', 'characters'] as const;

export type ApiKeyProblem = (typeof apiKeyProblems)[number];

export type ApiKeyCheck = { kind: 'ok'; login: Login } | { kind: 'refused'; reason: ApiKeyProblem };

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
  if (!key) return refused('empty');
  if (isAbridged(key)) return refused('truncated');
  if (!key.startsWith(prefix)) return refused('prefix');
  if (!/^[A-Za-z0-9_.~+/=-]+$/.test(key)) return refused('characters');
  if (key.length < leastLength) return refused('truncated');
  return {
    kind: 'ok',
    login: { grant: { kind: 'apiKey' }, tokens: { access: key, expiresAt: neverExpires } },
  };
}

function refused(reason: ApiKeyProblem): ApiKeyCheck {
  return { kind: 'refused', reason };
}
