import type { ErrorFacts } from './errors';
import type { TextResponse } from './http';
import { isRecord, parseJson } from './json';
import { nameFrom, redact } from './redact';

/** What a service says when it does not do what it was asked for, member by member: a bad one hides no other. */
export interface ErrorResponse {
  /** None inside a stream. */
  status: number | undefined;
  /** The error's name as the service spells it, without a namespace: `ValidationException`, `invalid_grant`. */
  code: string | undefined;
  /** The machine-readable reason beside the code: `MONTHLY_REQUEST_COUNT`. */
  reason: string | undefined;
  /** The service's own sentence. It may quote a secret: `factsOf` redacts it. */
  message: string | undefined;
  /** Whether the body is a JSON object, as the services' own are; a proxy or a hotel's sign-in page answers HTML. */
  isJson: boolean;
  requestId: string | undefined;
  /** How long to wait, in milliseconds. */
  retryAfterMs: number | undefined;
}

/** The service's id of a request, which a support case needs. */
export function requestIdIn(headers: Headers): string | undefined {
  const id = headers.get('x-amzn-requestid');
  return id === null ? undefined : nameFrom(id);
}

/** Reads a response that is not what was asked for. `now` is in epoch milliseconds, for a dated `Retry-After`. */
export function readErrorResponse({ status, headers, text }: TextResponse, now: number): ErrorResponse {
  const body = readErrorBody(parseJson(text));
  return {
    ...body,
    status,
    code: body.code ?? codeIn(headers.get('x-amzn-errortype')),
    requestId: requestIdIn(headers),
    retryAfterMs: retryAfterMs(headers.get('retry-after'), now),
  };
}

/**
 * The part of an error response that stands in its JSON: OAuth's `error` and `error_description`, the `__type`, `message`
 * and `reason` of AWS's dialects, or the same one level deeper, in an object called `error`.
 */
export function readErrorBody(json: unknown): ErrorResponse {
  const body = isRecord(json) ? json : {};
  const nested = isRecord(body['error']) ? body['error'] : {};
  const [code, reason, message] = [
    ['error', '__type'],
    ['reason'],
    ['error_description', 'message', 'Message'],
  ].map((names) => names.flatMap((name) => [body[name], nested[name]]).find(isText));
  return {
    status: undefined,
    code: codeIn(code),
    reason: reason && nameFrom(reason, mostOfReason),
    message,
    isJson: isRecord(json),
    requestId: undefined,
    retryAfterMs: undefined,
  };
}

/** What an error response contributes to a KiroError. */
export function factsOf(response: ErrorResponse): ErrorFacts {
  const { status, reason, message, isJson, requestId, retryAfterMs } = response;
  const detail = message === undefined ? undefined : redact(message);
  return { status, reason, detail, isFromService: isJson, requestId, retryAfterMs };
}

// `com.amazonaws.ssooidc#InvalidGrantException:http://…` → `InvalidGrantException`. Anything unlike a code is not repeated.
function codeIn(text: string | null | undefined): string | undefined {
  const code = text?.split(':')[0]?.split('#').at(-1);
  return code && /^[A-Za-z][A-Za-z_.]{1,63}$/.test(code) ? code : undefined;
}

// Seconds or an HTTP date. `Date.parse` alone takes "1.5" for a day in January.
function retryAfterMs(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const ms = /^[A-Z][a-z]+, .* GMT$/.test(value) ? Date.parse(value) - now : Number.NaN;
  return ms >= 0 ? ms : undefined;
}

/** The longest that was seen has thirty. */
const mostOfReason = 80;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
