import * as v from 'valibot';
import { KiroError } from '../../base/errors';
import { parseJson } from '../../base/json';
import { type Account, healths, sourceProblems } from '../account';

/** Which of two texts of one secret is the newer one: that of the later login, then that of the later change. */
export interface Stamp {
  /** Grows with every change of the tokens: what must not be replaced by anything older. */
  generation: number;
  /** Grows with every change. */
  revision: number;
}

/** An account as it is stored: a secret of its own. */
export interface AccountRecord extends Stamp {
  account: Account;
  /** The machine that is about to refresh the login, until that is done. */
  claim?: string | undefined;
  /** The account is gone, but its source is still to be given its newest tokens. */
  isDebt?: boolean | undefined;
}

// Loose objects keep fields this version does not know, so that writing an account back loses nothing.
const grant = v.variant('kind', [
  v.looseObject({
    kind: v.literal('oidc'),
    region: v.string(),
    startUrl: v.optional(v.string()),
    organization: v.optional(v.literal('unnamed')),
    clientId: v.string(),
    clientSecret: v.string(),
    clientExpiresAt: v.optional(v.number()),
  }),
  v.looseObject({ kind: v.literal('social'), provider: v.picklist(['Google', 'Github', 'unknown']) }),
  v.looseObject({
    kind: v.literal('externalIdp'),
    issuerUrl: v.string(),
    tokenEndpoint: v.string(),
    clientId: v.string(),
    scopes: v.array(v.string()),
  }),
  v.looseObject({ kind: v.literal('apiKey') }),
]);

const origin = v.variant('kind', [
  v.looseObject({ kind: v.literal('own'), isCopy: v.optional(v.boolean()) }),
  v.looseObject({
    kind: v.literal('kiro-cli'),
    database: v.string(),
    key: v.string(),
    machine: v.optional(v.string()),
  }),
  v.looseObject({ kind: v.literal('kiro-ide'), file: v.string(), machine: v.optional(v.string()) }),
]);

const condition = v.looseObject({
  reason: v.optional(v.string()),
  since: v.number(),
  isRefused: v.optional(v.boolean()),
  until: v.optional(v.number()),
});

const registrationNotice = v.looseObject({ clientId: v.string(), days: v.number() });

const account = v.looseObject({
  id: v.string(),
  label: v.string(),
  profileName: v.optional(v.string()),
  origin,
  health: v.picklist(healths),
  // Only remarks: one that is unfit is dropped rather than keeping a person from the account.
  condition: v.fallback(v.optional(condition), undefined),
  sourceHolds: v.fallback(v.optional(v.string()), undefined),
  sourceProblem: v.fallback(v.optional(v.picklist(sourceProblems)), undefined),
  registrationNotice: v.fallback(v.optional(registrationNotice), undefined),
  addedAt: v.number(),
  grant,
  tokens: v.looseObject({ access: v.string(), refresh: v.optional(v.string()), expiresAt: v.number() }),
  profileArn: v.optional(v.string()),
  email: v.optional(v.string()),
  userId: v.optional(v.string()),
});

const count = v.fallback(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0);
const stamp = { generation: count, revision: count };
const version = 1;
const record = v.looseObject({
  ...stamp,
  version: v.literal(version),
  account,
  claim: v.optional(v.string()),
  isDebt: v.optional(v.boolean()),
});
const choice = v.looseObject({ ...stamp, version: v.literal(version), id: v.string() });

/**
 * The account in a stored text. Throws KiroError `storage` with reason `newer-version` (written by a later release) or
 * `unreadable`, so that nobody overwrites what could still be rescued.
 */
export function parseRecord(text: string): AccountRecord {
  const json = parseJson(text);
  const written = v.safeParse(v.object({ version: v.number() }), json);
  if (written.success && written.output.version > version) {
    throw new KiroError('storage', { reason: 'newer-version' });
  }
  const parsed = v.safeParse(record, json);
  if (!parsed.success) throw new KiroError('storage', { reason: 'unreadable' });
  return parsed.output;
}

/** Which account was chosen, as it is stored. */
export interface Choice extends Stamp {
  id: string;
}

/** The choice in a stored text; undefined where there is none. */
export function parseChoice(text: string): Choice | undefined {
  const parsed = v.safeParse(choice, parseJson(text));
  return parsed.success ? parsed.output : undefined;
}

/** The text to store. Throws KiroError `storage` with reason `unfit` where it could not be read again. */
export function textOf(stored: AccountRecord | Choice): string {
  const text = JSON.stringify({ ...stored, version });
  try {
    if ('account' in stored) parseRecord(text);
  } catch (cause) {
    throw new KiroError('storage', { reason: 'unfit', cause });
  }
  return text;
}

/** The newer one of two texts of a secret. What cannot be read is newer than nothing, and older than what can. */
export function newerText(one: string, other: string): string {
  return compare(one, other) < 0 ? other : one;
}

/** The stamp of a text that can be read; undefined for any other. */
export function stampOf(text: string): Stamp | undefined {
  const parsed = v.safeParse(v.union([record, choice]), parseJson(text));
  return parsed.success ? parsed.output : undefined;
}

// Two windows that changed one account at the same moment agree on which one stays, whatever it is.
function compare(one: string, other: string): number {
  const [first, second] = [stampOf(one), stampOf(other)];
  if (!first || !second) return Number(first !== undefined) - Number(second !== undefined);
  const byStamp = first.generation - second.generation || first.revision - second.revision;
  return byStamp || (one < other ? -1 : Number(one > other));
}
