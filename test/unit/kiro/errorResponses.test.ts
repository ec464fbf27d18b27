import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type ErrorCode, KiroError } from '../../../src/base/errors';
import type { Fetch } from '../../../src/base/http';
import { sentenceFor } from '../../../src/vscode/messages/errorSentences';
import { chatOf, collect, connect, modelOf, textOf } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import {
  accessDenied,
  conflict,
  highLoad,
  httpError,
  inputTooLong,
  invalidModel,
  modelUnavailable,
  monthlyLimit,
  notAuthorized,
  notFound,
  overageLimit,
  payloadTooLarge,
  profileArnRequired,
  serviceUnavailable,
  suspended,
  throttled,
  tokenRejected,
  unauthorized,
  validationError,
} from '../../simulator/httpErrors';
import { type HttpReply, html, json } from '../../simulator/reply';
import { Simulator } from '../../simulator/simulator';
import {
  breakHere,
  closing,
  event,
  exceptionFrame,
  fail,
  metering,
  type Step,
  text,
  toolCallFragments,
} from '../../simulator/steps';

interface Row {
  /** What the service answers, every time. */
  answer: HttpReply | Step[];
  code: ErrorCode;
  reason?: string | undefined;
  /** How often the request is sent. */
  sent: number;
  /** Between them, with the dice in the middle. */
  pauses?: number[];
  says: RegExp;
}

const signal = new AbortController().signal;
const inStream = (...args: Parameters<typeof exceptionFrame>): Step[] => [exceptionFrame(...args)];

