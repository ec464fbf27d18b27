import { parseTree } from 'jsonc-parser/lib/esm/main.js';
import type { Tokens } from '../auth/credentials';
import { parseJson } from '../base/json';
import { readExpiry, spellExpiry } from './expiry';
import { importFailed } from './importFailure';

/** Renewed tokens for the source that still holds the refresh token they were made from. */
export interface TokenUpdate {
  /** The refresh token the source must still hold. */
  held: string;
  tokens: Tokens;
  profileArn?: string | undefined;
}

/**
 * `gone`: there is no login there any more. `other`: another refresh token, which is not ours to overwrite. `newer`: these
 * tokens, or later ones of a login whose refresh token stays.
 */
export type WriteBackOutcome = 'written' | 'gone' | 'other' | 'newer';

type Merge = { kind: 'merged'; text: string } | { kind: Exclude<WriteBackOutcome, 'written'> };

type Fields = Record<string, unknown>;

/**
 * The JSON text of a login with renewed tokens, if it still holds the refresh token they were made from. Only the token
 * fields change, in whichever spellings they are there; the expiry keeps its form; nothing is added. Throws KiroError
 * `import-failed` with reason `unreadable` for what is no JSON object (half written, or nothing we know), and for what does
 * not survive being read, which would be damaged by being written.
 */
export function mergeTokens(stored: unknown, { held, tokens, profileArn }: TokenUpdate): Merge {
  const text = stored instanceof Uint8Array ? Buffer.from(stored).toString('utf8') : stored;
  if (typeof text !== 'string' || text.includes('\uFFFD')) throw importFailed('unreadable');
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const json = text.slice(mark.length);
  const fields = parseJson(json);
  if (fields === null) return { kind: 'gone' };
  if (typeof fields !== 'object' || Array.isArray(fields)) throw importFailed('unreadable');
  const row = fields as Fields;
  const refresh = heldIn(row, 'refresh_token', 'refreshToken');
  if (refresh === undefined) return { kind: 'gone' };
  if (refresh !== held) return { kind: refresh === tokens.refresh ? 'newer' : 'other' };
  // A service that does not rotate leaves the refresh token as it is; only then the expiry tells who was later.
  const heldUntil = readExpiry(row['expires_at'] ?? row['expiresAt']);
  if (held === tokens.refresh && heldUntil !== undefined && heldUntil > tokens.expiresAt)
    return { kind: 'newer' };
  const values = new Map<string, unknown>();
  put(values, row, ['access_token', 'accessToken'], () => tokens.access);
  put(values, row, ['refresh_token', 'refreshToken'], () => tokens.refresh);
  put(values, row, ['expires_at', 'expiresAt'], (sample) => spellExpiry(sample, tokens.expiresAt));
  put(values, row, ['profile_arn', 'profileArn'], () => profileArn);
  return { kind: 'merged', text: mark + withMembers(json, values) };
}

function heldIn(row: Fields, ...names: string[]): string | undefined {
  const value = names.map((name) => row[name]).find((one) => one !== null && one !== undefined);
  return typeof value === 'string' ? value.trim() : undefined;
}

function put(
  values: Map<string, unknown>,
  row: Fields,
  names: readonly string[],
  value: (sample: unknown) => unknown,
): void {
  for (const name of names) {
    const sample = row[name];
    if (sample === undefined || sample === null) continue;
    const next = value(sample);
    if (next !== undefined) values.set(name, next);
  }
}

/**
 * The text of a JSON object with other values for some of its members; every other character stays as it is: spaces,
 * order, spellings of numbers, members nobody knows. Members the object does not have are not added. The text must be
 * a JSON object.
 */
export function withMembers(text: string, values: ReadonlyMap<string, unknown>): string {
  let written = '';
  let done = 0;
  for (const { children: [name, value] = [] } of parseTree(text)?.children ?? []) {
    if (!value || !values.has(name?.value)) continue;
    written += text.slice(done, value.offset) + JSON.stringify(values.get(name?.value));
    done = value.offset + value.length;
  }
  return written + text.slice(done);
}
