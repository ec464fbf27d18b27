import { type ErrorCode, KiroError } from '../base/errors';
import type { TextResponse } from '../base/http';
import { type Refusal, readRefusal } from './refusal';

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
  // An identity provider wants the person back: consent, a second factor, a new password.
  interactionrequired: 'signed-out',
  loginrequired: 'signed-out',
  consentrequired: 'signed-out',
  invalidclient: 'registration-expired',
  expiredclient: 'registration-expired',
  unauthorizedclient: 'registration-expired',
  slowdown: 'rate-limited',
};

/** The KiroError of a refresh that did not answer 2xx. `now` is in epoch milliseconds, for a dated `Retry-After`. */
export function refreshFailure(answer: TextResponse, now: number): KiroError {
  const refusal = readRefusal(answer, now);
  return new KiroError(meaning(refusal), refusal.facts);
}

/** The same for an organization's identity provider. Its client is not registered by us, so no registration can end. */
export function idpRefreshFailure(answer: TextResponse, now: number): KiroError {
  const refusal = readRefusal(answer, now);
  const code = meaning(refusal);
  return new KiroError(code === 'registration-expired' ? 'signed-out' : code, refusal.facts);
}

/** True where only a new sign-in helps. */
export function isPermanent(error: unknown): boolean {
  return error instanceof KiroError && ['signed-out', 'registration-expired'].includes(error.code);
}

function meaning({ status, code, serviceSpoke }: Refusal): ErrorCode {
  if (status === 429) return 'rate-limited';
  if (status >= 500) return 'server';
  const known = code === undefined ? undefined : byCode[code];
  if (known) return known;
  if (status === 401) return 'signed-out';
  // A proxy or a sign-in page of a hotel network forbids in HTML; that says nothing about the login.
  if (status === 403) return serviceSpoke ? 'signed-out' : 'network';
  return 'bad-request';
}
