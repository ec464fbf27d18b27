import * as v from 'valibot';
import { parseJson } from '../../base/json';

/** Why one row of the database is no usable login. */
export const rowProblems = [
  'not-json',
  'missing-field',
  'no-refresh-token',
  'no-registration',
  'bad-region',
] as const;

export type RowProblem = (typeof rowProblems)[number];

/** What reading one row came to; `absent` is a row that says `null`. `key` names another row where that one is at fault. */
export type Outcome<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'absent' }
  | { kind: 'problem'; reason: RowProblem; field?: string | undefined; key?: string };

const text = v.pipe(v.string(), v.nonEmpty());
const maybeText = v.pipe(
  v.nullish(v.string()),
  v.transform((value) => value || undefined),
);
const expiry = v.nullish(v.union([v.string(), v.number()]));

const tokenFields = {
  access_token: text,
  refresh_token: maybeText,
  expires_at: expiry,
  profile_arn: maybeText,
};
const token = v.object(tokenFields);
export type TokenRow = v.InferOutput<typeof token>;

export const oidcRow = v.object({
  ...tokenFields,
  region: maybeText,
  start_url: maybeText,
  oauth_flow: maybeText,
});
export const registrationRow = v.object({
  client_id: text,
  client_secret: text,
  client_secret_expires_at: expiry,
  region: maybeText,
  oauth_flow: maybeText,
});
export const socialRow = v.object({ ...tokenFields, provider: maybeText });
export const externalRow = v.object({
  ...tokenFields,
  issuer_url: text,
  token_endpoint: text,
  client_id: text,
  scopes: v.nullish(v.union([v.string(), v.array(v.string())])),
});
export const profileRow = v.object({ arn: text, profile_name: maybeText });
export type ProfileRow = v.InferOutput<typeof profileRow>;

/** A row's JSON text in one of these shapes. Fields beyond the shape are of no interest. */
export function parseRow<T>(schema: v.GenericSchema<unknown, T>, value: string): Outcome<T> {
  return parseFields(schema, parseJson(value));
}

/** The same for JSON that is read already; `undefined` is text that was none. */
export function parseFields<T>(schema: v.GenericSchema<unknown, T>, json: unknown): Outcome<T> {
  if (json === null) return { kind: 'absent' };
  if (typeof json !== 'object' || Array.isArray(json)) return { kind: 'problem', reason: 'not-json' };
  const result = v.safeParse(schema, snakeCased(json as Record<string, unknown>));
  if (result.success) return { kind: 'ok', value: result.output };
  return {
    kind: 'problem',
    reason: 'missing-field',
    field: v.getDotPath(result.issues[0])?.split('.')[0],
  };
}

// Other tools that write into this database use camelCase; what Kiro CLI wrote itself wins.
function snakeCased(row: Record<string, unknown>): Record<string, unknown> {
  const own = Object.entries(row).filter(([, value]) => value !== null);
  const twins = own.map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries([...twins, ...own]);
}
