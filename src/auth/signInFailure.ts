import { type ErrorCode, KiroError } from '../base/errors';
import type { TextResponse } from '../base/http';
import { readRefusal } from './refusal';

/**
 * The KiroError of a step of a sign-in (anything before the first tokens) that did not answer 2xx: `rate-limited`,
 * `server`, `network` (something between us and the service answered), `login-denied`, otherwise `bad-request`; the
 * reason is the service's error code, or `http-<status>`. Nothing is signed out here, because nothing was signed in.
 * `now` is in epoch milliseconds.
 */
export function signInFailure(answer: TextResponse, now: number): KiroError {
  const { status, code, serviceSpoke, facts } = readRefusal(answer, now);
  return new KiroError(meaning(status, code, serviceSpoke), facts);
}

/** Whether a sign-in may go on after this error as if nothing had happened: it says nothing about the sign-in itself. */
export function isPassing(error: unknown): error is KiroError {
  const passing: readonly ErrorCode[] = ['network', 'timeout', 'server', 'rate-limited'];
  return error instanceof KiroError && passing.includes(error.code);
}

function meaning(status: number, code: string | undefined, serviceSpoke: boolean): ErrorCode {
  if (status === 429 || code === 'slowdown') return 'rate-limited';
  if (status >= 500) return 'server';
  if (code === 'accessdenied') return 'login-denied';
  if (code === undefined && !serviceSpoke) return 'network';
  return 'bad-request';
}