/** What the service's model and its users report, and what becomes of it. */
const rows: Readonly<Record<string, Row>> = {
  'input too long': {
    answer: inputTooLong(),
    code: 'too-long',
    reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD',
    sent: 1,
    says: /too long for this model/,
  },
  'a prompt too long': {
    answer: validationError('PROMPT_TOO_LONG', 'Prompt is too long.'),
    code: 'too-long',
    reason: 'PROMPT_TOO_LONG',
    sent: 1,
    says: /too long for this model/,
  },
  'input too long, without a reason': {
    answer: validationError(null, 'Input is too long for requested model.'),
    code: 'too-long',
    reason: 'INPUT_TOO_LONG',
    sent: 1,
    says: /too long for this model/,
  },
  'a body too large for the load balancer': {
    answer: payloadTooLarge(),
    code: 'too-long',
    sent: 1,
    says: /too long for this model/,
  },
  'an improperly formed request': {
    answer: validationError(),
    code: 'bad-request',
    sent: 1,
    says: /rejected the request as malformed/,
  },
  'an invalid body': {
    answer: validationError('REQUEST_BODY_INVALID'),
    code: 'bad-request',
    reason: 'REQUEST_BODY_INVALID',
    sent: 1,
    says: /rejected the request as malformed/,
  },
  'a model that is not offered': {
    answer: invalidModel(),
    code: 'unknown-model',
    reason: 'INVALID_MODEL_ID',
    sent: 1,
    says: /Choose another one in the model picker/,
  },
  'an effort field, refused even when it is left out': {
    answer: validationError(null, 'Invalid additionalModelRequestFields: output_config'),
    code: 'bad-request',
    reason: 'INVALID_MODEL_FIELDS',
    sent: 2,
    says: /rejected the request as malformed/,
  },
  'a signature, refused even when it is left out': {
    answer: validationError('THINKING_SIGNATURE_INVALID', 'Invalid `signature` in `thinking` block'),
    code: 'bad-request',
    reason: 'THINKING_SIGNATURE_INVALID',
    sent: 2,
    says: /rejected the request as malformed/,
  },
  'tools that do not match their results': {
    answer: validationError('TOOL_USE_RESULT_MISMATCH'),
    code: 'bad-request',
    reason: 'TOOL_USE_RESULT_MISMATCH',
    sent: 1,
    says: /rejected the request as malformed/,
  },
  'an expired token, and another': {
    answer: unauthorized(),
    code: 'token-rejected',
    sent: 2,
    says: /even after a refresh/,
  },
  'a stale token, and another': {
    answer: tokenRejected(),
    code: 'token-rejected',
    reason: 'INVALID_BEARER_TOKEN',
    sent: 2,
    says: /even after a refresh/,
  },
  'an expired token as an exception before the first part, and another': {
    answer: inStream('ExpiredTokenException', 'The token has expired.'),
    code: 'token-rejected',
    sent: 2,
    says: /even after a refresh/,
  },
  'a stale token as an exception before the first part, and another': {
    answer: inStream('AccessDeniedException', 'The bearer token included in the request is invalid.'),
    code: 'token-rejected',
    reason: 'INVALID_BEARER_TOKEN',
    sent: 2,
    says: /even after a refresh/,
  },
  'an expired token after the first part': {
    answer: [...text('Half'), exceptionFrame('ExpiredTokenException', 'The token has expired.')],
    code: 'token-rejected',
    sent: 1,
    says: /even after a refresh/,
  },
  'credits used up': {
    answer: monthlyLimit(),
    code: 'quota',
    reason: 'MONTHLY_REQUEST_COUNT',
    sent: 1,
    says: /used up.*switch to another account/,
  },
  'credits used up, as throttling': {
    answer: throttled('MONTHLY_REQUEST_COUNT', 1),
    code: 'quota',
    reason: 'MONTHLY_REQUEST_COUNT',
    sent: 1,
    says: /used up/,
  },
  'overages used up': {
    answer: overageLimit(),
    code: 'quota',
    reason: 'OVERAGE_REQUEST_LIMIT_EXCEEDED',
    sent: 1,
    says: /used up/,
  },
  'a suspended account': {
    answer: suspended(),
    code: 'suspended',
    reason: 'TEMPORARILY_SUSPENDED',
    sent: 1,
    says: /suspended this account/,
  },
  'a feature that is not included': {
    answer: accessDenied('Not supported.', 'FEATURE_NOT_SUPPORTED'),
    code: 'forbidden',
    reason: 'FEATURE_NOT_SUPPORTED',
    sent: 1,
    says: /subscription, profile, or region/,
  },
  'an account that may not': {
    answer: notAuthorized(),
    code: 'forbidden',
    sent: 1,
    says: /subscription, profile, or region/,
  },
  'a profile that nobody knows': {
    answer: profileArnRequired(),
    code: 'forbidden',
    reason: 'PROFILE_ARN_REQUIRED',
    sent: 1,
    says: /needs a profile/,
  },
  'a resource that is not there': {
    answer: notFound(),
    code: 'bad-request',
    sent: 1,
    says: /rejected the request/,
  },
  'a customer’s key that is disabled': {
    answer: conflict(),
    code: 'bad-request',
    reason: 'CUSTOMER_KMS_KEY_DISABLED',
    sent: 1,
    says: /its own key/,
  },
  'a model out of capacity': {
    answer: throttled('INSUFFICIENT_MODEL_CAPACITY'),
    code: 'capacity',
    reason: 'INSUFFICIENT_MODEL_CAPACITY',
    sent: 3,
    pauses: [4000, 8000],
    says: /Choose another model/,
  },
  'a model that is down': {
    answer: modelUnavailable(),
    code: 'capacity',
    reason: 'MODEL_TEMPORARILY_UNAVAILABLE',
    sent: 3,
    pauses: [4000, 8000],
    says: /Choose another model/,
  },
  'an unexpectedly high load': {
    answer: highLoad(),
    code: 'capacity',
    reason: 'HIGH_LOAD',
    sent: 3,
    pauses: [4000, 8000],
    says: /Choose another model/,
  },
  'too many requests': {
    answer: throttled(),
    code: 'rate-limited',
    sent: 3,
    pauses: [1000, 2000],
    says: /too many requests/,
  },
  'too many requests, back in five seconds': {
    answer: throttled(null, 5),
    code: 'rate-limited',
    sent: 3,
    pauses: [5500, 6000],
    says: /Try again in 5 seconds/,
  },
  'too many requests, back in five minutes': {
    answer: throttled(null, 300),
    code: 'rate-limited',
    sent: 1,
    says: /Try again in 5 minutes/,
  },
  'the day’s requests used up': {
    answer: throttled('DAILY_REQUEST_COUNT'),
    code: 'rate-limited',
    reason: 'DAILY_REQUEST_COUNT',
    sent: 1,
    says: /daily limit/,
  },
  'a malformed request as an exception before the first part': {
    answer: inStream('ValidationException', 'Improperly formed request.'),
    code: 'bad-request',
    sent: 1,
    says: /rejected the request as malformed/,
  },
  'an internal error': {
    answer: httpError({ status: 500, type: 'InternalServerException', message: 'Oops.', reason: null }),
    code: 'server',
    sent: 3,
    pauses: [1000, 2000],
    says: /an internal error/,
  },
  'a service that is away': {
    answer: serviceUnavailable(),
    code: 'server',
    sent: 3,
    pauses: [1000, 2000],
    says: /an internal error/,
  },
  'a gateway that waited in vain': {
    answer: json(504, { message: 'Endpoint request timed out' }),
    code: 'server',
    sent: 1,
    says: /an internal error/,
  },
  'a gateway that lost the service': {
    answer: html(502, '<html>Bad Gateway</html>'),
    code: 'server',
    sent: 1,
    says: /an internal error/,
  },
  'a gateway that says what the service might say': {
    answer: html(503, '<html>Service Unavailable</html>'),
    code: 'server',
    sent: 1,
    says: /an internal error/,
  },
  'an overload after an event that nobody here knows': {
    answer: [
      event('messageMetadataEvent', { conversationId: 'c-1' }),
      exceptionFrame('ThrottlingException', 'Slow down.'),
    ],
    code: 'rate-limited',
    sent: 1,
    says: /too many requests/,
  },
  'an overload after empty metadata': {
    answer: [event('metadataEvent', {}), exceptionFrame('InternalServerException', 'Oops.')],
    code: 'server',
    sent: 1,
    says: /an internal error/,
  },
  'an overload as an exception before the first part': {
    answer: inStream('ThrottlingException', 'Slow down.'),
    code: 'rate-limited',
    sent: 3,
    pauses: [1000, 2000],
    says: /too many requests/,
  },
  'a model out of capacity as an exception before the first part': {
    answer: inStream('error', 'Busy.', 'INSUFFICIENT_MODEL_CAPACITY'),
    code: 'capacity',
    reason: 'INSUFFICIENT_MODEL_CAPACITY',
    sent: 3,
    pauses: [4000, 8000],
    says: /Choose another model/,
  },
  'credits used up as an exception': {
    answer: inStream('ServiceQuotaExceededException', 'No more.', 'MONTHLY_REQUEST_COUNT'),
    code: 'quota',
    reason: 'MONTHLY_REQUEST_COUNT',
    sent: 1,
    says: /used up/,
  },
  'an overload after the first part': {
    answer: [...text('Half'), exceptionFrame('ThrottlingException', 'Slow down.')],
    code: 'rate-limited',
    sent: 1,
    says: /too many requests/,
  },
  'an overload after the first fragment of a call': {
    answer: [
      ...toolCallFragments({ id: 't1', name: 'write', fragments: [], stop: false }),
      exceptionFrame('ThrottlingException', 'Slow down.'),
    ],
    code: 'rate-limited',
    sent: 1,
    says: /too many requests/,
  },
  'an overload after credits were charged': {
    answer: [metering(0.2), exceptionFrame('ThrottlingException', 'Slow down.')],
    code: 'rate-limited',
    sent: 1,
    says: /too many requests/,
  },
  'a connection lost once the prompt was taken': {
    answer: [breakHere()],
    code: 'truncated',
    reason: 'connection-lost',
    sent: 1,
    says: /connection to Kiro was lost/,
  },
};

