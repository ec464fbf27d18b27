import * as v from 'valibot';
import { isBuilderIdStartUrl } from '../auth/credentials';
import { scopeList } from './kiroCli/loginOfRow';

const field = v.pipe(
  v.nullish(v.string()),
  v.transform((value) => value?.trim() || undefined),
);
const moment = v.nullish(v.union([v.string(), v.number()]));

/**
 * What a login in a file may consist of, in snake_case: Kiro's IDE writes camelCase, other programs either. Everything
 * is optional here; what is missing is judged where the way of signing in is known.
 */
export const credentialFields = v.object({
  type: field,
  auth_method: field,
  provider: field,
  email: field,
  access_token: field,
  refresh_token: field,
  expires_at: moment,
  expired: moment,
  profile_arn: field,
  region: field,
  auth_region: field,
  idc_region: field,
  start_url: field,
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

export type CredentialFields = v.InferOutput<typeof credentialFields>;

export type CredentialMethod = 'social' | 'oidc' | 'external-idp' | 'api-key' | 'other-product' | 'unknown';

// Every spelling seen, in lower case and without separators.
const methods: Readonly<Record<string, CredentialMethod>> = {
  social: 'social',
  google: 'social',
  github: 'social',
  // A program that calls its logins so registers a client beside tokens of Kiro's own sign-in service.
  imported: 'social',
  idc: 'oidc',
  builderid: 'oidc',
  iam: 'oidc',
  externalidp: 'external-idp',
  apikey: 'api-key',
};

/** The way a login was made: as the file says it, otherwise by which fields are there. */
export function methodOf(fields: CredentialFields): CredentialMethod {
  if (fields.type && fields.type.toLowerCase() !== 'kiro') return 'other-product';
  if (fields.auth_method)
    return methods[fields.auth_method.toLowerCase().replace(/[_\- ]/g, '')] ?? 'unknown';
  if (apiKeyOf(fields)) return 'api-key';
  if (fields.token_endpoint || fields.issuer_url) return 'external-idp';
  // The folder and the form are AWS's own, shared by its command line and other programs: without Kiro's marks it is theirs.
  const isKiro = fields.access_token?.startsWith('aoa') || fields.refresh_token?.startsWith('aor');
  if (isForeignCache(fields) || !isKiro) return 'other-product';
  return fields.client_id || fields.client_id_hash ? 'oidc' : 'social';
}

/** Whether an OIDC login was made for something else than Kiro's models, as far as its scopes say. */
export function hasForeignScopes({ scopes }: CredentialFields): boolean {
  const asked = scopeList(scopes);
  return asked.length > 0 && !asked.some((scope) => scope.includes('codewhisperer:'));
}

/** Whether an OIDC login is of an organization's Identity Center; its start URL may be unknown all the same. */
export function isOrganization({ provider, start_url, region }: CredentialFields): boolean {
  if (start_url) return !isBuilderIdStartUrl(start_url);
  if (provider) return ['enterprise', 'internal'].includes(provider.toLowerCase());
  // Builder ID lives in this one region.
  return region !== undefined && region !== 'us-east-1';
}

/** The API key, under whichever name it is kept. */
export function apiKeyOf(fields: CredentialFields): string | undefined {
  const candidates = [fields.kiro_api_key, fields.api_key, fields.access_token, fields.refresh_token];
  return candidates.find((key) => key?.startsWith('ksk_'));
}

function isForeignCache(fields: CredentialFields): boolean {
  const { provider, profile_arn, start_url, scopes } = fields;
  return start_url !== undefined && !provider && !profile_arn && !scopeList(scopes).length;
}
