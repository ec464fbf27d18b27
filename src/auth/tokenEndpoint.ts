import * as v from 'valibot';
import type { Endpoints } from '../base/endpoints';
import { type ErrorResponse, factsOf, readErrorResponse } from '../base/errorResponse';
import { type ErrorCode, isPassing, KiroError } from '../base/errors';
import { type Http, request, type TextResponse } from '../base/http';
import { isRecord, parseJson } from '../base/json';
import { expiryInJwt, profileRegion, type Tokens } from './credentials';
import type { SpentTokens } from './spentTokens';

/** What a call to a sign-in service needs of the outside. */
export interface AuthCall {
  http: Http;
  endpoints: Endpoints;
  /** Epoch milliseconds. */
  now: () => number;
  signal: AbortSignal;
  /** Refresh tokens that are not sent again. */
  spent?: SpentTokens | undefined;
  /** Throws KiroError `storage` where nothing could be stored: before a token is spent whose successor would be lost. */
  prove?: (() => Promise<void>) | undefined;
  /** How long the service may take to respond, in milliseconds, where that is not `authTimeoutMs`. */
  timeoutMs?: number | undefined;
}

/** How long a sign-in service may take to respond, in milliseconds. */
export const authTimeoutMs = 20_000;

/** One JSON request and its whole response. Throws KiroError `network` or `timeout`, or the signal's reason. */
export function postJson(url: string, body: object, call: AuthCall): Promise<TextResponse> {
  return post(url, 'application/json', JSON.stringify(body), call);
}

/** The same for a form, as OAuth's own token endpoints take it. */
export function postForm(url: string, fields: Record<string, string>, call: AuthCall): Promise<TextResponse> {
  return post(url, 'application/x-www-form-urlencoded', new URLSearchParams(fields).toString(), call);
}

function post(url: string, type: string, body: string, call: AuthCall): Promise<TextResponse> {
  const { http, signal, timeoutMs = authTimeoutMs } = call;
  const headers = { 'content-type': type, accept: 'application/json' };
  return request(http, { method: 'POST', url, headers, body, timeoutMs, signal });
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

/** What a refresh brings: new tokens, and the profile where the service names it. */
export interface Renewed {
  tokens: Tokens;
  profileArn?: string | undefined;
}

const secondsOfAnHour = 3600;
const mostSeconds = 366 * 24 * secondsOfAnHour;

/**
 * The tokens in a 2xx response, in camelCase or, as RFC 6749 has it, in snake_case. Only the access token is required: a
 * refresh token that came with it would be lost for ever with the rest. The expiry is the response's, else the token's
 * own, else an hour from `now` (epoch milliseconds). Throws KiroError `protocol` with reason `body`, `accessToken`, or
 * `token_type` for a token that is no bearer's.
 */
export function readTokens({ status, text }: TextResponse, now: number): Renewed {
  const json = parseJson(text);
  if (json === undefined) throw new KiroError('protocol', { status, reason: 'body' });
  const body = isRecord(json) ? json : {};
  const member = (...names: string[]) =>
    names.map((name) => body[name]).find((value) => typeof value === 'string' && value !== '') as
      | string
      | undefined;
  const access = member('accessToken', 'access_token');
  if (!access) throw new KiroError('protocol', { status, reason: 'accessToken' });
  const type = member('tokenType', 'token_type') ?? 'bearer';
  if (type.toLowerCase() !== 'bearer') throw new KiroError('protocol', { status, reason: 'token_type' });
  const seconds = Number(body['expiresIn'] ?? body['expires_in']);
  const isLifetime = seconds > 0 && seconds <= mostSeconds;
  const own = isLifetime ? undefined : expiryInJwt(access);
  const fallback = now + (isLifetime ? seconds : secondsOfAnHour) * 1000;
  const profileArn = member('profileArn');
  return {
    tokens: {
      access,
      refresh: member('refreshToken', 'refresh_token'),
      expiresAt: own !== undefined && own > now ? own : fallback,
    },
    profileArn: profileArn && profileRegion(profileArn) ? profileArn : undefined,
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
 * What an error response to a refresh means, by the service's error code, for every status but 408, 429, and 5xx, which
 * always pass. `signed-out` and `registration-expired` are permanent: only a new sign-in helps. Everything else may pass, and
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

// What Kiro's sign-in service says in place of a code: "Invalid refresh token provided".
const rejectedToken =
  /\b(invalid|expired|revoked|bad)\b.*\b(token|grant)\b|\b(token|grant)\b.*\b(invalid|expired|revoked)\b/i;

/**
 * The KiroError of a refresh whose response is not 2xx. Only the service's own response, which is JSON, ends a login: a
 * proxy or the sign-in page of a hotel's network says nothing about it. `now` is in epoch milliseconds, for a dated
 * `Retry-After`.
 */
export function refreshError(response: TextResponse, now: number): KiroError {
  return errorOf(response, now, (status, code, { isJson, message }) => {
    const known = refreshErrors[code];
    if (known) return known;
    if (!isJson && !code) return 'network';
    const isRejected = status === 401 || status === 403 || (!code && rejectedToken.test(message ?? ''));
    return isRejected ? 'signed-out' : 'bad-request';
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
  const code = passing(status) ?? meaning(status, plainCode(read.code), read);
  return new KiroError(code, { ...factsOf(read), reason: read.code ?? `http-${status}` });
}

/** What passes whatever else the response says, and whoever says it. */
function passing(status: number): ErrorCode | undefined {
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate-limited';
  return status >= 500 ? 'server' : undefined;
}

/** An error code in one spelling: OAuth's `invalid_grant` and AWS's `InvalidGrantException` are both `invalidgrant`. Empty where there is none. */
export function plainCode(code: string | undefined): string {
  return (code ?? '')
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/exception$/, '');
}

/** Whether a sign-in may go on after this error as if nothing had happened: it says nothing about the sign-in itself. */
export function saysNothing(error: unknown): error is KiroError {
  // The page of a captive portal comes with 200.
  const isPage = error instanceof KiroError && error.code === 'protocol' && error.reason === 'body';
  return isPage || isPassing(error);
}
