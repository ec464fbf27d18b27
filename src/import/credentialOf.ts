import { checkApiKey } from '../auth/apiKey';
import type { Grant, Login, RefreshCandidate } from '../auth/credentials';
import { isBuilderIdStartUrl, profileRegion } from '../auth/credentials';
import { isEndpointOf } from '../auth/issuer';
import { emailInJwt } from '../auth/jwt';
import { isAbridged, isTruncated } from '../auth/pastedText';
import { isRegion } from '../base/endpoints';
import {
  apiKeyOf,
  type CredentialFields,
  hasForeignScopes,
  isOrganization,
  methodOf,
} from './credentialFields';
import { epochMs } from './expiry';
import { type FileOutcome, problem } from './fileProblems';
import { loginOfRow, scopeList, socialProvider } from './kiroCli/loginOfRow';

/** A login as a file has it: whole, or a refresh token whose access token is to be asked for first. */
export type Credential = { kind: 'login'; login: Login } | { kind: 'candidate'; candidate: RefreshCandidate };

type RenewableGrant = RefreshCandidate['grant'];

/** The login in these fields. `now` is in epoch milliseconds; what is over at that moment and cannot be renewed is a problem. */
export function credentialOf(fields: CredentialFields, now: number): FileOutcome<Credential> {
  if (methodOf(fields) === 'api-key') return apiKeyCredential(fields);
  const grant = grantOf(fields, now);
  if (grant.kind !== 'ok') return grant;
  if (fields.profile_arn && !profileRegion(fields.profile_arn)) return problem('bad-region');
  return withTokens(fields, grant.value, now);
}

function grantOf(fields: CredentialFields, now: number): FileOutcome<RenewableGrant> {
  switch (methodOf(fields)) {
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

function oidcGrant(fields: CredentialFields, now: number): FileOutcome<RenewableGrant> {
  if (hasForeignScopes(fields)) return problem('other-product');
  const region = fields.auth_region ?? fields.idc_region ?? fields.region ?? 'us-east-1';
  if (!isRegion(region)) return problem('bad-region');
  const { client_id: clientId, client_secret: clientSecret, start_url: startUrl } = fields;
  if (!clientId || !clientSecret) return problem('no-registration');
  const clientExpiresAt = epochMs(fields.client_secret_expires_at);
  if (clientExpiresAt !== undefined && clientExpiresAt <= now) return problem('registration-expired');
  const named = startUrl && !isBuilderIdStartUrl(startUrl) ? startUrl : undefined;
  const organization: Extract<Grant, { kind: 'oidc' }>['organization'] =
    !named && isOrganization({ ...fields, region }) ? 'unnamed' : undefined;
  return {
    kind: 'ok',
    value: { kind: 'oidc', region, startUrl: named, organization, clientId, clientSecret, clientExpiresAt },
  };
}

function externalGrant(fields: CredentialFields): FileOutcome<RenewableGrant> {
  const { issuer_url: issuerUrl, token_endpoint: tokenEndpoint, client_id: clientId, scopes } = fields;
  if (!issuerUrl) return problem('missing-field', 'issuer_url');
  if (!tokenEndpoint) return problem('missing-field', 'token_endpoint');
  if (!clientId) return problem('missing-field', 'client_id');
  if (!isEndpointOf(issuerUrl, tokenEndpoint)) return problem('token-host');
  return {
    kind: 'ok',
    value: { kind: 'externalIdp', issuerUrl, tokenEndpoint, clientId, scopes: scopeList(scopes) },
  };
}

function withTokens(fields: CredentialFields, grant: RenewableGrant, now: number): FileOutcome<Credential> {
  const { access_token: access, refresh_token: refresh, profile_arn: profileArn } = fields;
  const email = fields.email ?? (access && grant.kind === 'externalIdp' ? emailInJwt(access) : undefined);
  if (!refresh && grant.kind !== 'externalIdp') return problem('no-refresh-token');
  // An identity provider's own refresh tokens may be short.
  if (refresh && (grant.kind === 'externalIdp' ? isAbridged(refresh) : isTruncated(refresh))) {
    return problem('truncated');
  }
  if (!access || isAbridged(access)) {
    if (!refresh) return problem('missing-field', 'access_token');
    return { kind: 'ok', value: { kind: 'candidate', candidate: { grant, refresh, profileArn, email } } };
  }
  const { expires_at = fields.expired, profile_arn } = fields;
  const row = { access_token: access, refresh_token: refresh, expires_at, profile_arn };
  const login = loginOfRow(row, grant, email);
  if (login.kind === 'problem') return login;
  if (!refresh && login.value.tokens.expiresAt <= now) return problem('expired');
  return { kind: 'ok', value: { kind: 'login', login: login.value } };
}

function apiKeyCredential(fields: CredentialFields): FileOutcome<Credential> {
  const checked = checkApiKey(apiKeyOf(fields) ?? '');
  if (checked.kind === 'refused') return problem('bad-api-key');
  return { kind: 'ok', value: { kind: 'login', login: { ...checked.login, email: fields.email } } };
}
