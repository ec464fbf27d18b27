import * as v from 'valibot';
import { KiroError } from '../../base/errors';
import { parseJson } from '../../base/json';
import { type AccountsDocument, healths, sourceProblems } from '../account';

// Loose objects keep fields this version does not know, so that writing the document back loses nothing.
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
  v.looseObject({ kind: v.literal('own') }),
  v.looseObject({ kind: v.literal('kiro-cli'), database: v.string(), key: v.string() }),
  v.looseObject({ kind: v.literal('kiro-ide'), file: v.string() }),
]);

const condition = v.looseObject({
  reason: v.optional(v.string()),
  since: v.number(),
  until: v.optional(v.number()),
});

const registrationNotice = v.looseObject({ clientId: v.string(), days: v.number() });

const account = v.looseObject({
  id: v.string(),
  label: v.string(),
  profileName: v.optional(v.string()),
  origin,
  health: v.picklist(healths),
  // Only remarks: one that is unfit is dropped rather than keeping a person from all their accounts.
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

const document = v.looseObject({
  version: v.literal(1),
  revision: v.fallback(v.optional(v.number()), undefined),
  sealKey: v.fallback(v.optional(v.string()), undefined),
  activeId: v.optional(v.string()),
  accounts: v.array(account),
});

/** The document of somebody who has no account yet. */
export const noAccounts: AccountsDocument = { version: 1, accounts: [] };

/**
 * The stored text as a document; none yet is an empty one. Throws KiroError `storage` with reason `newer-version`
 * (written by a later release) or `unreadable`, so that nobody overwrites what could still be rescued.
 */
export function parseDocument(text: string | undefined): AccountsDocument {
  if (text === undefined) return noAccounts;
  const json = parseJson(text);
  const version = v.safeParse(v.object({ version: v.number() }), json);
  if (version.success && version.output.version > 1) {
    throw new KiroError('storage', { reason: 'newer-version' });
  }
  const parsed = v.safeParse(document, json);
  if (!parsed.success) throw new KiroError('storage', { reason: 'unreadable' });
  return parsed.output;
}

/** What a stored text says of itself. */
export interface Stamp {
  /** 0 where it has none yet. */
  revision: number;
  sealKey?: string | undefined;
}

/** The stamp of a stored text; undefined where it is no document at all. */
export function stampOf(text: string | undefined): Stamp | undefined {
  if (text === undefined) return { revision: 0 };
  const { revision, sealKey } = document.entries;
  const json = v.safeParse(v.looseObject({ revision, sealKey }), parseJson(text));
  return json.success ? { revision: json.output.revision ?? 0, sealKey: json.output.sealKey } : undefined;
}
