/** An organisation's own identity provider: OpenID discovery, the authorization page (which asks nothing), and the token endpoint. */
import { randomUUID } from 'node:crypto';
import type { IssuedLogin } from './account';
import type { Accounts } from './accounts';
import type { AuthorizationCodes } from './authorizationCodes';
import type { TokenIssuer } from './issuer';
import type { Operation } from './operations';
import type { Received } from './received';
import { type HttpReply, json, redirect } from './reply';

export const identityProviderPath = '/identity-provider';
/** The client that the organisation has registered for Kiro. It is public and has no secret. */
export const identityClientId = '5b2c9c1e-8f1d-4a53-9a6c-0c1d2e3f4a5b';

type IdentityOperation = Extract<Operation, `identity-${string}`>;

const byPath: Record<string, IdentityOperation> = {
  [`GET ${identityProviderPath}/.well-known/openid-configuration`]: 'identity-discovery',
  [`GET ${identityProviderPath}/oauth2/authorize`]: 'identity-authorize',
  [`POST ${identityProviderPath}/oauth2/token`]: 'identity-token',
};

export interface IdentityOptions {
  issuer: TokenIssuer;
  accounts: Accounts;
  authorizations: AuthorizationCodes;
  /** The origin it is served from. */
  base: () => string;
}

/** Which operation of the identity provider a request means; undefined if none. */
export function identityOperation(request: Received): IdentityOperation | undefined {
  return byPath[`${request.method} ${request.path}`];
}

export class IdentityProvider {
  constructor(private readonly options: IdentityOptions) {}

  handle(operation: IdentityOperation, request: Received): HttpReply {
    switch (operation) {
      case 'identity-discovery':
        return discovery(this.options.base());
      case 'identity-authorize':
        return this.#authorize(request.query);
      case 'identity-token':
        return this.#token(request);
    }
  }

  #authorize(query: URLSearchParams): HttpReply {
    const [clientId, redirectUri, challenge] = [
      query.get('client_id'),
      query.get('redirect_uri') ?? '',
      query.get('code_challenge'),
    ];
    const fits =
      clientId === identityClientId &&
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      challenge &&
      query.get('scope') &&
      /^http:\/\/localhost:\d+\/oauth\/callback$/.test(redirectUri);
    if (!fits) return refusal('invalid_request', 'The authorization request is not one of Kiro’s.');
    const account = this.options.accounts.ofMethod('external-idp');
    const code = this.options.authorizations.issue({ account, clientId, redirectUri, challenge });
    const to = new URL(redirectUri);
    to.searchParams.set('code', code);
    const state = query.get('state');
    if (state !== null) to.searchParams.set('state', state);
    return redirect(to.href);
  }

  #token(request: Received): HttpReply {
    // Unlike the services of AWS, an identity provider takes a form and answers in snake_case.
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    const form = new URLSearchParams(request.text);
    const grantType = form.get('grant_type');
    if (!isForm || !['refresh_token', 'authorization_code'].includes(grantType ?? '')) {
      return refusal('invalid_request', 'A form with a grant_type is expected.');
    }
    if (form.get('client_id') !== identityClientId) return refusal('invalid_client', 'Unknown client.');
    return grantType === 'refresh_token' ? this.#refresh(request, form) : this.#exchange(request, form);
  }

  #exchange(request: Received, form: URLSearchParams): HttpReply {
    const [code, redirectUri, verifier] = ['code', 'redirect_uri', 'code_verifier'].map(
      (name) => form.get(name) ?? '',
    );
    const { authorizations, issuer } = this.options;
    const account = authorizations.redeem(code ?? '', identityClientId, redirectUri ?? '', verifier ?? '');
    if (!account) return refusal('invalid_grant', 'The code is not valid.');
    request.account = account;
    const login = issuer.signIn(account);
    return this.#tokens(login, login.refresh?.value);
  }

  #refresh(request: Received, form: URLSearchParams): HttpReply {
    const { issuer } = this.options;
    const login = issuer.redeem(form.get('refresh_token') ?? '');
    if (login?.account.method !== 'external-idp') {
      return refusal('invalid_grant', 'The refresh token is expired or revoked.');
    }
    request.account = login.account;
    return this.#tokens(login, issuer.refresh(login));
  }

  #tokens({ access }: IssuedLogin, refreshToken: string | undefined): HttpReply {
    return json(200, {
      token_type: 'Bearer',
      access_token: access.value,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      expires_in: Math.round((access.expiresAt - this.options.issuer.now()) / 1000),
    });
  }
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

function refusal(error: string, description: string): HttpReply {
  return json(400, { error, error_description: description, correlation_id: randomUUID() });
}
