import * as v from 'valibot';
import type { Endpoints } from '../base/endpoints';
import { type ErrorResponse, factsOf, readErrorResponse } from '../base/errorResponse';
import { type ErrorCode, KiroError } from '../base/errors';
import { type Http, request, type TextResponse } from '../base/http';
import { parseJson } from '../base/json';
import type { Tokens } from './credentials';

/** What a call to a sign-in service needs of the outside. */
export interface AuthCall {
  http: Http;
  endpoints: Endpoints;
  /** Epoch milliseconds. */
  now: () => number;
  signal: AbortSignal;
}

/** How long a sign-in service may take to respond, in milliseconds. */
export const authTimeoutMs = 20_000;

/** One JSON request and its whole response. Throws KiroError `network` or `timeout`, or the signal's reason. */
export function postJson(url: string, body: object, call: AuthCall): Promise<TextResponse> {
  return request(call.http, {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    timeoutMs: authTimeoutMs,
    signal: call.signal,
  });
}

/** True for a 2xx status. */
export function isSuccess({ status }: TextResponse): boolean {
  return status >= 200 && status <= 299;
}

/** A 2xx response's JSON in this shape. Throws KiroError `protocol` with the first unfit field as reason, `body` where there is none. */
export function readBody<T>(shape: v.GenericSchema<unknown, T>, { status, text }: TextResponse): T {
  const parsed = v.safeParse(shape, parseJson(text));
  if (parsed.success) return parsed.output;
  throw new KiroError('protocol', { status, reason: v.getDotPath(parsed.issues[0]) ?? 'body' });
}

const tokenResponse = v.object({
  accessToken: v.pipe(v.string(), v.nonEmpty()),
  refreshToken: v.nullish(v.string()),
  /** Seconds. */
  expiresIn: v.pipe(v.number(), v.finite(), v.minValue(1)),
  profileArn: v.nullish(v.string()),
});

/** What a refresh brings: new tokens, and the profile where the service names it. */
export interface Renewed {
  tokens: Tokens;
  profileArn?: string | undefined;
}

/** The tokens in a 2xx response. `now` is in epoch milliseconds. Throws KiroError `protocol` with the unfit field as reason. */
export function readTokens(response: TextResponse, now: number): Renewed {
  const { accessToken, refreshToken, expiresIn, profileArn } = readBody(tokenResponse, response);
  return {
    tokens: { access: accessToken, refresh: refreshToken || undefined, expiresAt: now + expiresIn * 1000 },
    profileArn: profileArn || undefined,
  };
}

/**
 * The tokens in the response to a refresh; one without a refresh token keeps `refreshToken`. `now` is in epoch
 * milliseconds. Throws what `refreshError` makes of an error response, or as `readTokens`.
 */
export function readRefreshed(response: TextResponse, refreshToken: string, now: number): Renewed {
  if (!isSuccess(response)) throw refreshError(response, now);
  const { tokens, profileArn } = readTokens(response, now);
  return { tokens: { ...tokens, refresh: tokens.refresh ?? refreshToken }, profileArn };
}

/**
 * What an error response to a refresh means, by the service's error code, for every status but 429 and 5xx, which always
 * pass. `signed-out` and `registration-expired` are permanent: only a new sign-in helps. Everything else may pass, and
 * the access token is good until its own end.
 */
const refreshErrors: Readonly<Record<string, ErrorCode>> = {
  invalidgrant: 'signed-out',
  expiredtoken: 'signed-out',
  invalidtoken: 'signed-out',
  accessdenied: 'signed-out',
  // Seen on OIDC when another sign-in of the same program replaced this one.
  invalidrequest: 'signed-out',
  invalidscope: 'signed-out',
  // An identity provider wants the person back: consent, a second factor, a new password.
  interactionrequired: 'signed-out',
  loginrequired: 'signed-out',
  consentrequired: 'signed-out',
  invalidclient: 'registration-expired',
  expiredclient: 'registration-expired',
  unauthorizedclient: 'registration-expired',
  slowdown: 'rate-limited',
};

/** The KiroError of a refresh whose response is not 2xx. `now` is in epoch milliseconds, for a dated `Retry-After`. */
export function refreshError(response: TextResponse, now: number): KiroError {
  return errorOf(response, now, (status, code, { isJson }) => {
    const known = refreshErrors[code];
    if (known) return known;
    if (status === 401) return 'signed-out';
    // A proxy or a sign-in page of a hotel network forbids in HTML; that says nothing about the login.
    if (status === 403) return isJson ? 'signed-out' : 'network';
    return 'bad-request';
  });
}

/**
 * The KiroError of a step of a sign-in (anything before the first tokens) whose response is not 2xx: `rate-limited`,
 * `server`, `network` (something between us and the service responded), `login-denied`, otherwise `bad-request`; the
 * reason is the service's error code, or `http-<status>`. Nothing is signed out here, because nothing was signed in.
 * `now` is in epoch milliseconds.
 */
export function signInError(response: TextResponse, now: number): KiroError {
  return errorOf(response, now, (_status, code, { isJson }) => {
    if (code === 'slowdown') return 'rate-limited';
    if (code === 'accessdenied') return 'login-denied';
    return code || isJson ? 'bad-request' : 'network';
  });
}

function errorOf(
  response: TextResponse,
  now: number,
  meaning: (status: number, code: string, read: ErrorResponse) => ErrorCode,
): KiroError {
  const { status } = response;
  const read = readErrorResponse(response, now);
  const code =
    status === 429 ? 'rate-limited' : status >= 500 ? 'server' : meaning(status, plainCode(read.code), read);
  return new KiroError(code, { ...factsOf(read), reason: read.code ?? `http-${status}` });
}

/** An error code in one spelling: OAuth's `invalid_grant` and AWS's `InvalidGrantException` are both `invalidgrant`. Empty where there is none. */
export function plainCode(code: string | undefined): string {
  return (code ?? '')
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/exception$/, '');
}

/** Whether a sign-in may go on after this error as if nothing had happened: it says nothing about the sign-in itself. */
export function isPassing(error: unknown): error is KiroError {
  const passing: readonly ErrorCode[] = ['network', 'timeout', 'server', 'rate-limited'];
  return error instanceof KiroError && passing.includes(error.code);
}
