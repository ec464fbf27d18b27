/** An organisation's own identity provider, as far as a refresh needs it: OpenID discovery and the token endpoint. */
import { randomUUID } from 'node:crypto';
import type { TokenIssuer } from './issuer';
import type { Operation } from './operations';
import type { Received } from './received';
import { type HttpReply, json } from './reply';

export const identityProviderPath = '/identity-provider';
/** The client that the organisation has registered for Kiro. It is public and has no secret. */
export const identityClientId = '5b2c9c1e-8f1d-4a53-9a6c-0c1d2e3f4a5b';

type IdentityOperation = Extract<Operation, `identity-${string}`>;

const byPath: Record<string, IdentityOperation> = {
  [`GET ${identityProviderPath}/.well-known/openid-configuration`]: 'identity-discovery',
  [`POST ${identityProviderPath}/oauth2/token`]: 'identity-token',
};

/** Which operation of the identity provider a request means; undefined if none. */
export function identityOperation(request: Received): IdentityOperation | undefined {
  return byPath[`${request.method} ${request.path}`];
}

/** The identity provider's answer. `base` is the origin it is served from. */
export function identityAnswer(
  operation: IdentityOperation,
  request: Received,
  issuer: TokenIssuer,
  base: string,
): HttpReply {
  return operation === 'identity-discovery' ? discovery(base) : token(request, issuer);
}

function discovery(base: string): HttpReply {
  const issuer = base + identityProviderPath;
  return json(200, {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
  });
}

function token(request: Received, issuer: TokenIssuer): HttpReply {
  // Unlike the services of AWS, an identity provider takes a form and answers in snake_case.
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(request.text);
  if (!isForm || form.get('grant_type') !== 'refresh_token') {
    return refusal('invalid_request', 'A form with grant_type=refresh_token is expected.');
  }
  if (form.get('client_id') !== identityClientId) return refusal('invalid_client', 'Unknown client.');
  const login = issuer.redeem(form.get('refresh_token') ?? '');
  if (login?.account.method !== 'external-idp') {
    return refusal('invalid_grant', 'The refresh token is expired or revoked.');
  }
  request.account = login.account;
  const refreshToken = issuer.refresh(login);
  return json(200, {
    token_type: 'Bearer',
    access_token: login.access.value,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    expires_in: Math.round((login.access.expiresAt - issuer.now()) / 1000),
  });
}

function refusal(error: string, description: string): HttpReply {
  return json(400, { error, error_description: description, correlation_id: randomUUID() });
}
