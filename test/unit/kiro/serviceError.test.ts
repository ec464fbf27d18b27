import assert from 'node:assert/strict';
import { readErrorBody } from '../../../src/base/errorResponse';
import type { ErrorCode } from '../../../src/base/errors';
import { httpError, serviceError } from '../../../src/kiro/transport/serviceError';

const now = Date.UTC(2026, 0, 1);
const failureOf = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  httpError(
    {
      status,
      headers: new Headers(headers),
      text: typeof body === 'string' ? body : JSON.stringify(body),
    },
    now,
  );

describe('an error response of the service', () => {
  const rows: [number, unknown, ErrorCode, string | undefined][] = [
    [
      400,
      { message: 'Input is too long.', reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD' },
      'too-long',
      'CONTENT_LENGTH_EXCEEDS_THRESHOLD',
    ],
    [400, { message: 'Input is too long for requested model.' }, 'too-long', 'INPUT_TOO_LONG'],
    [413, 'Payload Too Large', 'too-long', undefined],
    [400, { message: 'Improperly formed request.', reason: null }, 'bad-request', undefined],
    [
      400,
      { message: 'Improperly formed request.', reason: 'REQUEST_BODY_INVALID' },
      'bad-request',
      'REQUEST_BODY_INVALID',
    ],
    [
      400,
      { message: 'Invalid model. Please select a different model to continue.', reason: 'INVALID_MODEL_ID' },
      'unknown-model',
      'INVALID_MODEL_ID',
    ],
    [
      400,
      { message: 'Invalid model. Please select a different model to continue.' },
      'unknown-model',
      'INVALID_MODEL_ID',
    ],
    [400, { message: 'Invalid additionalModelRequestFields: effort' }, 'bad-request', 'INVALID_MODEL_FIELDS'],
    [
      400,
      { message: 'x', reason: 'THINKING_SIGNATURE_INVALID' },
      'bad-request',
      'THINKING_SIGNATURE_INVALID',
    ],
    [400, { message: 'profileArn is required for this request.' }, 'forbidden', 'PROFILE_ARN_REQUIRED'],
    [401, '', 'token-rejected', undefined],
    [
      402,
      { message: 'You have reached the limit.', reason: 'MONTHLY_REQUEST_COUNT' },
      'quota',
      'MONTHLY_REQUEST_COUNT',
    ],
    [
      402,
      { message: 'No.', reason: 'OVERAGE_REQUEST_LIMIT_EXCEEDED' },
      'quota',
      'OVERAGE_REQUEST_LIMIT_EXCEEDED',
    ],
    [
      403,
      { message: 'The bearer token included in the request is invalid.' },
      'token-rejected',
      'INVALID_BEARER_TOKEN',
    ],
    [403, { message: 'Invalid token' }, 'token-rejected', 'INVALID_BEARER_TOKEN'],
    [403, { message: 'User is not authorized to make this call.' }, 'forbidden', undefined],
    [403, { message: 'No.', reason: 'FEATURE_NOT_SUPPORTED' }, 'forbidden', 'FEATURE_NOT_SUPPORTED'],
    [
      403,
      { message: 'Your User ID is temporarily suspended.', reason: 'TEMPORARILY_SUSPENDED' },
      'suspended',
      'TEMPORARILY_SUSPENDED',
    ],
    [403, { message: 'Your User ID (d-1) temporarily is suspended.' }, 'suspended', 'TEMPORARILY_SUSPENDED'],
    [
      400,
      {
        __type: 'a.b#ThrottlingException',
        message: 'Maximum Request reached for this month.',
        reason: 'MONTHLY_REQUEST_COUNT',
      },
      'quota',
      'MONTHLY_REQUEST_COUNT',
    ],
    [429, { message: 'Slow down.' }, 'rate-limited', undefined],
    [429, { message: 'Slow down.', reason: 'DAILY_REQUEST_COUNT' }, 'rate-limited', 'DAILY_REQUEST_COUNT'],
    [
      429,
      { message: 'Busy.', reason: 'INSUFFICIENT_MODEL_CAPACITY' },
      'capacity',
      'INSUFFICIENT_MODEL_CAPACITY',
    ],
    [
      500,
      { message: 'Busy.', reason: 'MODEL_TEMPORARILY_UNAVAILABLE' },
      'capacity',
      'MODEL_TEMPORARILY_UNAVAILABLE',
    ],
    [
      500,
      { message: 'Encountered unexpectedly high load when processing the request, please try again.' },
      'capacity',
      'HIGH_LOAD',
    ],
    [500, { message: 'Oops.' }, 'server', undefined],
    [503, '<html>Service Unavailable</html>', 'server', undefined],
    [400, { error: { message: 'x', reason: 'PROMPT_TOO_LONG' } }, 'too-long', 'PROMPT_TOO_LONG'],
  ];
  for (const [status, body, code, reason] of rows) {
    it(`${status} ${JSON.stringify(body)} is ${code}`, () => {
      const error = failureOf(status, body);
      assert.deepEqual([error.code, error.reason, error.status], [code, reason, status]);
    });
  }

  it('that waited for us in vain is a timeout', () => {
    assert.equal(failureOf(408, '').code, 'timeout');
  });

  const exceptions: [string, ErrorCode][] = [
    ['ValidationException', 'bad-request'],
    ['UnauthorizedException', 'token-rejected'],
    ['ExpiredTokenException', 'token-rejected'],
    ['AccessDeniedException', 'forbidden'],
    ['ResourceNotFoundException', 'bad-request'],
    ['ConflictException', 'bad-request'],
    ['ThrottlingException', 'rate-limited'],
    ['ServiceQuotaExceededException', 'quota'],
    ['InternalServerException', 'server'],
    ['error', 'server'],
    ['somethingNew', 'server'],
  ];
  for (const [type, code] of exceptions) {
    it(`inside a stream, where no status tells, is ${code} for ${type}`, () => {
      assert.equal(serviceError({ ...readErrorBody(undefined), code: type }).code, code);
    });
  }

  it('carries the request id and how long to wait, in seconds or as a date', () => {
    const error = failureOf(429, {}, { 'x-amzn-requestid': 'r-1', 'retry-after': '7' });
    assert.deepEqual([error.requestId, error.retryAfterMs], ['r-1', 7000]);
    const dated = failureOf(429, {}, { 'retry-after': new Date(now + 9000).toUTCString() });
    assert.equal(dated.retryAfterMs, 9000);
    for (const senseless of ['-5', 'soon', new Date(now - 9000).toUTCString()]) {
      assert.equal(failureOf(429, {}, { 'retry-after': senseless }).retryAfterMs, undefined, senseless);
    }
  });

  it('never quotes anything that looks like a token', () => {
    const { detail, message } = failureOf(400, {
      message: `token aoaAAAAAGabcdefgh:xyz and ${'Q'.repeat(64)}`,
    });
    assert.equal(detail, 'token [redacted] and [redacted]');
    assert.doesNotMatch(message, /aoa|QQ/);
  });
});
