/** Gives out tokens and client registrations, and knows which of them are good. */
import { randomBytes } from 'node:crypto';
import type { IssuedLogin, OidcClient, SimulatedAccount } from './account';
import { Secrets } from './secrets';

const registrationLifetimeMs = 90 * 86_400_000;

export class TokenIssuer {
  readonly secrets: Secrets;
  readonly clients = new Map<string, OidcClient>();
  readonly #byAccess = new Map<string, { login: IssuedLogin; access: IssuedLogin['access'] }>();
  readonly #byRefresh = new Map<
    string,
    { login: IssuedLogin; refresh: NonNullable<IssuedLogin['refresh']> }
  >();

  constructor(
    readonly now: () => number,
    private readonly bytes: (count: number) => Buffer = randomBytes,
  ) {
    this.secrets = new Secrets(bytes);
  }

  registerClient(name: string, scopes: string[], region?: string): OidcClient {
    const client: OidcClient = {
      id: this.bytes(16).toString('base64url'),
      secret: this.secrets.clientSecret(),
      name,
      scopes,
      region,
      expiresAt: this.now() + registrationLifetimeMs,
    };
    this.clients.set(client.id, client);
    return client;
  }

  /** A new login of this account, as a finished sign-in gives it. */
  signIn(account: SimulatedAccount, client?: OidcClient): IssuedLogin {
    const login: IssuedLogin = {
      account,
      client,
      access: { value: '', expiresAt: 0, revoked: false },
      refresh: undefined,
    };
    this.#renewAccess(login);
    if (account.method !== 'api-key') this.#renewRefresh(login);
    account.logins.push(login);
    return login;
  }

  /** Gives a login its next tokens; the new refresh token, where there is one, is the only one left alive. */
  refresh(login: IssuedLogin): string | undefined {
    if (!login.account.rotates) {
      this.#renewAccess(login);
      return undefined;
    }
    if (login.refresh) login.refresh.dead = true;
    this.#renewAccess(login);
    this.#renewRefresh(login);
    return login.refresh?.value;
  }

  /** The login behind an access token that is good now. */
  authenticate(accessToken: string): IssuedLogin | undefined {
    const known = this.#byAccess.get(accessToken);
    if (!known || known.access.revoked || known.access.expiresAt <= this.now()) return undefined;
    return known.login;
  }

  /** The login behind a refresh token that is not dead. */
  redeem(refreshToken: string): IssuedLogin | undefined {
    const known = this.#byRefresh.get(refreshToken);
    return known && !known.refresh.dead ? known.login : undefined;
  }

  #renewAccess(login: IssuedLogin): void {
    const { account } = login;
    const lasts = account.method !== 'api-key';
    const expiresAt = lasts ? this.now() + account.tokenLifetimeMs : Number.MAX_SAFE_INTEGER;
    const value = this.#accessToken(account, expiresAt);
    login.access = { value, expiresAt, revoked: false };
    this.#byAccess.set(value, { login, access: login.access });
  }

  #accessToken({ method, email }: SimulatedAccount, expiresAt: number): string {
    if (method === 'api-key') return this.secrets.apiKey();
    return method === 'external-idp'
      ? this.secrets.identityToken(email, expiresAt)
      : this.secrets.accessToken();
  }

  #renewRefresh(login: IssuedLogin): void {
    const isExternal = login.account.method === 'external-idp';
    const value = isExternal ? this.secrets.identityRefreshToken() : this.secrets.refreshToken();
    login.refresh = { value, dead: false };
    this.#byRefresh.set(value, { login, refresh: login.refresh });
  }
}
