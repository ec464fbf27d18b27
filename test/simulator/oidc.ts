/** AWS SSO OIDC: client registration, device authorization, tokens. */
import { builderIdStartUrl, type IssuedLogin, type OidcClient } from './account';
import type { Accounts } from './accounts';
import type { DeviceCodes } from './deviceCodes';
import type { TokenIssuer } from './issuer';
import { checkMembers } from './members';
import { oidcError } from './oidcErrors';
import type { Operation } from './operations';
import type { Received } from './received';
import { type HttpReply, isRecord, json } from './reply';
import { serviceAt } from './services';
import { type Violation, violation } from './violations';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const authorizationLifetimeMs = 600_000;

export interface OidcOptions {
  issuer: TokenIssuer;
  accounts: Accounts;
  codes: DeviceCodes;
  /** Where a person approves a code, for a client that named this host. */
  portal: (host: string) => string;
  intervalMs: () => number;
  onViolation: (violation: Violation) => void;
}

const byPath: Record<string, Extract<Operation, 'register' | 'authorize' | 'token'>> = {
  'POST /client/register': 'register',
  'POST /device_authorization': 'authorize',
  'POST /token': 'token',
};

/** Which OIDC operation a request means; undefined if none. */
export function oidcOperation(request: Received): 'register' | 'authorize' | 'token' | undefined {
  return byPath[`${request.method} ${request.path}`];
}

export class OidcService {
  constructor(private readonly options: OidcOptions) {}

  handle(operation: 'register' | 'authorize' | 'token', request: Received): HttpReply {
    const type = request.headers['content-type']?.split(';')[0] ?? '';
    if (!['application/json', 'application/x-amz-json-1.1'].includes(type) || !isRecord(request.body)) {
      return this.#malformed(request.path, `the body is JSON, not ${type || 'nothing'}`);
    }
    switch (operation) {
      case 'register':
        return this.#register(request, request.body);
      case 'authorize':
        return this.#authorize(request, request.body);
      case 'token':
        return this.#token(request, request.body);
    }
  }

  #register(request: Received, body: Record<string, unknown>): HttpReply {
    const wrong = checkMembers(body, {
      clientName: 'string!',
      clientType: 'string!',
      scopes: 'strings',
      grantTypes: 'strings',
      redirectUris: 'strings',
      issuerUrl: 'string',
      entitledApplicationArn: 'string',
    });
    if (wrong) return this.#malformed(request.path, wrong);
    if (body['clientType'] !== 'public') {
      return oidcError('invalid_client_metadata', 'Only public clients can be registered.');
    }
    const { issuer } = this.options;
    const scopes = Array.isArray(body['scopes']) ? body['scopes'].map(String) : [];
    const client = issuer.registerClient(String(body['clientName']), scopes, regionOf(request));
    return json(200, {
      clientId: client.id,
      clientSecret: client.secret,
      clientIdIssuedAt: Math.floor(issuer.now() / 1000),
      clientSecretExpiresAt: Math.floor(client.expiresAt / 1000),
    });
  }

  #authorize(request: Received, body: Record<string, unknown>): HttpReply {
    const wrong = checkMembers(body, { clientId: 'string!', clientSecret: 'string!', startUrl: 'string!' });
    if (wrong) return this.#malformed(request.path, wrong);
    const client = this.#client(request, body);
    if ('status' in client) return client;
    const startUrl = String(body['startUrl']);
    if (!this.#servesStartUrl(startUrl, regionOf(request))) {
      return oidcError('invalid_request', 'Invalid start url provided.');
    }
    const { codes, portal, intervalMs } = this.options;
    const started = codes.start({ kind: 'oidc', client, startUrl }, authorizationLifetimeMs, intervalMs());
    return json(200, {
      deviceCode: started.deviceCode,
      userCode: started.userCode,
      verificationUri: `${portal(request.host)}/device`,
      verificationUriComplete: `${portal(request.host)}/device?user_code=${started.userCode}`,
      expiresIn: authorizationLifetimeMs / 1000,
      interval: started.intervalMs / 1000,
    });
  }

  #token(request: Received, body: Record<string, unknown>): HttpReply {
    const { grantType } = body;
    const isRefresh = grantType === 'refresh_token';
    if (!isRefresh && grantType !== deviceGrant) {
      return oidcError('unsupported_grant_type', 'Grant type not supported.');
    }
    // A scope in a refresh is refused by the service, whatever it says.
    const wrong = checkMembers(body, {
      clientId: 'string!',
      clientSecret: 'string!',
      grantType: 'string!',
      [isRefresh ? 'refreshToken' : 'deviceCode']: 'string!',
    });
    if (wrong) return this.#malformed(request.path, wrong);
    const client = this.#client(request, body);
    if ('status' in client) return client;
    return isRefresh
      ? this.#refresh(request, String(body['refreshToken']), client)
      : this.#poll(request, String(body['deviceCode']), client);
  }

  #poll(request: Received, deviceCode: string, client: OidcClient): HttpReply {
    const polled = this.options.codes.poll(deviceCode, 'oidc', client);
    switch (polled) {
      case 'pending':
        return oidcError('authorization_pending');
      case 'slow_down':
        return oidcError('slow_down');
      case 'denied':
        return oidcError('access_denied');
      case 'expired':
        return oidcError('expired_token');
      case 'unknown':
        return oidcError('invalid_grant', 'Invalid device code provided');
      default:
        request.account = polled.account;
        return this.#tokens(polled, polled.refresh?.value);
    }
  }

  #refresh(request: Received, refreshToken: string, client: OidcClient): HttpReply {
    const login = this.options.issuer.redeem(refreshToken);
    if (!login || login.client !== client) {
      return oidcError('invalid_grant', 'Invalid refresh token provided');
    }
    request.account = login.account;
    return this.#tokens(login, this.options.issuer.refresh(login));
  }

  #tokens({ access }: IssuedLogin, refreshToken: string | undefined): HttpReply {
    return json(200, {
      accessToken: access.value,
      expiresIn: Math.round((access.expiresAt - this.options.issuer.now()) / 1000),
      ...(refreshToken === undefined ? {} : { refreshToken }),
      tokenType: 'Bearer',
    });
  }

  #client(request: Received, body: Record<string, unknown>): OidcClient | HttpReply {
    const { issuer } = this.options;
    const client = issuer.clients.get(String(body['clientId']));
    const region = regionOf(request);
    const elsewhere = region !== undefined && client?.region !== undefined && region !== client.region;
    if (!client || client.secret !== body['clientSecret'] || elsewhere) {
      return oidcError('invalid_client', 'Client is not valid.');
    }
    if (client.expiresAt <= issuer.now()) return oidcError('invalid_client', 'Client is expired.');
    return client;
  }

  // A start URL lives in one region, and only there it can be signed in to.
  #servesStartUrl(startUrl: string, region: string | undefined): boolean {
    if (startUrl === builderIdStartUrl) return region === undefined || region === 'us-east-1';
    const account = this.options.accounts.all.find((candidate) => candidate.startUrl === startUrl);
    if (account) return region === undefined || region === account.ssoRegion;
    return /^https:\/\/[\w-]+\.awsapps\.com\/start\/?#?$/.test(startUrl);
  }

  #malformed(path: string, detail: string): HttpReply {
    this.options.onViolation(violation('oidc-request', path, detail));
    return oidcError('invalid_request', 'Invalid request.');
  }
}

function regionOf(request: Received): string | undefined {
  return serviceAt(request.host)?.region;
}
