/** Every HTTP error the service is known to answer, in the shapes it answers them. */
import type { HttpReply } from './reply';

export interface HttpErrorOptions {
  status: number;
  /** The exception's name: `ValidationException`. Absent where something other than the service answers. */
  type?: string;
  message?: string;
  /** Absent → no such member; null → the member is null, as the service often sends it. */
  reason?: string | null;
  /** restJson1 names the type in a header, AWS-JSON in the body's `__type`; a client has to read both. */
  typeIn?: 'header' | 'body' | 'both';
  /** Seconds, sent as `Retry-After`. */
  retryAfter?: number;
  headers?: Record<string, string>;
}

/** An error answer in exactly the shape the options spell out. */
export function httpError(options: HttpErrorOptions): HttpReply {
  const { status, type, message, reason, typeIn = 'header', retryAfter, headers } = options;
  const inHeader = type !== undefined && typeIn !== 'body';
  const inBody = type !== undefined && typeIn !== 'header';
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(inHeader ? { 'x-amzn-errortype': type } : {}),
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...headers,
    },
    body: JSON.stringify({
      ...(inBody ? { __type: `com.amazon.aws.codewhisperer#${type}` } : {}),
      ...(message === undefined ? {} : { message }),
      ...(reason === undefined ? {} : { reason }),
    }),
  };
}

/** 400. Without a reason it is the service's opaque favourite: "Improperly formed request.", reason null. */
export function validationError(
  reason: string | null = null,
  message = 'Improperly formed request.',
): HttpReply {
  return httpError({ status: 400, type: 'ValidationException', message, reason });
}

/** 400: the context is larger than the model's window. */
export function inputTooLong(): HttpReply {
  return validationError('CONTENT_LENGTH_EXCEEDS_THRESHOLD', 'Input is too long.');
}

/** 400: unknown to the service, or not part of this account's plan. */
export function invalidModel(): HttpReply {
  return validationError('INVALID_MODEL_ID', 'Invalid model. Please select a different model to continue.');
}

/** 400 of the runtime host for a request without a profile. */
export function profileArnRequired(): HttpReply {
  return validationError(null, 'profileArn is required for this request.');
}

/** 401: the access token is past its life. */
export function unauthorized(): HttpReply {
  return httpError({ status: 401, type: 'UnauthorizedException', message: 'Unauthorized' });
}

/** 402: this month's credits are used up. */
export function monthlyLimit(): HttpReply {
  return httpError({
    status: 402,
    type: 'ServiceQuotaExceededException',
    message: 'You have reached the limit.',
    reason: 'MONTHLY_REQUEST_COUNT',
  });
}

/** 402: the cap of paid overages is reached. */
export function overageLimit(): HttpReply {
  return httpError({
    status: 402,
    type: 'ServiceQuotaExceededException',
    message: 'You have reached the limit for overages.',
    reason: 'OVERAGE_REQUEST_LIMIT_EXCEEDED',
  });
}

/** 403: the access token is stale, of another kind than its header says, or unknown. */
export function tokenRejected(): HttpReply {
  return accessDenied('The bearer token included in the request is invalid.');
}

/** 403: the account may not do this here: no or a foreign profile, another region, no subscription. */
export function notAuthorized(): HttpReply {
  return accessDenied('User is not authorized to make this call.');
}

/** 403: the account is suspended. */
export function suspended(): HttpReply {
  return accessDenied(
    'Your User ID is temporarily suspended. Contact support at https://support.aws.amazon.com/#/contacts/kiro',
    'TEMPORARILY_SUSPENDED',
  );
}

/** 403 with any message and reason. */
export function accessDenied(message: string, reason: string | null = null): HttpReply {
  return httpError({ status: 403, type: 'AccessDeniedException', message, reason });
}

/** 404: no such resource. */
export function notFound(): HttpReply {
  return httpError({ status: 404, type: 'ResourceNotFoundException', message: 'Resource not found.' });
}

/** 409: a key of the customer's own stands in the way. */
export function conflict(reason = 'CUSTOMER_KMS_KEY_DISABLED'): HttpReply {
  return httpError({ status: 409, type: 'ConflictException', message: 'Conflict.', reason });
}

/** 413, as a load balancer in front of the service answers it: no JSON, no type. */
export function payloadTooLarge(): HttpReply {
  return {
    status: 413,
    headers: { 'content-type': 'text/html' },
    body: '<html>Request Entity Too Large</html>',
  };
}

/** 429. Reasons: `DAILY_REQUEST_COUNT`, `MONTHLY_REQUEST_COUNT`, `INSUFFICIENT_MODEL_CAPACITY`, or none. */
export function throttled(reason: string | null = null, retryAfter?: number): HttpReply {
  return httpError({
    status: 429,
    type: 'ThrottlingException',
    message: 'Too many requests, please wait before trying again.',
    reason,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** 500: overloaded, though the status does not say so. */
export function highLoad(): HttpReply {
  return httpError({
    status: 500,
    type: 'InternalServerException',
    message: 'Encountered unexpectedly high load when processing the request, please try again.',
    reason: null,
  });
}

/** 500: the chosen model is down. */
export function modelUnavailable(): HttpReply {
  return httpError({
    status: 500,
    type: 'InternalServerException',
    message: 'The model is temporarily unavailable.',
    reason: 'MODEL_TEMPORARILY_UNAVAILABLE',
  });
}

/** 503. */
export function serviceUnavailable(retryAfter?: number): HttpReply {
  return httpError({
    status: 503,
    type: 'ServiceUnavailableException',
    message: 'Service is unavailable.',
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}
