/** Device authorizations under way, of both sign-in services. */
import { randomBytes } from 'node:crypto';
import type { IssuedLogin, OidcClient, SimulatedAccount } from './account';
import type { Accounts } from './accounts';
import type { TokenIssuer } from './issuer';

export type Asker =
  | { kind: 'oidc'; client: OidcClient; startUrl: string }
  | { kind: 'social'; provider: 'google' | 'github' };

interface DeviceAuthorization {
  asker: Asker;
  deviceCode: string;
  userCode: string;
  expiresAt: number;
  intervalMs: number;
  polledAt: number | undefined;
  outcome: 'pending' | 'denied' | 'used' | { account: SimulatedAccount };
}

export type Poll = 'pending' | 'slow_down' | 'denied' | 'expired' | 'unknown' | IssuedLogin;

// A client's timer and this clock may disagree by that much without the client being too fast.
const toleranceMs = 100;

export class DeviceCodes {
  readonly #byDevice = new Map<string, DeviceAuthorization>();
  readonly #byUser = new Map<string, DeviceAuthorization>();

  constructor(
    private readonly issuer: TokenIssuer,
    private readonly accounts: Accounts,
  ) {}

  start(asker: Asker, lifetimeMs: number, intervalMs: number): DeviceAuthorization {
    const started: DeviceAuthorization = {
      asker,
      deviceCode: this.issuer.secrets.deviceCode(),
      userCode: newUserCode(),
      expiresAt: this.issuer.now() + lifetimeMs,
      intervalMs,
      polledAt: undefined,
      outcome: 'pending',
    };
    this.#byDevice.set(started.deviceCode, started);
    this.#byUser.set(started.userCode, started);
    return started;
  }

  /** The person agreed. Without an account, it is the one that belongs to the start URL or provider. */
  approve(userCode: string, account?: SimulatedAccount): SimulatedAccount {
    const authorization = this.#pending(userCode);
    const { asker } = authorization;
    const who =
      account ??
      (asker.kind === 'oidc'
        ? this.accounts.atStartUrl(asker.startUrl)
        : this.accounts.ofMethod(asker.provider));
    authorization.outcome = { account: who };
    return who;
  }

  /** The person refused. */
  deny(userCode: string): void {
    this.#pending(userCode).outcome = 'denied';
  }

  /** The time to agree is over. */
  expire(userCode: string): void {
    this.#pending(userCode).expiresAt = this.issuer.now();
  }

  /** The codes that still wait for a person, oldest first. */
  get waiting(): string[] {
    const now = this.issuer.now();
    return [...this.#byUser.values()]
      .filter(({ outcome, expiresAt }) => outcome === 'pending' && expiresAt > now)
      .map(({ userCode }) => userCode);
  }

  /** One poll by a client. A grant is given once. */
  poll(deviceCode: string, kind: Asker['kind'], client?: OidcClient): Poll {
    const authorization = this.#byDevice.get(deviceCode);
    const { asker } = authorization ?? {};
    if (!authorization || asker?.kind !== kind || authorization.outcome === 'used') return 'unknown';
    if (asker.kind === 'oidc' && asker.client !== client) return 'unknown';
    const now = this.issuer.now();
    const tooFast =
      authorization.polledAt !== undefined &&
      now - authorization.polledAt < authorization.intervalMs - toleranceMs;
    authorization.polledAt = now;
    if (authorization.expiresAt <= now) return 'expired';
    if (tooFast) {
      // RFC 8628 §3.5: from now on the client waits five seconds more.
      authorization.intervalMs += 5000;
      return 'slow_down';
    }
    if (authorization.outcome === 'pending') return 'pending';
    if (authorization.outcome === 'denied') return 'denied';
    const { account } = authorization.outcome;
    authorization.outcome = 'used';
    return this.issuer.signIn(account, asker.kind === 'oidc' ? asker.client : undefined);
  }

  #pending(userCode: string): DeviceAuthorization {
    const authorization = this.#byUser.get(userCode);
    if (authorization?.outcome !== 'pending') throw new Error(`No one waits with the code ${userCode}.`);
    return authorization;
  }
}

function newUserCode(): string {
  // Letters that cannot be mistaken for digits, as the service uses.
  const letters = 'BCDFGHJKLMNPQRSTVWXZ';
  const code = [...randomBytes(8)].map((byte) => letters[byte % letters.length]).join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
