import { type Endpoints, isRegion } from '../base/endpoints';
import { KiroError } from '../base/errors';
import { type Http, request } from '../base/http';
import type { Grant } from './credentials';
import { type Renewed, readTokenAnswer } from './tokenAnswer';

/** What a call to a token endpoint needs of the outside. */
export interface AuthCall {
  http: Http;
  endpoints: Endpoints;
  /** Epoch milliseconds. */
  now: () => number;
  signal: AbortSignal;
}

/** How long a token endpoint may take, in milliseconds. */
export const authTimeoutMs = 20_000;

/**
 * CreateToken of AWS SSO OIDC with a refresh token: JSON, camelCase, and no scope, which the service refuses here.
 * Throws KiroError `signed-out`, `registration-expired`, `rate-limited`, `server`, `network`, `timeout`, `protocol`,
 * `bad-request`, or the signal's reason.
 */
export async function refreshOidc(
  grant: Extract<Grant, { kind: 'oidc' }>,
  refreshToken: string,
  call: AuthCall,
): Promise<Renewed> {
  const { clientId, clientSecret } = grant;
  const answer = await request(call.http, {
    method: 'POST',
    url: `${oidcBase(grant.region, call.endpoints)}/token`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ clientId, clientSecret, refreshToken, grantType: 'refresh_token' }),
    timeoutMs: authTimeoutMs,
    signal: call.signal,
  });
  return readTokenAnswer(answer, refreshToken, call.now());
}

function oidcBase(region: string, endpoints: Endpoints): string {
  if (endpoints.oidc) return endpoints.oidc.replace(/\/+$/, '');
  if (!isRegion(region)) throw new KiroError('protocol', { reason: 'region' });
  return `https://oidc.${region}.amazonaws.com`;
}
