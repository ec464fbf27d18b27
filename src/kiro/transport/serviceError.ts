import { type ErrorResponse, factsOf, readErrorResponse } from '../../base/errorResponse';
import { type ErrorCode, KiroError } from '../../base/errors';
import type { TextResponse } from '../../base/http';

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

// Error responses without a reason are told apart by their sentence; each gets a reason of our own, so that nobody
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

// Of a tool the service has several sentences, its own and those of the models' platforms, and not always this reason.
const ofTool =
  /\btools\.(?<index>\d+)(?<isCounted>\.member)?\b|\bJSON schema is invalid\b|\binput_?schema\S* must\b/i;

/** Which tool the sentence is about, if any: its place is counted from 0, in lists of AWS's own validation from 1. */
function toolFault(message: string): { toolIndex: number | undefined } | undefined {
  const found = ofTool.exec(message);
  if (!found) return undefined;
  const { index, isCounted } = found.groups ?? {};
  return { toolIndex: index === undefined ? undefined : Number(index) - (isCounted ? 1 : 0) };
}

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

/** The one table from an error response to our closed set: by its reason, or else its sentence, its code or its status. */
export function serviceError(response: ErrorResponse): KiroError {
  const { status, code: type = '', reason, message = '' } = response;
  const tool = toolFault(message);
  if (tool) {
    return new KiroError('bad-request', { ...factsOf(response), ...tool, reason: 'TOOL_SCHEMA_INVALID' });
  }
  const known = reason === undefined ? undefined : codeOfReason[reason];
  const sentence = reason === undefined ? sentences.find(({ pattern }) => pattern.test(message)) : undefined;
  const code =
    known ?? sentence?.code ?? codeOfType[type] ?? codeOfStatus(status ?? statusOfType[type] ?? 500);
  return new KiroError(code, { ...factsOf(response), reason: reason ?? sentence?.reason });
}

/** What an HTTP response means that is not 2xx. */
export function httpError(response: TextResponse, now: number): KiroError {
  return serviceError(readErrorResponse(response, now));
}

/**
 * What a response means that should be a stream and is none, although its status says that all is well: an error all the
 * same, or what a gateway puts in the service's place.
 */
export function notAStream(response: TextResponse, now: number): KiroError {
  const { status: _, ...read } = readErrorResponse(response, now);
  const { code, reason, message, requestId } = read;
  if (code === undefined && reason === undefined && message === undefined) {
    return new KiroError('protocol', { reason: 'not-a-stream', requestId });
  }
  return serviceError({ ...read, status: undefined });
}
