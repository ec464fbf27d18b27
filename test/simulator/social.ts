/** Kiro's own sign-in service for Google and GitHub accounts. */
import type { IssuedLogin } from './account';
import type { DeviceCodes } from './deviceCodes';
import { httpError } from './httpErrors';
import type { TokenIssuer } from './issuer';
import { checkMembers } from './members';
import type { Operation } from './operations';
import type { Received } from './received';
import { type HttpReply, isRecord, json } from './reply';
import { type Violation, violation } from './violations';

const authorizationLifetimeMs = 300_000;
const clientIds = ['Kiro-CLI', 'kiro-cli'];
const providers: Record<string, 'google' | 'github'> = { Google: 'google', Github: 'github' };

export interface SocialOptions {
  issuer: TokenIssuer;
  codes: DeviceCodes;
  portal: (host: string) => string;
  intervalMs: () => number;
  onViolation: (violation: Violation) => void;
}

type SocialOperation = Extract<Operation, `social-${string}`>;

const byPath: Record<string, SocialOperation> = {
  'POST /oauth/device/authorization': 'social-authorize',
  'POST /oauth/device/poll': 'social-poll',
  'POST /refreshToken': 'social-refresh',
  'POST /logout': 'social-logout',
};

/** Which operation of this service a request means; undefined if none. */
export function socialOperation(request: Received): SocialOperation | undefined {
  return byPath[`${request.method} ${request.path}`];
}

export class SocialService {
  constructor(private readonly options: SocialOptions) {}

  handle(operation: SocialOperation, request: Received): HttpReply {
    if (!isRecord(request.body)) return this.#malformed(request.path, 'the body is JSON');
    switch (operation) {
      case 'social-authorize':
        return this.#authorize(request, request.body);
      case 'social-poll':
        return this.#poll(request, request.body);
      case 'social-refresh':
        return this.#refresh(request, request.body);
      case 'social-logout':
        return this.#logout(request, request.body);
    }
  }

  #authorize({ path, host }: Received, body: Record<string, unknown>): HttpReply {
    const wrong = checkMembers(body, { clientId: 'string!', loginProvider: 'string!' });
    const provider = providers[String(body['loginProvider'])];
    if (wrong ?? !provider) return this.#malformed(path, wrong ?? 'an unknown login provider');
    if (!provider || !clientIds.includes(String(body['clientId']))) {
      return this.#malformed(path, 'an unknown client');
    }
    const { codes, portal, intervalMs } = this.options;
    const started = codes.start({ kind: 'social', provider }, authorizationLifetimeMs, intervalMs());
    return json(200, {
      deviceCode: started.deviceCode,
      userCode: started.userCode,
      verificationUri: `${portal(host)}/device`,
      verificationUriComplete: `${portal(host)}/device?user_code=${started.userCode}`,
      expiresInMilliseconds: authorizationLifetimeMs,
      intervalInMilliseconds: started.intervalMs,
    });
  }

  #poll(request: Received, body: Record<string, unknown>): HttpReply {
    const wrong = checkMembers(body, { clientId: 'string!', deviceCode: 'string!' });
    if (wrong) return this.#malformed(request.path, wrong);
    const polled = this.options.codes.poll(String(body['deviceCode']), 'social');
    switch (polled) {
      // This service knows no slow_down; it keeps answering that nothing has happened.
      case 'pending':
      case 'slow_down':
        return json(200, { status: 'authorization_pending' });
      case 'expired':
        return json(200, { status: 'expired_token' });
      // No status of its own is known for a refusal.
      case 'denied':
      case 'unknown':
        return json(200, { status: 'invalid_token' });
      default:
        request.account = polled.account;
        return json(200, {
          status: 'authorized',
          identityProvider: polled.account.method === 'github' ? 'Github' : 'Google',
          ...this.#tokens(polled, polled.refresh?.value),
        });
    }
  }

  #refresh(request: Received, body: Record<string, unknown>): HttpReply {
    const wrong = checkMembers(body, { refreshToken: 'string!' });
    if (wrong) return this.#malformed(request.path, wrong);
    const login = this.options.issuer.redeem(String(body['refreshToken']));
    if (!login?.account.isSocial) {
      return httpError({ status: 401, message: 'Invalid refresh token' });
    }
    request.account = login.account;
    const renewed = this.options.issuer.refresh(login);
    return json(200, this.#tokens(login, renewed));
  }

  #logout(request: Received, body: Record<string, unknown>): HttpReply {
    const wrong = checkMembers(body, { refreshToken: 'string!' });
    if (wrong) return this.#malformed(request.path, wrong);
    const login = this.options.issuer.redeem(String(body['refreshToken']));
    if (login?.account.isSocial) {
      request.account = login.account;
      login.access.revoked = true;
      if (login.refresh) login.refresh.dead = true;
    }
    return json(200, undefined);
  }

  #tokens({ access, account }: IssuedLogin, refreshToken: string | undefined): Record<string, unknown> {
    return {
      accessToken: access.value,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      expiresIn: Math.round((access.expiresAt - this.options.issuer.now()) / 1000),
      ...(account.profileArn === undefined ? {} : { profileArn: account.profileArn }),
    };
  }

  #malformed(path: string, detail: string): HttpReply {
    this.options.onViolation(violation('social-request', path, detail));
    return httpError({ status: 400, message: 'Bad Request' });
  }
}
