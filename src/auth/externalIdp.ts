import type * as oauth from 'oauth4webapi';
import { isTrustedAddress } from '../base/endpoints';
import { KiroError } from '../base/errors';
import { request } from '../base/http';
import { emailInJwt, type Grant, isEndpointOf, type Login } from './credentials';
import {
  type AuthCall,
  authTimeoutMs,
  isSuccess,
  postForm,
  type Renewed,
  readRefreshed,
  readTokens,
  refreshError,
  signInError,
} from './tokenEndpoint';

/** Why an identity provider is not talked to: reasons of KiroError `protocol`. */
export const idpProblems = ['issuer', 'issuer-mismatch', 'token-host', 'authorization-host'] as const;

export type IdpProblem = (typeof idpProblems)[number];

/** An organization's identity provider and Kiro's client there, which is public and has no secret. */
export interface IdentityProvider {
  server: oauth.AuthorizationServer;
  issuerUrl: string;
  tokenEndpoint: string;
  authorizationEndpoint: string;
}

export interface IdpClient {
  clientId: string;
  scopes: readonly string[];
  /** Where the browser comes back to. */
  redirectUri: string;
  loginHint?: string | undefined;
}

/** An authorization under way: the page to open, and what proves on return that it was ours. */
export interface IdpAuthorization {
  url: string;
  state: string;
  /** A secret until the code is exchanged. */
  codeVerifier: string;
}

/**
 * OpenID discovery at an issuer. Throws KiroError `protocol` with one of `idpProblems` as reason (or `discovery` for an
 * unfit document), `bad-request`, `rate-limited`, `server`, `network`, `timeout`, or the signal's reason.
 */
export async function discoverIdentityProvider(issuerUrl: string, call: AuthCall): Promise<IdentityProvider> {
  const named = call.endpoints.portal;
  if (!isTrustedAddress(issuerUrl, named)) throw untrusted('issuer');
  const library = await oauthLibrary();
  const issuer = new URL(issuerUrl);
  const url = `${issuer.href.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { http, signal } = call;
  const response = await request(http, { method: 'GET', url, timeoutMs: authTimeoutMs, signal });
  if (!isSuccess(response)) throw signInError(response, call.now());
  const server = await oauthStep(library, 'discovery', () =>
    library.processDiscoveryResponse(issuer, new Response(response.text, response)),
  );
  const { authorization_endpoint: authorizationEndpoint = '', token_endpoint: tokenEndpoint = '' } = server;
  if (!isEndpointOf(issuerUrl, tokenEndpoint, named)) throw untrusted('token-host');
  if (!isEndpointOf(issuerUrl, authorizationEndpoint, named)) throw untrusted('authorization-host');
  return { server, issuerUrl, tokenEndpoint, authorizationEndpoint };
}

/** The page on which the person signs in: authorization code with PKCE (S256), asking for a fresh sign-in. */
export async function authorizationUrl(idp: IdentityProvider, client: IdpClient): Promise<IdpAuthorization> {
  const library = await oauthLibrary();
  const state = library.generateRandomState();
  const codeVerifier = library.generateRandomCodeVerifier();
  const url = new URL(idp.authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: client.scopes.join(' '),
    state,
    code_challenge: await library.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    prompt: 'login',
    ...(client.loginHint ? { login_hint: client.loginHint } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, state, codeVerifier };
}

/**
 * The login behind the address the browser came back to. Throws KiroError `login-denied` (the identity provider's
 * error code as reason), `protocol` (`callback` for one that is not ours, or as `readTokens`), `bad-request`,
 * `rate-limited`, `server`, `network`, `timeout`, or the signal's reason.
 */
export async function exchangeCode(
  { server, issuerUrl, tokenEndpoint }: IdentityProvider,
  { clientId, redirectUri, scopes }: IdpClient,
  { state, codeVerifier }: Pick<IdpAuthorization, 'state' | 'codeVerifier'>,
  callback: URL,
  call: AuthCall,
): Promise<Login> {
  const library = await oauthLibrary();
  const parameters = await oauthStep(library, 'callback', async () =>
    library.validateAuthResponse(server, { client_id: clientId }, callback, state),
  );
  const response = await postForm(
    tokenEndpoint,
    {
      grant_type: 'authorization_code',
      client_id: clientId,
      code: parameters.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    },
    call,
  );
  if (!isSuccess(response)) throw signInError(response, call.now());
  const { tokens } = readTokens(response, call.now());
  const grant: Grant = { kind: 'externalIdp', issuerUrl, tokenEndpoint, clientId, scopes: [...scopes] };
  return { grant, tokens, email: emailInJwt(tokens.access) };
}

/**
 * A refresh at the organization's identity provider: a form without secret and without scope, as Kiro's own programs
 * send it. Throws KiroError `signed-out` (reason `token-host`: the token endpoint does not belong to the issuer, so the
 * token is not sent at all), `rate-limited`, `server`, `network`, `timeout`, `protocol`, `bad-request`, or the signal's
 * reason.
 */
export async function refreshExternalIdp(
  { issuerUrl, tokenEndpoint, clientId }: Extract<Grant, { kind: 'externalIdp' }>,
  refreshToken: string,
  call: AuthCall,
): Promise<Renewed> {
  if (!isEndpointOf(issuerUrl, tokenEndpoint, call.endpoints.portal)) {
    throw new KiroError('signed-out', { reason: 'token-host' });
  }
  const fields = { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken };
  const response = await postForm(tokenEndpoint, fields, call);
  if (isSuccess(response)) return readRefreshed(response, refreshToken, call.now());
  const error = refreshError(response, call.now());
  // Its client is not registered by us, so no registration can end.
  throw error.code === 'registration-expired' ? new KiroError('signed-out', error) : error;
}

function untrusted(reason: IdpProblem): KiroError {
  return new KiroError('protocol', { reason });
}

type OauthLibrary = typeof oauth;

// Loaded when an organization's identity provider is first needed: hardly anybody has one.
function oauthLibrary(): Promise<OauthLibrary> {
  return import('oauth4webapi');
}

/**
 * One step of the library. What it finds unfit is KiroError `protocol` with the step as reason, an identity provider's
 * refusal `login-denied` with its error code. The library's own errors carry tokens and codes, so they end here.
 */
async function oauthStep<T>(library: OauthLibrary, step: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof library.AuthorizationResponseError) {
      const reason = /^[a-z_]{1,40}$/.test(error.error) ? error.error : 'refused';
      throw new KiroError('login-denied', { reason });
    }
    const isUnfit =
      error instanceof library.OperationProcessingError || error instanceof library.UnsupportedOperationError;
    if (!isUnfit) throw error;
    const isForeign = error.code === library.JSON_ATTRIBUTE_COMPARISON;
    throw new KiroError('protocol', { reason: isForeign ? 'issuer-mismatch' : step });
  }
}
