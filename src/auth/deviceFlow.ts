import * as v from 'valibot';
import { isTrustedAddress } from '../base/endpoints';
import { KiroError } from '../base/errors';
import type { TextResponse } from '../base/http';
import { nameFrom } from '../base/redact';
import type { Login } from './credentials';
import { readBody, saysNothing } from './tokenEndpoint';

/** A device authorization under way (RFC 8628): what the person is shown, and what is polled with. */
export interface DeviceAuthorization {
  /** A secret: whoever has it can collect the login. */
  deviceCode: string;
  /** What the person compares with the page in the browser. */
  userCode: string;
  /** The page on which the code can be typed. */
  verificationUri: string;
  /** The page with the code filled in; the plain one where the service gives none. */
  verificationUriComplete: string;
  /** The least time between two polls, in milliseconds. */
  intervalMs: number;
  /** When the code ends, in epoch milliseconds. */
  expiresAt: number;
}

/** What one poll came to. */
export type DevicePoll =
  | { kind: 'pending' }
  | { kind: 'slow-down' }
  | { kind: 'granted'; login: Login }
  | { kind: 'denied' }
  | { kind: 'expired' };

const text = v.pipe(v.string(), v.nonEmpty());
const defaultIntervalMs = 5000;
// No code lives for a day; and a timer of more than 24.8 days would fire at once.
const mostMs = 86_400_000;
const duration = v.nullish(v.pipe(v.number(), v.finite(), v.minValue(0)));
const authorization = v.object({
  deviceCode: text,
  userCode: text,
  verificationUri: text,
  verificationUriComplete: v.nullish(v.string()),
  // AWS SSO OIDC counts in seconds, Kiro's own service says what it counts in.
  expiresIn: duration,
  interval: duration,
  expiresInMilliseconds: duration,
  intervalInMilliseconds: duration,
});

/**
 * The device authorization in a 2xx response of the service at `base`. `now` and `lifetimeMs`, for a code whose life the
 * service does not say, are in milliseconds. Throws KiroError `protocol` with the unfit field as reason; a page that a
 * browser may not be sent to is one.
 */
export function readAuthorization(
  response: TextResponse,
  { base, now, lifetimeMs }: { base: string; now: number; lifetimeMs: number },
): DeviceAuthorization {
  const { deviceCode, userCode, verificationUri, ...rest } = readBody(authorization, response);
  const pages = { verificationUri, verificationUriComplete: rest.verificationUriComplete || verificationUri };
  for (const [reason, page] of Object.entries(pages)) {
    if (!isTrustedAddress(page, base)) throw new KiroError('protocol', { reason });
  }
  const { expiresIn, interval, expiresInMilliseconds, intervalInMilliseconds } = rest;
  const said = expiresInMilliseconds || (expiresIn && expiresIn * 1000) || lifetimeMs;
  const life = Math.min(said, mostMs);
  const pause = intervalInMilliseconds || (interval && interval * 1000) || defaultIntervalMs;
  return {
    deviceCode,
    userCode: nameFrom(userCode),
    ...pages,
    intervalMs: Math.min(pause, life),
    expiresAt: now + life,
  };
}

/** How a wait is timed; both are passed in so that a test needs no real time. */
export interface LoginTime {
  /** Epoch milliseconds. */
  now: () => number;
  /** Waits `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}

// RFC 8628 §3.5: after `slow_down` five seconds more, from then on; after a connection timeout less often, too.
const slowDownMs = 5000;

/**
 * Polls until the person has decided. A poll that fails for reasons of its own (network, timeout, 5xx, 429) counts as
 * undecided. Once the deadline is past, be it that the machine slept meanwhile, there is one last poll. Throws KiroError
 * `login-denied`, `login-timed-out` (reason `expired` where the service said so, otherwise that of the last failed poll,
 * so that a lost network is not taken for a slow person), what the poll throws for good, or the signal's reason.
 */
export async function deviceLogin(
  { intervalMs, expiresAt }: Pick<DeviceAuthorization, 'intervalMs' | 'expiresAt'>,
  poll: () => Promise<DevicePoll>,
  { now, sleep, signal }: LoginTime,
): Promise<Login> {
  let interval = intervalMs;
  let pause = interval;
  for (;;) {
    await sleep(Math.min(pause, Math.max(interval, expiresAt - now())), signal);
    const isLast = now() >= expiresAt;
    const outcome = await outcomeOf(poll, signal);
    if (outcome.kind === 'granted') return outcome.login;
    if (outcome.kind === 'denied') throw new KiroError('login-denied');
    if (outcome.kind === 'expired') throw new KiroError('login-timed-out', { reason: 'expired' });
    const failure = outcome.kind === 'failed' ? outcome.failure : undefined;
    if (isLast) {
      throw new KiroError('login-timed-out', { reason: failure?.code ?? 'undecided', cause: failure });
    }
    const tooFast =
      outcome.kind === 'slow-down' || failure?.code === 'timeout' || failure?.code === 'rate-limited';
    if (tooFast) interval += slowDownMs;
    pause = Math.max(interval, failure?.retryAfterMs ?? 0);
  }
}

async function outcomeOf(
  poll: () => Promise<DevicePoll>,
  signal: AbortSignal,
): Promise<DevicePoll | { kind: 'failed'; failure: KiroError }> {
  try {
    return await poll();
  } catch (failure) {
    signal.throwIfAborted();
    if (saysNothing(failure)) return { kind: 'failed', failure };
    throw failure;
  }
}
