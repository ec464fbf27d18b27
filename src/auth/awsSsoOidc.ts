import * as v from 'valibot';
import { awsDomain, type Endpoints, isRegion } from '../base/endpoints';
import { readErrorResponse } from '../base/errorResponse';
import { KiroError } from '../base/errors';
import type { Grant } from './credentials';
import { type DeviceAuthorization, type DevicePoll, readAuthorization } from './deviceFlow';
import { builderIdStartUrl, canonicalStartUrl } from './startUrl';
import {
  type AuthCall,
  isSuccess,
  plainCode,
  postJson,
  type Renewed,
  readBody,
  readRefreshed,
  readTokens,
  signInError,
} from './tokenEndpoint';

/** A registered client together with where it signs in: all a login needs to refresh itself. */
export type OidcGrant = Extract<Grant, { kind: 'oidc' }>;

const clientName = 'Kiro Models for Chat';
// What Kiro's own programs ask for; `sso:account:access` would open the person's AWS accounts, and is never asked for.
const scopes = ['codewhisperer:completions', 'codewhisperer:analysis', 'codewhisperer:conversations'];
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const lifetimeMs = 600_000;

const text = v.pipe(v.string(), v.nonEmpty());
const seconds = v.nullish(v.pipe(v.number(), v.finite(), v.minValue(0)));
const registration = v.object({ clientId: text, clientSecret: text, clientSecretExpiresAt: seconds });

/**
 * RegisterClient of AWS SSO OIDC in this SSO region: a public client of our own, a new one for every sign-in, because a
 * second sign-in on one client may end the first. Without a start URL (or with that of Builder ID) the client is for AWS
 * Builder ID, which lives in us-east-1. No `issuerUrl`: the device flow does without, and the service refuses some.
 * Throws KiroError `protocol` (reason `region` for what is no region, otherwise the unfit field), `rate-limited`,
 * `server`, `network`, `timeout`, `bad-request`, or the signal's reason.
 */
export async function registerClient(
  region: string,
  call: AuthCall,
  { startUrl }: { startUrl?: string | undefined } = {},
): Promise<OidcGrant> {
  const spelling = startUrl && (canonicalStartUrl(startUrl) ?? startUrl);
  const grantTypes = [deviceGrant, 'refresh_token'];
  const body = { clientName, clientType: 'public', scopes, grantTypes };
  const response = await postJson(`${oidcBase(region, call.endpoints)}/client/register`, body, call);
  if (!isSuccess(response)) throw signInError(response, call.now());
  const { clientId, clientSecret, clientSecretExpiresAt } = readBody(registration, response);
  return {
    kind: 'oidc',
    region,
    startUrl: spelling === builderIdStartUrl ? undefined : spelling,
    clientId,
    clientSecret,
    // The service counts in seconds; 0 is OAuth's word for never.
    clientExpiresAt: clientSecretExpiresAt ? clientSecretExpiresAt * 1000 : undefined,
  };
}

/**
 * StartDeviceAuthorization for a registered client, at its own start URL. Throws KiroError `bad-request` where the
 * region does not know the start URL (reason `invalid_request`), `protocol` with the unfit field as reason, or as above.
 */
export async function startDeviceAuthorization(
  client: OidcGrant,
  call: AuthCall,
): Promise<DeviceAuthorization> {
  const { clientId, clientSecret, region, startUrl = builderIdStartUrl } = client;
  const base = oidcBase(region, call.endpoints);
  const response = await postJson(`${base}/device_authorization`, { clientId, clientSecret, startUrl }, call);
  if (!isSuccess(response)) throw signInError(response, call.now());
  return readAuthorization(response, { base, now: call.now(), lifetimeMs });
}

/**
 * CreateToken with the device code, once. Throws the temporary KiroErrors `network`, `timeout`, `server`,
 * `rate-limited`; `bad-request` where the service takes neither client nor code; `protocol`; or the signal's reason.
 */
export async function pollDeviceToken(
  client: OidcGrant,
  { deviceCode }: Pick<DeviceAuthorization, 'deviceCode'>,
  call: AuthCall,
): Promise<DevicePoll> {
  const { clientId, clientSecret, region } = client;
  const response = await postJson(
    `${oidcBase(region, call.endpoints)}/token`,
    { clientId, clientSecret, deviceCode, grantType: deviceGrant },
    call,
  );
  if (isSuccess(response)) {
    const { tokens, profileArn } = readTokens(response, call.now());
    return { kind: 'granted', login: { grant: client, tokens, profileArn } };
  }
  switch (plainCode(readErrorResponse(response, call.now()).code)) {
    case 'authorizationpending':
      return { kind: 'pending' };
    case 'slowdown':
      return { kind: 'slow-down' };
    case 'accessdenied':
      return { kind: 'denied' };
    case 'expiredtoken':
      return { kind: 'expired' };
    default:
      throw signInError(response, call.now());
  }
}

/**
 * CreateToken of AWS SSO OIDC with a refresh token: JSON, camelCase, and no scope, which the service refuses here.
 * Throws KiroError `signed-out`, `registration-expired`, `rate-limited`, `server`, `network`, `timeout`, `protocol`,
 * `bad-request`, or the signal's reason.
 */
export async function refreshOidc(grant: OidcGrant, refreshToken: string, call: AuthCall): Promise<Renewed> {
  const { clientId, clientSecret } = grant;
  const body = { clientId, clientSecret, refreshToken, grantType: 'refresh_token' };
  const response = await postJson(`${oidcBase(grant.region, call.endpoints)}/token`, body, call);
  return readRefreshed(response, refreshToken, call.now());
}

/** The base URL of AWS SSO OIDC in a region. Throws KiroError `protocol` for what is none. */
export function oidcBase(region: string, endpoints: Endpoints): string {
  if (!isRegion(region)) throw new KiroError('protocol', { reason: 'region' });
  return endpoints.oidc?.replace(/\/+$/, '') || `https://oidc.${region}.${awsDomain(region)}`;
}
