import * as v from 'valibot';
import { type ErrorCode, KiroError } from '../base/errors';
import { type Answer, parseJson } from '../base/http';
import { redact } from '../base/redact';

/**
 * What a refused refresh means, by the service's error code, for every status but 429 and 5xx, which always pass. The
 * OAuth spelling (`invalid_grant`) and the AWS one (`InvalidGrantException`) are the same entry. `signed-out` and
 * `registration-expired` are permanent: only a new sign-in helps. Everything else may pass, and the access token is
 * good until its own end.
 */
const byCode: Readonly<Record<string, ErrorCode>> = {
  invalidgrant: 'signed-out',
  expiredtoken: 'signed-out',
  invalidtoken: 'signed-out',
  accessdenied: 'signed-out',
  // Seen on OIDC when another sign-in of the same program replaced this one.
  invalidrequest: 'signed-out',
  invalidscope: 'signed-out',
  invalidclient: 'registration-expired',
  expiredclient: 'registration-expired',
  unauthorizedclient: 'registration-expired',
  slowdown: 'rate-limited',
};

const body = v.object({
  error: v.optional(v.string()),
  __type: v.optional(v.string()),
  error_description: v.optional(v.string()),
  message: v.optional(v.string()),
});

/** The KiroError of a refresh that did not answer 2xx. `now` is in epoch milliseconds, for a dated `Retry-After`. */
export function refreshFailure(answer: Answer, now: number): KiroError {
  const { status } = answer;
  const json = parseJson(answer.text);
  const parsed = v.safeParse(body, json);
  const said = parsed.success ? parsed.output : {};
  const reason = errorCode(said.error ?? said.__type ?? answer.headers.get('x-amzn-errortype') ?? undefined);
  const detail = said.error_description ?? said.message;
  return new KiroError(meaning(status, reason, parsed.success), {
    status,
    reason: reason ?? `http-${status}`,
    detail: detail === undefined ? undefined : redact(detail),
    requestId: answer.headers.get('x-amzn-requestid') ?? undefined,
    retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), now),
  });
}

/** True where only a new sign-in helps. */
export function isPermanent(error: unknown): boolean {
  return error instanceof KiroError && ['signed-out', 'registration-expired'].includes(error.code);
}

function meaning(status: number, reason: string | undefined, serviceSpoke: boolean): ErrorCode {
  if (status === 429) return 'rate-limited';
  if (status >= 500) return 'server';
  const known = reason === undefined ? undefined : byCode[plain(reason)];
  if (known) return known;
  if (status === 401) return 'signed-out';
  // A proxy or a sign-in page of a hotel network forbids in HTML; that says nothing about the login.
  if (status === 403) return serviceSpoke ? 'signed-out' : 'network';
  return 'bad-request';
}

// `com.amazonaws.ssooidc#InvalidGrantException:http://…` → `InvalidGrantException`. Anything unlike a code is not repeated.
function errorCode(text: string | undefined): string | undefined {
  const code = text?.split(':')[0]?.split('#').at(-1);
  return code && /^[A-Za-z][A-Za-z_.]{1,63}$/.test(code) ? code : undefined;
}

function plain(code: string): string {
  return code
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/exception$/, '');
}

/** The `Retry-After` header (seconds or an HTTP date) in milliseconds; undefined where it is absent or unreadable. */
function retryAfterMs(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : undefined;
  const ms = seconds === undefined ? Date.parse(header) - now : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
