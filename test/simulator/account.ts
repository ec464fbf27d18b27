/** An account of the simulated service: what it may do, and the logins it has been given. */
import type { CatalogModel } from './catalog';
import type { WebAccess, WebPage } from './mcp';
import type { HttpReply } from './reply';
import type { Plan, UsageLimits } from './usage';

export type Method = 'builder-id' | 'idc' | 'google' | 'github' | 'external-idp' | 'api-key';

export const builderIdStartUrl = 'https://view.awsapps.com/start';
/** What clients send for a Builder ID, whose profile the service does not list. */
export const builderIdProfileArn = 'arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX';
/** The one profile that every Google and GitHub account shares. */
export const socialProfileArn = 'arn:aws:codewhisperer:us-east-1:699475941385:profile/EHGA3GRVQMUK';

export interface AccountOptions {
  method: Method;
  email: string;
  plan?: Plan;
  /** Credits already used this month. */
  used?: number;
  /** Identity Center only. */
  startUrl?: string;
  ssoRegion?: string;
  profileArn?: string;
}

export interface Profile {
  arn: string;
  profileName: string;
  status?: string;
  profileType?: string;
  identityDetails?: Record<string, unknown>;
}

/** A client registered with the SSO OIDC service. */
export interface OidcClient {
  id: string;
  secret: string;
  name: string;
  scopes: string[];
  /** A client exists in one region only; undefined where the simulator does not know the region. */
  region: string | undefined;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** One login: the tokens that one sign-in gave, and the tokens that followed from them. */
export interface IssuedLogin {
  account: SimulatedAccount;
  client: OidcClient | undefined;
  access: AccessToken;
  refresh: RefreshToken | undefined;
}
export interface AccessToken {
  value: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  revoked: boolean;
}
export interface RefreshToken {
  value: string;
  /** A used token of a rotating login, or one that was revoked. */
  dead: boolean;
}

export class SimulatedAccount {
  readonly method: Method;
  readonly email: string;
  readonly plan: Plan;
  readonly startUrl: string | undefined;
  readonly ssoRegion: string;
  /** The profile this account's requests name; absent for an API key. */
  profileArn: string | undefined;
  /** What `List-Available-Profiles` answers; an error where the service refuses the question. */
  profiles: Profile[] | HttpReply;
  /** What `List-Available-Models` answers. */
  models: CatalogModel[];
  usage: UsageLimits;
  /** Every chat of this account is answered with this error, until it is set back. */
  chatError: HttpReply | undefined;
  /** Tools that the model refuses in whatever form they come, by their names on the wire. */
  hopelessTools: readonly string[] = [];
  /** Whether `web_search` is among its remote tools, and works. */
  webAccess: WebAccess = 'without-right';
  /** What a search finds, whatever it is for. */
  web: WebPage[] = [];
  /** What was searched for. */
  readonly searches: string[] = [];
  /** Whether a refresh gives a new refresh token and kills the old one; otherwise it answers none at all. */
  rotates = true;
  /** The life of an access token. */
  tokenLifetimeMs = 3_600_000;
  /** The latest login comes last. */
  readonly logins: IssuedLogin[] = [];

  constructor(
    readonly id: string,
    options: AccountOptions & {
      profiles: Profile[] | HttpReply;
      models: CatalogModel[];
      usage: UsageLimits;
    },
  ) {
    this.method = options.method;
    this.email = options.email;
    this.plan = options.plan ?? 'KIRO PRO';
    this.startUrl = options.startUrl;
    this.ssoRegion = options.ssoRegion ?? 'us-east-1';
    this.profileArn = options.profileArn;
    this.profiles = options.profiles;
    this.models = options.models;
    this.usage = options.usage;
  }

  /** The header value that this account's requests must carry as `TokenType`, if any. */
  get tokenType(): 'API_KEY' | 'EXTERNAL_IDP' | undefined {
    if (this.method === 'api-key') return 'API_KEY';
    return this.method === 'external-idp' ? 'EXTERNAL_IDP' : undefined;
  }
  get usesOidc(): boolean {
    return this.method === 'builder-id' || this.method === 'idc';
  }
  get isSocial(): boolean {
    return this.method === 'google' || this.method === 'github';
  }

  get login(): IssuedLogin {
    const login = this.logins.at(-1);
    if (!login) throw new Error(`${this.email} has no login.`);
    return login;
  }
  get accessToken(): string {
    return this.login.access.value;
  }
  get refreshToken(): string {
    return required(this.login.refresh, 'refresh token').value;
  }
  /** The true expiry of the access token, in epoch milliseconds. */
  get expiresAt(): number {
    return this.login.access.expiresAt;
  }
  get clientId(): string {
    return required(this.login.client, 'OIDC client').id;
  }
  get clientSecret(): string {
    return required(this.login.client, 'OIDC client').secret;
  }
  /** The expiry of the client registration, in epoch milliseconds. */
  get clientExpiresAt(): number {
    return required(this.login.client, 'OIDC client').expiresAt;
  }

  /** The service no longer takes the access token, whatever its expiry says. The refresh token still works. */
  rejectAccessToken(): void {
    this.login.access.revoked = true;
  }
  /** The refresh token is dead; the access token lives on. */
  revokeRefreshToken(): void {
    required(this.login.refresh, 'refresh token').dead = true;
  }
  /** The client registration is over, so that nothing can be refreshed with it. */
  expireRegistration(now: number): void {
    required(this.login.client, 'OIDC client').expiresAt = now;
  }
  /** Both tokens are dead: signed out everywhere. */
  revoke(): void {
    this.rejectAccessToken();
    if (this.login.refresh) this.login.refresh.dead = true;
  }
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`This login has no ${what}.`);
  return value;
}
