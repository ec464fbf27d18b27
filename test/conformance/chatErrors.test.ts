/** Every error of the service becomes the class and reason that AWS's own client has for it. */
import assert from 'node:assert/strict';
import * as official from '@aws/codewhisperer-streaming-client';
import type { SimulatedAccount } from '../simulator/account';
import * as errors from '../simulator/httpErrors';
import { Simulator } from '../simulator/simulator';
import { fail, text } from '../simulator/steps';
import { ask, clientOf } from './officialClient';

const {
  AccessDeniedException,
  ConflictException,
  InternalServerException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ServiceUnavailableException,
  ThrottlingException,
  ValidationException,
} = official;

const reasonless = null;
const cases = [
  {
    what: 'opaque',
    reply: errors.validationError(),
    kind: ValidationException,
    status: 400,
    reason: reasonless,
  },
  ...Object.values(official.ValidationExceptionReason).map((reason) => ({
    what: reason,
    reply: errors.validationError(reason),
    kind: ValidationException,
    status: 400,
    reason,
  })),
  ...Object.values(official.ServiceQuotaExceededExceptionReason).map((reason) => ({
    what: reason,
    reply: errors.httpError({ status: 402, type: 'ServiceQuotaExceededException', message: 'No.', reason }),
    kind: ServiceQuotaExceededException,
    status: 402,
    reason,
  })),
  {
    what: 'bad token',
    reply: errors.tokenRejected(),
    kind: AccessDeniedException,
    status: 403,
    reason: reasonless,
  },
  ...Object.values(official.AccessDeniedExceptionReason).map((reason) => ({
    what: reason,
    reply: errors.accessDenied('No.', reason),
    kind: AccessDeniedException,
    status: 403,
    reason,
  })),
  { what: 'not found', reply: errors.notFound(), kind: ResourceNotFoundException, status: 404 },
  ...Object.values(official.ConflictExceptionReason).map((reason) => ({
    what: reason,
    reply: errors.conflict(reason),
    kind: ConflictException,
    status: 409,
    reason,
  })),
  {
    what: 'too fast',
    reply: errors.throttled(null, 7),
    kind: ThrottlingException,
    status: 429,
    reason: reasonless,
  },
  ...Object.values(official.ThrottlingExceptionReason).map((reason) => ({
    what: reason,
    reply: errors.throttled(reason),
    kind: ThrottlingException,
    status: 429,
    reason,
  })),
  {
    what: 'high load',
    reply: errors.highLoad(),
    kind: InternalServerException,
    status: 500,
    reason: reasonless,
  },
  {
    what: 'model down',
    reply: errors.modelUnavailable(),
    kind: InternalServerException,
    status: 500,
    reason: 'MODEL_TEMPORARILY_UNAVAILABLE',
  },
  { what: 'unavailable', reply: errors.serviceUnavailable(), kind: ServiceUnavailableException, status: 503 },
];

describe('An error answer, read by the official client', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'ada@example.com' });
  });
  afterEach(() => simulator.stop());

  const send = () =>
    clientOf(simulator, account).send(new official.GenerateAssistantResponseCommand(ask(account)));

  for (const { what, reply, kind, status, reason } of cases) {
    it(`is a ${kind.name} (${status}, ${what})`, async () => {
      simulator.script(fail(reply));
      const error = await rejection(send());
      assert.ok(error instanceof kind, `a ${error.name} came instead`);
      assert.equal(error.$metadata.httpStatusCode, status);
      assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
      assert.equal(error.message, JSON.parse(reply.body).message);
      if (reason !== undefined) assert.equal('reason' in error ? (error.reason ?? null) : null, reason);
      simulator.assertDone();
    });
  }

  it('may name its type only in the body', async () => {
    simulator.script(
      fail(
        errors.httpError({
          status: 429,
          type: 'ThrottlingException',
          typeIn: 'body',
          message: 'Maximum Request reached for this month.',
          reason: 'MONTHLY_REQUEST_COUNT',
        }),
      ),
    );
    const error = await rejection(send());
    assert.ok(error instanceof ThrottlingException);
    assert.equal(error.reason, 'MONTHLY_REQUEST_COUNT');
  });

  it('says how long to wait', async () => {
    simulator.script(fail(errors.throttled(null, 7)));
    const error = await rejection(send());
    assert.equal(error.$response?.headers['retry-after'], '7');
  });

  it('may come from something in front of the service, without a type', async () => {
    simulator.script(fail(errors.payloadTooLarge()));
    const error = await rejection(send());
    assert.equal(error.$metadata?.httpStatusCode ?? error.$response?.statusCode, 413);
  });

  it('follows an access token that is past its life', async () => {
    account.rejectAccessToken();
    assert.ok((await rejection(send())) instanceof AccessDeniedException);
    simulator.assertDone();
  });

  it('comes for every chat of an account that is suspended', async () => {
    account.chatError = errors.suspended();
    const error = await rejection(send());
    assert.ok(error instanceof AccessDeniedException);
    assert.equal(error.reason, 'TEMPORARILY_SUSPENDED');
  });

  it('is an internal error when nothing was scripted, and the test hears of it', async () => {
    assert.ok((await rejection(send())) instanceof InternalServerException);
    assert.throws(() => simulator.assertDone(), /nobody scripted/);
  });

  it('is not the answer where a script is left over, and the test hears of that too', () => {
    simulator.script(text('never asked for'));
    assert.throws(() => simulator.assertDone(), /left 1 scripted answers unused/);
  });
});

async function rejection(
  promise: Promise<unknown>,
): Promise<official.CodeWhispererStreamingServiceException> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error as official.CodeWhispererStreamingServiceException;
    throw error;
  }
  throw new Error('The request was answered.');
}
