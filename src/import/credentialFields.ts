import * as v from 'valibot';
import { nameFrom } from '../base/redact';

/** Why a login that was found cannot be used. */
export const credentialProblems = [
  'not-json',
  'missing-field',
  'no-refresh-token',
  // An OIDC login without the client it was made with.
  'no-registration',
  'registration-expired',
  'bad-region',
  // The refresh token was shortened for display.
  'truncated',
  // The access token is over, and there is nothing to renew it with.
  'expired',
  // Another product's login in the same form.
  'other-product',
  'unknown-method',
  // The identity provider's token endpoint is not on the issuer's host.
  'token-host',
  'bad-api-key',
] as const;

/** A login that could not be used; its value is never part of this. */
export interface CredentialProblem {
  /** The row, the file, or the entry in it: an e-mail address, or `#2`. */
  where: string;
  reason: (typeof credentialProblems)[number];
  /** The field, for `missing-field`. */
  field?: string | undefined;
}

type Problem = { kind: 'problem' } & Omit<CredentialProblem, 'where'>;

/** What reading something of a login came to. */
export type Parsed<T> = { kind: 'ok'; value: T } | Problem;

export function problem(reason: Problem['reason'], field?: string): Problem {
  return { kind: 'problem', reason, field };
}

const field = v.pipe(
  v.nullish(v.string()),
  v.transform((value) => value?.trim() || undefined),
);
const name = v.pipe(
  field,
  v.transform((value) => value && nameFrom(value)),
);
const moment = v.nullish(v.union([v.string(), v.number()]));

/**
 * What a login may consist of, in snake_case as Kiro CLI writes it; Kiro's IDE writes camelCase, other programs either.
 * Everything is optional here; what is missing is judged where the way of signing in is known.
 */
const credential = v.object({
  type: field,
  auth_method: field,
  provider: field,
  email: name,
  access_token: field,
  refresh_token: field,
  expires_at: moment,
  expired: moment,
  profile_arn: field,
  region: field,
  auth_region: field,
  idc_region: field,
  start_url: field,
  oauth_flow: field,
  client_id: field,
  client_secret: field,
  client_secret_expires_at: moment,
  client_id_hash: field,
  issuer_url: field,
  token_endpoint: field,
  scopes: v.nullish(v.union([v.string(), v.array(v.string())])),
  kiro_api_key: field,
  api_key: field,
});

export type CredentialFields = v.InferOutput<typeof credential>;

const text = v.pipe(v.string(), v.trim(), v.nonEmpty());

// The IDE calls the client's end `expiresAt`. In a cache of AWS's SDKs that is the end of a token, and the client's has
// a name of its own.
const registration = v.object({
  client_id: text,
  client_secret: text,
  client_secret_expires_at: moment,
  registration_expires_at: moment,
  expires_at: moment,
  region: field,
  oauth_flow: field,
});

/** An OIDC client that lies beside a login: its fields there, and what tells whose it is. */
export interface Registration {
  client: Pick<CredentialFields, 'client_id' | 'client_secret' | 'client_secret_expires_at'>;
  region: string | undefined;
  oauthFlow: string | undefined;
}

/** The profile a person selected in Kiro CLI or in Kiro's IDE. */
export interface SelectedProfile {
  arn: string;
  name?: string | undefined;
}

const profile = v.object({ arn: text, profile_name: field, name: field });

/** The fields of a login in JSON that is read already; `undefined` is text that was none. */
export function parseFields(json: unknown): Parsed<CredentialFields> {
  return parseAs(credential, json);
}

/** An OIDC client registration, as Kiro CLI and Kiro's IDE keep them apart from the login. */
export function parseRegistration(json: unknown): Parsed<Registration> {
  const parsed = parseAs(registration, json);
  if (parsed.kind === 'problem') return parsed;
  const { client_id, client_secret, region, oauth_flow: oauthFlow, ...ends } = parsed.value;
  const client_secret_expires_at =
    ends.registration_expires_at ?? ends.client_secret_expires_at ?? ends.expires_at;
  return {
    kind: 'ok',
    value: { client: { client_id, client_secret, client_secret_expires_at }, region, oauthFlow },
  };
}

/** The selected profile; its ARN is not checked here. */
export function parseProfile(json: unknown): Parsed<SelectedProfile> {
  const parsed = parseAs(profile, json);
  if (parsed.kind === 'problem') return parsed;
  const { arn, profile_name, name = profile_name } = parsed.value;
  return { kind: 'ok', value: { arn, name } };
}

function parseAs<T>(schema: v.GenericSchema<unknown, T>, json: unknown): Parsed<T> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return problem('not-json');
  const result = v.safeParse(schema, snakeCased(json as Record<string, unknown>));
  if (result.success) return { kind: 'ok', value: result.output };
  return problem('missing-field', v.getDotPath(result.issues[0])?.split('.')[0]);
}

/** Fields in snake_case. Where both spellings are there, another tool has added one: what Kiro CLI wrote itself wins. */
export function snakeCased(fields: Record<string, unknown>): Record<string, unknown> {
  const own = Object.entries(fields).filter(([, value]) => value !== null);
  const twins = own.map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries([...twins, ...own]);
}
