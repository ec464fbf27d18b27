/**
 * Logins that exist on this machine already: what other programs keep in a database, in files or in the environment, and
 * what they take back when a shared token was renewed. Each source maps what it holds to the same fields, and this module
 * alone makes a login of them. Nothing here talks to the service, shows anything, or knows of accounts.
 */
import {
  emailInJwt,
  type Grant,
  isEndpointOf,
  type Login,
  profileRegion,
  type RefreshCandidate,
  type SocialProvider,
} from '../auth/credentials';
import { checkApiKey, isAbridged, isTruncated } from '../auth/pastedCredentials';
import { builderIdStartUrl, canonicalStartUrl } from '../auth/startUrl';
import { isRegion } from '../base/endpoints';
import { type CredentialFields, type Parsed, problem } from './credentialFields';
import { readExpiry } from './expiry';

/** A login as a source has it: whole, or a refresh token whose access token is to be asked for first. */
export type Credential = { kind: 'login'; login: Login } | { kind: 'candidate'; candidate: RefreshCandidate };

type RenewableGrant = RefreshCandidate['grant'];

type Method = 'social' | 'oidc' | 'external-idp' | 'api-key' | 'other-product' | 'unknown';

// Every spelling seen, in lower case and without separators.
const methods: Readonly<Record<string, Method>> = {
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

/** The login in these fields. `now` is in epoch milliseconds; what is over at that moment and cannot be renewed is a problem. */
export function parseCredential(fields: CredentialFields, now: number): Parsed<Credential> {
  const method = methodOf(fields);
  if (method === 'api-key') return apiKeyCredential(fields);
  const grant = grantOf(method, fields, now);
  if (grant.kind !== 'ok') return grant;
  if (fields.profile_arn && !profileRegion(fields.profile_arn)) return problem('bad-region');
  return withTokens(fields, grant.value, now);
}

/** The same where the source keeps whole logins only, as Kiro's own programs do. */
export function parseLogin(fields: CredentialFields, now: number): Parsed<Login> {
  const parsed = parseCredential(fields, now);
  if (parsed.kind === 'problem') return parsed;
  if (parsed.value.kind === 'candidate') return problem('missing-field', 'access_token');
  return { kind: 'ok', value: parsed.value.login };
}

/** The way a login was made: as the source says it, otherwise by which fields are there. */
export function methodOf(fields: CredentialFields): Method {
  if (fields.type && fields.type.toLowerCase() !== 'kiro') return 'other-product';
  if (fields.auth_method)
    return methods[fields.auth_method.toLowerCase().replace(/[_\- ]/g, '')] ?? 'unknown';
  if (apiKeyOf(fields)) return 'api-key';
  if (fields.token_endpoint || fields.issuer_url) return 'external-idp';
  // The folder and the form are AWS's own, shared by its command line and other programs: without Kiro's marks it is theirs.
  const isKiro = fields.access_token?.startsWith('aoa') || fields.refresh_token?.startsWith('aor');
  const { start_url, provider, profile_arn, scopes } = fields;
  const isForeignCache = start_url && !provider && !profile_arn && !scopeList(scopes).length;
  if (isForeignCache || !isKiro) return 'other-product';
  return fields.client_id || fields.client_id_hash ? 'oidc' : 'social';
}

function grantOf(method: Method, fields: CredentialFields, now: number): Parsed<RenewableGrant> {
  switch (method) {
    case 'social':
      return { kind: 'ok', value: { kind: 'social', provider: socialProvider(fields.provider) } };
    case 'oidc':
      return oidcGrant(fields, now);
    case 'external-idp':
      return externalGrant(fields);
    case 'other-product':
      return problem('other-product');
    case 'api-key':
    case 'unknown':
      return problem('unknown-method');
  }
}

function socialProvider(provider: string | undefined): SocialProvider {
  const known: readonly SocialProvider[] = ['Google', 'Github'];
  return known.find((name) => name.toLowerCase() === provider?.toLowerCase()) ?? 'unknown';
}

function oidcGrant(fields: CredentialFields, now: number): Parsed<RenewableGrant> {
  const asked = scopeList(fields.scopes);
  // A login for something else than Kiro's models, as far as its scopes say.
  if (asked.length && !asked.some((scope) => scope.includes('codewhisperer:')))
    return problem('other-product');
  const region = fields.auth_region ?? fields.idc_region ?? fields.region ?? 'us-east-1';
  if (!isRegion(region)) return problem('bad-region');
  const { client_id: clientId, client_secret: clientSecret, start_url: startUrl, provider } = fields;
  if (!clientId || !clientSecret) return problem('no-registration');
  const clientExpiresAt = readExpiry(fields.client_secret_expires_at);
  if (clientExpiresAt !== undefined && clientExpiresAt <= now) return problem('registration-expired');
  // What is no address cannot be signed in at again; it is an organization's all the same.
  const spelling = startUrl && canonicalStartUrl(startUrl);
  const grant: Extract<Grant, { kind: 'oidc' }> = {
    kind: 'oidc',
    region,
    startUrl: spelling === builderIdStartUrl ? undefined : spelling,
    organization: !spelling && (startUrl || isOrganization(provider, region)) ? 'unnamed' : undefined,
    clientId,
    clientSecret,
    clientExpiresAt,
  };
  return { kind: 'ok', value: grant };
}

// Builder ID lives in one region.
function isOrganization(provider: string | undefined, region: string): boolean {
  return provider ? ['enterprise', 'internal'].includes(provider.toLowerCase()) : region !== 'us-east-1';
}

function externalGrant(fields: CredentialFields): Parsed<RenewableGrant> {
  const { client_id: clientId, scopes } = fields;
  const issuerUrl = fields.issuer_url ?? counterpart(fields.token_endpoint, 'endpoint');
  const tokenEndpoint = fields.token_endpoint ?? counterpart(fields.issuer_url, 'issuer');
  if (!issuerUrl) return problem('missing-field', 'issuer_url');
  if (!tokenEndpoint) return problem('missing-field', 'token_endpoint');
  if (!clientId) return problem('missing-field', 'client_id');
  if (!isEndpointOf(issuerUrl, tokenEndpoint)) return problem('token-host');
  const value = {
    kind: 'externalIdp',
    issuerUrl,
    tokenEndpoint,
    clientId,
    scopes: scopeList(scopes),
  } as const;
  return { kind: 'ok', value };
}

// Where identity providers of a known family have their tokens: below the issuer's own address. Entra ID, and Okta.
const families = [
  {
    base: /^https:\/\/login\.(?:partner\.)?microsoftonline\.(?:com|us|cn)\/[^/]+$/,
    ...{ issuer: '/v2.0', endpoint: '/oauth2/v2.0/token' },
  },
  {
    base: /^https:\/\/[a-z0-9-]+\.okta(?:preview|-emea)?\.com\/oauth2\/[^/]+$/,
    ...{ issuer: '', endpoint: '/v1/token' },
  },
] as const;

/** The issuer that belongs to a token endpoint, or the other way round; undefined for those of no known family. */
function counterpart(address: string | undefined, is: 'issuer' | 'endpoint'): string | undefined {
  const plain = address?.replace(/\/$/, '') ?? '';
  for (const { base, ...ends } of families) {
    const stem = plain.slice(0, plain.length - ends[is].length);
    if (plain.endsWith(ends[is]) && base.test(stem))
      return stem + ends[is === 'issuer' ? 'endpoint' : 'issuer'];
  }
  return undefined;
}

function withTokens(fields: CredentialFields, grant: RenewableGrant, now: number): Parsed<Credential> {
  const { access_token: access, refresh_token: refresh, profile_arn: profileArn } = fields;
  const isExternal = grant.kind === 'externalIdp';
  const email = fields.email ?? (access && isExternal ? emailInJwt(access) : undefined);
  // An organization's identity provider may hand out no refresh token; every other login dies within hours without one.
  if (!refresh && !isExternal) return problem('no-refresh-token');
  // An identity provider's own refresh tokens may be short.
  if (refresh && (isExternal ? isAbridged(refresh) : isTruncated(refresh))) return problem('truncated');
  if (!access || isAbridged(access)) {
    if (!refresh) return problem('missing-field', 'access_token');
    return { kind: 'ok', value: { kind: 'candidate', candidate: { grant, refresh, profileArn, email } } };
  }
  const said = fields.expires_at ?? fields.expired;
  // Without an expiry that can be read the token counts as over: it is refreshed before its first use, where it can be.
  const expiresAt = readExpiry(said) ?? (refresh ? 0 : undefined);
  if (expiresAt === undefined) return problem('missing-field', 'expires_at');
  if (!refresh && expiresAt <= now) return problem('expired');
  const login: Login = { grant, tokens: { access, refresh, expiresAt }, profileArn, email };
  return { kind: 'ok', value: { kind: 'login', login } };
}

function apiKeyCredential(fields: CredentialFields): Parsed<Credential> {
  const checked = checkApiKey(apiKeyOf(fields) ?? '');
  if (checked.kind === 'invalid') return problem('bad-api-key');
  return { kind: 'ok', value: { kind: 'login', login: { ...checked.login, email: fields.email } } };
}

/** The API key, under whichever name it is kept. */
function apiKeyOf(fields: CredentialFields): string | undefined {
  const candidates = [fields.kiro_api_key, fields.api_key, fields.access_token, fields.refresh_token];
  return candidates.find((key) => key?.startsWith('ksk_'));
}

/** Scopes written as a list or as one text. */
function scopeList(scopes: CredentialFields['scopes']): string[] {
  return typeof scopes === 'string' ? scopes.split(/[\s,]+/).filter(Boolean) : [...(scopes ?? [])];
}