describe('an error response', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
  });
  afterEach(() => simulator.stop());

  const start = (options?: Parameters<typeof connect>[2]) => {
    const { client, pauses } = connect(simulator, account, options);
    const request = chatOf('Hi', { effort: 'high' });
    return { pauses, answer: client.chat(request, modelOf(account, 'claude-opus-4.8'), { signal }) };
  };

  for (const [name, row] of Object.entries(rows)) {
    const times = row.sent === 1 ? 'once' : row.sent === 2 ? 'twice' : `${row.sent} times`;
    it(`for ${name} is ${row.code}, and the request is sent ${times}`, async () => {
      const steps = Array.isArray(row.answer) ? row.answer : [fail(row.answer)];
      for (let time = 0; time < row.sent; time++) simulator.script(steps);
      const { answer, pauses } = start();
      const error = await collect(answer).then(
        () => assert.fail('the chat went well'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof KiroError, String(error));
      assert.deepEqual([error.code, error.reason], [row.code, row.reason]);
      assert.match(sentenceFor(error), row.says);
      assert.deepEqual(pauses, row.pauses ?? []);
      simulator.assertDone();
    });
  }

  for (const [name, row] of Object.entries(rows).filter(([, { sent }]) => sent > 1)) {
    it(`for ${name} is forgotten when the next try goes well`, async () => {
      simulator.script(Array.isArray(row.answer) ? row.answer : fail(row.answer));
      simulator.script(text('Yes.'), closing());
      assert.equal(textOf(await collect(start().answer)), 'Yes.');
      simulator.assertDone();
    });
  }

  it('for an improperly formed request that nearly fills the window is for its size', async () => {
    simulator.script(fail(validationError()));
    const { client } = connect(simulator, account);
    const model = { ...modelOf(account, 'claude-opus-4.8'), contextWindow: 1000 };
    const answer = client.chat(chatOf('word '.repeat(900)), model, { signal });
    await assert.rejects(collect(answer), { code: 'too-long', reason: 'PROBABLY_TOO_LONG', status: 400 });
    simulator.assertDone();
  });

  it('for an invalid body asks each host once', async () => {
    for (let time = 0; time < 2; time++) simulator.script(fail(validationError('REQUEST_BODY_INVALID')));
    await assert.rejects(collect(start({ hosts: 'real names' }).answer), { code: 'bad-request' });
    simulator.assertDone();
  });

  it('teaches nothing; a reply’s own counts are learnt from', async () => {
    const learnt: number[] = [];
    simulator.script(fail(serviceUnavailable()));
    simulator.script(text('Yes.'), closing({ input: 5, output: 1, cacheRead: 2 }));
    await collect(start({ learn: (_request, { inputTokens }) => learnt.push(inputTokens) }).answer);
    assert.deepEqual(learnt, [7]);
  });

  it('that nobody is there to give is a network failure, sent three times in all', async () => {
    const { answer, pauses } = start();
    await simulator.stop();
    await assert.rejects(collect(answer), { code: 'network', reason: 'ECONNREFUSED' });
    assert.deepEqual(pauses, [1000, 2000]);
  });

  for (const [reason, sent] of [
    ['ECONNRESET', 1],
    ['UND_ERR_SOCKET', 1],
    ['UND_ERR_HEADERS_TIMEOUT', 1],
    ['EPIPE', 1],
    ['ENOTFOUND', 3],
    ['UND_ERR_CONNECT_TIMEOUT', 3],
    ['ENETUNREACH', 3],
  ] as const) {
    it(`that is ${reason} instead is sent ${sent === 1 ? 'once: the service may be at work on it' : 'again'}`, async () => {
      let times = 0;
      const cause = Object.assign(new Error('No.'), { code: reason });
      const fetch = async () => {
        times++;
        throw new TypeError('fetch failed', { cause });
      };
      await assert.rejects(collect(start({ fetch }).answer), { code: 'network', reason });
      assert.equal(times, sent);
    });
  }

  it('that never comes, because a connection is reset that had the request, is not asked for again', async () => {
    const connections = new Set<unknown>();
    let received = 0;
    const server = createServer((request, response) => {
      connections.add(request.socket);
      received++;
      request.resume().once('end', () => {
        // The first leaves the connection open for the next one, and what was kept is reset.
        if (received === 1) response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
        else request.socket.resetAndDestroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const own: Fetch = (url, init) => fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`, init);
    try {
      await assert.rejects(collect(start({ fetch: own }).answer), { code: 'bad-request' });
      // The client puts a connection by in the turn after the one in which its response is complete.
      for (let turn = 0; turn < 3; turn++) await setImmediate();
      await assert.rejects(collect(start({ fetch: own }).answer), { code: 'network' });
      assert.deepEqual([received, connections.size], [2, 1]);
      await assert.rejects(collect(start({ fetch: own }).answer), { code: 'network' });
      assert.deepEqual([received, connections.size], [3, 2]);
    } finally {
      server.close();
    }
  });

  it('is not waited for once the person stops', async () => {
    simulator.script(fail(serviceUnavailable()));
    const controller = new AbortController();
    const { client } = connect(simulator, account, {
      sleep: async (_ms, stopped) => {
        controller.abort();
        assert.ok(stopped.aborted);
        stopped.throwIfAborted();
      },
    });
    const answer = client.chat(chatOf('Hi'), modelOf(account, 'claude-opus-4.8'), {
      signal: controller.signal,
    });
    await assert.rejects(collect(answer), { name: 'AbortError' });
    simulator.assertDone();
  });
});
