import { type ErrorCode, KiroError } from '../../base/errors';
import { parseJson } from '../../base/http';
import { redact } from '../../base/redact';

/** What the service says when it refuses, in whichever of its shapes: restJson1, awsJson, or an exception frame. */
export interface Refusal {
  status?: number | undefined;
  /** Exception name, without namespace. */
  type?: string | undefined;
  reason?: string | undefined;
  message?: string | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
}

// The reasons the official client's model knows, and what they mean to a person.
const codeOfReason: Readonly<Record<string, ErrorCode>> = {
  CONTENT_LENGTH_EXCEEDS_THRESHOLD: 'too-long',
  PROMPT_TOO_LONG: 'too-long',
  INVALID_MODEL_ID: 'unknown-model',
  MONTHLY_REQUEST_COUNT: 'quota',
  OVERAGE_REQUEST_LIMIT_EXCEEDED: 'quota',
  CONVERSATION_LIMIT_EXCEEDED: 'quota',
  DAILY_REQUEST_COUNT: 'rate-limited',
  INSUFFICIENT_MODEL_CAPACITY: 'capacity',
  MODEL_TEMPORARILY_UNAVAILABLE: 'capacity',
  TEMPORARILY_SUSPENDED: 'suspended',
  FEATURE_NOT_SUPPORTED: 'forbidden',
};

// Refusals that come without a reason are told apart by their sentence; each gets a reason of our own, so that nobody
// further up looks at sentences again.
const sentences: readonly { pattern: RegExp; code: ErrorCode; reason: string }[] = [
  {
    pattern: /bearer token .*invalid|^invalid token$/i,
    code: 'token-rejected',
    reason: 'INVALID_BEARER_TOKEN',
  },
  { pattern: /temporarily (is )?suspended/i, code: 'suspended', reason: 'TEMPORARILY_SUSPENDED' },
  { pattern: /profileArn is required/i, code: 'forbidden', reason: 'PROFILE_ARN_REQUIRED' },
  { pattern: /input is too long|exceeded max chat context/i, code: 'too-long', reason: 'INPUT_TOO_LONG' },
  { pattern: /^invalid model\b/i, code: 'unknown-model', reason: 'INVALID_MODEL_ID' },
  { pattern: /invalid additionalModelRequestFields/i, code: 'bad-request', reason: 'INVALID_MODEL_FIELDS' },
  {
    pattern: /invalid .?signature.? in .?thinking/i,
    code: 'bad-request',
    reason: 'THINKING_SIGNATURE_INVALID',
  },
  { pattern: /unexpectedly high load/i, code: 'capacity', reason: 'HIGH_LOAD' },
  { pattern: /reached the limit/i, code: 'quota', reason: 'LIMIT_REACHED' },
];

const codeOfType: Readonly<Record<string, ErrorCode>> = {
  ThrottlingException: 'rate-limited',
  ServiceQuotaExceededException: 'quota',
  ServiceUnavailableException: 'server',
  InternalServerException: 'server',
  ContentLengthExceededException: 'too-long',
  ExpiredTokenException: 'token-rejected',
};

// Inside a stream an exception comes without a status; these are the ones the official model gives them.
const statusOfType: Readonly<Record<string, number>> = {
  ValidationException: 400,
  UnauthorizedException: 401,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  ConflictException: 409,
};

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'token-rejected';
  if (status === 402) return 'quota';
  if (status === 403) return 'forbidden';
  if (status === 408) return 'timeout';
  if (status === 413) return 'too-long';
  if (status === 429) return 'rate-limited';
  return status >= 500 ? 'server' : 'bad-request';
}

/** The one table from a refusal of the service to our closed set: its reason first, then its sentence, type and status. */
export function failure(refusal: Refusal): KiroError {
  const { status, type, message, requestId, retryAfterMs } = refusal;
  const known = refusal.reason === undefined ? undefined : codeOfReason[refusal.reason];
  const sentence =
    known || refusal.reason ? undefined : sentences.find(({ pattern }) => pattern.test(message ?? ''));
  const code =
    known ??
    sentence?.code ??
    codeOfType[type ?? ''] ??
    codeOfStatus(status ?? statusOfType[type ?? ''] ?? 500);
  return new KiroError(code, {
    status,
    reason: refusal.reason ?? sentence?.reason,
    detail: message === undefined ? undefined : redact(message),
    requestId,
    retryAfterMs,
  });
}

/** The service calls many requests malformed that are merely too large; from this share of the window on, that is likelier. */
const nearlyFull = 0.75;

/**
 * The same refusal, or `too-long` where the service gave no reason and the request, by our estimate of its tokens, nearly
 * fills the window.
 */
export function refusalOfLarge(error: KiroError, tokens: number, contextWindow: number): KiroError {
  const { code, status, reason, detail, requestId, cause } = error;
  if (code !== 'bad-request' || status !== 400 || reason !== undefined) return error;
  if (tokens < nearlyFull * contextWindow) return error;
  return new KiroError('too-long', { status, reason: 'PROBABLY_TOO_LONG', detail, requestId, cause });
}

/** Reads a refused HTTP answer. Its body may be JSON of either dialect, or a gateway's HTML page. */
export function httpFailure(status: number, headers: Headers, body: string, now: number): KiroError {
  return failure({
    status,
    ...refusalBody(parseJson(body)),
    ...typeOf(headers.get('x-amzn-errortype')),
    requestId: headers.get('x-amzn-requestid') ?? undefined,
    retryAfterMs: retryAfter(headers.get('retry-after'), now),
  });
}

/**
 * What an answer means that should be a stream and is none, although its status says that all is well: a refusal all the
 * same, or what a gateway puts in the service's place.
 */
export function unstreamed(headers: Headers, body: string, now: number): KiroError {
  const refusal = { ...refusalBody(parseJson(body)), ...typeOf(headers.get('x-amzn-errortype')) };
  const requestId = headers.get('x-amzn-requestid') ?? undefined;
  const isRefusal = Object.values(refusal).some((fact) => fact !== undefined);
  if (!isRefusal) return new KiroError('protocol', { reason: 'not-a-stream', requestId });
  return failure({ ...refusal, requestId, retryAfterMs: retryAfter(headers.get('retry-after'), now) });
}

/** The parts of a refusal that stand in its JSON: `message`, `reason`, and in the awsJson dialect `__type`. */
export function refusalBody(json: unknown): Pick<Refusal, 'type' | 'reason' | 'message'> {
  if (typeof json !== 'object' || json === null) return {};
  const body = json as Record<string, unknown>;
  const nested = typeof body['error'] === 'object' && body['error'] !== null ? body['error'] : {};
  const field = (name: string) => {
    const value = body[name] ?? (nested as Record<string, unknown>)[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    reason: field('reason'),
    message: field('message') ?? field('Message'),
    ...typeOf(field('__type')),
  };
}

// `com.amazon.aws.codewhisperer#ValidationException` in awsJson, `ValidationException:http://…` in restJson1.
function typeOf(value: string | null | undefined): { type?: string } {
  const name = value?.split('#').at(-1)?.split(':')[0];
  return name ? { type: name } : {};
}

function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
