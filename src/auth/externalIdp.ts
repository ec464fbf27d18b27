import type * as oauth from 'oauth4webapi';
import { isTrustedAddress } from '../base/endpoints';
import { KiroError } from '../base/errors';
import type { TextResponse } from '../base/http';
import { emailInJwt, type Grant, isEndpointOf, type Login } from './credentials';
import { oauthLibrary, oauthStep, requestOptions } from './oauthLibrary';
import { type AuthCall, type Renewed, refreshError, signInError } from './tokenEndpoint';

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
  const server = await oauthStep(library, 'discovery', async () => {
    const response = await library.discoveryRequest(issuer, requestOptions(library, call, signInError));
    return await library.processDiscoveryResponse(issuer, response);
  });
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
 * error code as reason), `protocol` (`callback` for one that is not to our question, `token-response`,
 * `expires_in`), `bad-request`, `rate-limited`, `server`, `network`, `timeout`, or the signal's reason.
 */
export async function exchangeCode(
  idp: IdentityProvider,
  { clientId, redirectUri, scopes }: IdpClient,
  { state, codeVerifier }: Pick<IdpAuthorization, 'state' | 'codeVerifier'>,
  callback: URL,
  call: AuthCall,
): Promise<Login> {
  const library = await oauthLibrary();
  const client = { client_id: clientId };
  const parameters = await oauthStep(library, 'callback', async () =>
    library.validateAuthResponse(idp.server, client, callback, state),
  );
  const received = await oauthStep(library, 'token-response', async () => {
    const response = await library.authorizationCodeGrantRequest(
      idp.server,
      client,
      library.None(),
      parameters,
      redirectUri,
      codeVerifier,
      requestOptions(library, call, signInError),
    );
    return await library.processAuthorizationCodeResponse(idp.server, client, response);
  });
  const { issuerUrl, tokenEndpoint } = idp;
  const grant: Grant = { kind: 'externalIdp', issuerUrl, tokenEndpoint, clientId, scopes: [...scopes] };
  const { tokens } = renewedBy(received, undefined, call.now());
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
  const library = await oauthLibrary();
  const server = { issuer: issuerUrl, token_endpoint: tokenEndpoint };
  const client = { client_id: clientId };
  const received = await oauthStep(library, 'token-response', async () => {
    const response = await library.refreshTokenGrantRequest(
      server,
      client,
      library.None(),
      refreshToken,
      requestOptions(library, call, idpRefreshError),
    );
    return await library.processRefreshTokenResponse(server, client, response);
  });
  return renewedBy(received, refreshToken, call.now());
}

function renewedBy(
  { access_token: access, refresh_token: refresh, expires_in: seconds }: oauth.TokenEndpointResponse,
  kept: string | undefined,
  now: number,
): Renewed {
  if (!seconds) throw new KiroError('protocol', { reason: 'expires_in' });
  return { tokens: { access, refresh: refresh || kept, expiresAt: now + seconds * 1000 } };
}

// An identity provider's client is not registered by us, so no registration can end.
function idpRefreshError(response: TextResponse, now: number): KiroError {
  const error = refreshError(response, now);
  return error.code === 'registration-expired' ? new KiroError('signed-out', error) : error;
}

function untrusted(reason: IdpProblem): KiroError {
  return new KiroError('protocol', { reason });
}
