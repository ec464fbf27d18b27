import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Health } from '../../../src/accounts/account';
import { HealthRecorder } from '../../../src/accounts/health';
import { type ErrorCode, KiroError } from '../../../src/base/errors';
import { healthName } from '../../../src/vscode/messages/accountWords';
import { remediesFor, sentenceFor } from '../../../src/vscode/messages/errorSentences';
import { chatOf, collect, connect, modelOf } from '../../fixtures/kiroService';
import { knownLoginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, storedIn, type Window } from '../../fixtures/window';
import type { Method } from '../../simulator/account';
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
  overageLimit,
  profileArnRequired,
  suspended,
  throttled,
  tokenRejected,
  unauthorized,
  validationError,
} from '../../simulator/httpErrors';
import type { HttpReply } from '../../simulator/reply';
import { Simulator } from '../../simulator/simulator';
import { closing, fail, text } from '../../simulator/steps';

// Every way a request is known to be refused. Each row shows what was sent, what became of the account, and what the
// person reads.

const signal = new AbortController().signal;

interface Row {
  /** Every time it is sent. */
  answer: HttpReply;
  /** How often the prompt is sent, and how often the token is refreshed. */
  sent: { prompts: number; refreshes?: number };
  code: ErrorCode;
  /** `active` where it is not said. */
  health?: Exclude<Health, 'active'>;
  reads: RegExp;
  button?: string;
}

const ended = /^Kiro rejected this account’s token, even after a refresh\. Sign in again/;
const notAllowed = /^Kiro does not allow this account to do that\. Its subscription, profile, or region/;
const held = /^Kiro has suspended this account\. .*https:\/\/support\.aws\.amazon\.com\/#\/contacts\/kiro/;
const usedUp =
  /^This account has used up its Kiro credits or reached a limit\. .*https:\/\/app\.kiro\.dev\/account\/usage/;
const malformed = /^Kiro rejected the request as malformed\./;
const encrypted = /^Your organization encrypts Kiro’s data with its own key/;
const overloaded = /^This model is overloaded right now\. Choose another model/;

const refused = { prompts: 1 };
const suspension = {
  sent: refused,
  code: 'suspended',
  health: 'suspended',
  reads: held,
  button: 'Contact Support',
} as const;
const spent = {
  sent: refused,
  code: 'quota',
  health: 'out-of-credits',
  reads: usedUp,
  button: 'Usage at Kiro',
} as const;
const forbidden = { sent: refused, code: 'forbidden', reads: notAllowed, button: 'Show Log' } as const;
const busyModel = {
  sent: { prompts: 3 },
  code: 'capacity',
  reads: overloaded,
  button: 'Choose Another Model',
} as const;

const rows: Readonly<Record<string, Row>> = {
  '401, again after a refresh': {
    answer: unauthorized(),
    sent: { prompts: 2, refreshes: 1 },
    code: 'token-rejected',
    reads: ended,
    button: 'Sign In Again…',
  },
  '403 “The bearer token included in the request is invalid”, again after a refresh': {
    answer: tokenRejected(),
    sent: { prompts: 2, refreshes: 1 },
    code: 'token-rejected',
    reads: ended,
    button: 'Sign In Again…',
  },
  '403 “User is not authorized to make this call”': { answer: notAuthorized(), ...forbidden },
  '403 FEATURE_NOT_SUPPORTED': { answer: accessDenied('No.', 'FEATURE_NOT_SUPPORTED'), ...forbidden },
  '403 TEMPORARILY_SUSPENDED': { answer: suspended(), ...suspension },
  '403 “temporarily is suspended”, as it was worded before, without a reason': {
    answer: accessDenied(
      'Your User ID (d-9067642ac7) temporarily is suspended. We detected unusual activity.',
    ),
    ...suspension,
  },
  '403 “is temporarily suspended”, without a reason': {
    answer: accessDenied(
      'Your User ID is temporarily suspended. https://support.aws.amazon.com/#/contacts/kiro',
    ),
    ...suspension,
  },
  '400 “profileArn is required for this request”': {
    answer: profileArnRequired(),
    sent: refused,
    code: 'forbidden',
    reads: /needs a profile.*Sign in again/,
    button: 'Sign In Again…',
  },
  '400 “Improperly formed request” without a reason': {
    answer: validationError(),
    sent: refused,
    code: 'bad-request',
    reads: malformed,
  },
  '400 CONTENT_LENGTH_EXCEEDS_THRESHOLD': {
    answer: inputTooLong(),
    sent: refused,
    code: 'too-long',
    reads: /too long for this model/,
  },
  '400 INVALID_MODEL_ID': {
    answer: invalidModel(),
    sent: refused,
    code: 'unknown-model',
    reads: /^Kiro does not offer this model to your account\./,
    button: 'Choose Another Model',
  },
  '400 INVALID_CONVERSATION_ID': {
    answer: validationError('INVALID_CONVERSATION_ID'),
    sent: refused,
    code: 'bad-request',
    reads: malformed,
  },
  '400 INVALID_KMS_GRANT': {
    answer: validationError('INVALID_KMS_GRANT'),
    sent: refused,
    code: 'bad-request',
    reads: encrypted,
  },
  '409 CUSTOMER_KMS_KEY_DISABLED': {
    answer: conflict(),
    sent: refused,
    code: 'bad-request',
    reads: encrypted,
  },
  '402 MONTHLY_REQUEST_COUNT': { answer: monthlyLimit(), ...spent },
  '402 “You have reached the limit”, without a reason': {
    answer: httpError({ status: 402, message: 'You have reached the limit.' }),
    ...spent,
  },
  '429 MONTHLY_REQUEST_COUNT, as throttling': { answer: throttled('MONTHLY_REQUEST_COUNT', 1), ...spent },
  '400 MONTHLY_REQUEST_COUNT, as throttling': {
    answer: httpError({
      status: 400,
      type: 'ThrottlingException',
      message: 'Maximum Request reached for this month.',
      reason: 'MONTHLY_REQUEST_COUNT',
    }),
    ...spent,
  },
  '402 OVERAGE_REQUEST_LIMIT_EXCEEDED': { answer: overageLimit(), ...spent },
  '402 “You’ve reached your overage limit”, without a reason': {
    answer: httpError({
      status: 402,
      type: 'ServiceQuotaExceededException',
      message: 'You’ve reached your overage limit.',
    }),
    ...spent,
  },
  '402 CONVERSATION_LIMIT_EXCEEDED, which is not the account’s': {
    answer: httpError({
      status: 402,
      type: 'ServiceQuotaExceededException',
      message: 'No.',
      reason: 'CONVERSATION_LIMIT_EXCEEDED',
    }),
    sent: refused,
    code: 'quota',
    reads:
      /^This conversation has reached Kiro’s limit for a single conversation\. Continue in a new chat\.$/,
    button: 'New Chat',
  },
  '429 DAILY_REQUEST_COUNT': {
    answer: throttled('DAILY_REQUEST_COUNT'),
    sent: refused,
    code: 'rate-limited',
    reads: /daily limit\. Try again tomorrow/,
    button: 'Switch Account…',
  },
  '429 without a reason': {
    answer: throttled(),
    sent: { prompts: 3 },
    code: 'rate-limited',
    reads: /too many requests from this account\. Wait a moment/,
  },
  '429 with Retry-After': {
    answer: throttled(null, 300),
    sent: refused,
    code: 'rate-limited',
    reads: /Try again in 5 minutes\./,
  },
  '429 INSUFFICIENT_MODEL_CAPACITY': { answer: throttled('INSUFFICIENT_MODEL_CAPACITY'), ...busyModel },
  '500 MODEL_TEMPORARILY_UNAVAILABLE': { answer: modelUnavailable(), ...busyModel },
  '500 “unexpectedly high load”': { answer: highLoad(), ...busyModel },
};

describe('A request that is refused', () => {
  let folder: string;
  let now: number;
  let simulator: Simulator;
  let window: Window;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-refusals-'));
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    window = openWindow({ secrets: new MemorySecrets(), simulator, now: () => now, folder });
  });
  afterEach(async () => {
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function person(method: Method = 'idc') {
    const simulated = simulator.addAccount({ method, email: 'ana@example.com' });
    const { account } = await window.store.add({ login: knownLoginOf(simulated), origin: own });
    return { simulated, id: account.id, ...connect(simulator, simulated, { sessions: window.sessions }) };
  }
  type Person = Awaited<ReturnType<typeof person>>;

  /** A chat, and what its end says about the account. */
  async function ask({ id, simulated, client }: Person): Promise<unknown> {
    const health = new HealthRecorder({ accounts: window.store, now: Date.now });
    const model = modelOf(simulated, 'claude-opus-4.8');
    try {
      await collect(client.chat(chatOf('Hi'), model, { accountId: id, signal }));
      await health.answered(id);
      return undefined;
    } catch (error) {
      await health.failed(id, error);
      return error;
    }
  }

  const refreshes = () => simulator.received.filter(({ path }) => path === '/token').length;
  const healthOf = async ({ id }: Person) => (await storedIn(window.store, id)).health;

  for (const [what, { answer, sent, code, health = 'active', reads, button }] of Object.entries(rows)) {
    const times = sent.prompts === 1 ? 'once' : sent.prompts === 2 ? 'twice' : `${sent.prompts} times`;
    it(`by ${what} is sent ${times}, leaves the account ${health}, and says what helps`, async () => {
      const ana = await person();
      const told: Health[] = [];
      window.store.onDidChangeHealth(({ account }) => told.push(account.health));
      for (let time = 0; time < sent.prompts; time++) simulator.script(fail(answer));
      const error = await ask(ana);
      simulator.assertDone();
      assert.ok(error instanceof KiroError, String(error));
      assert.deepEqual([error.code, refreshes()], [code, sent.refreshes ?? 0]);
      assert.deepEqual([await healthOf(ana), told], [health, health === 'active' ? [] : [health]]);
      assert.match(sentenceFor(error), reads);
      assert.equal(remediesFor(error)[0]?.label, button);
    });
  }

  for (const [what, answer] of [
    ['401', unauthorized()],
    ['403 “The bearer token included in the request is invalid”', tokenRejected()],
  ] as const) {
    it(`by ${what} is sent again after one refresh, and nobody notices`, async () => {
      const ana = await person();
      const stale = ana.simulated.accessToken;
      simulator.script(fail(answer));
      simulator.script(text('Yes.'), closing());
      assert.equal(await ask(ana), undefined);
      simulator.assertDone();
      assert.deepEqual([refreshes(), await healthOf(ana)], [1, 'active']);
      const bearers = simulator.chats.map(({ request }) => request.headers['authorization']);
      assert.deepEqual(bearers, [`Bearer ${stale}`, `Bearer ${ana.simulated.accessToken}`]);
    });
  }

  it('by 403 “Invalid token” of the control plane is sent again after one refresh', async () => {
    const ana = await person();
    simulator.failNext('models', accessDenied('Invalid token'));
    const models = await ana.management.models({ accountId: ana.id, signal });
    simulator.assertDone();
    assert.ok(models.length > 0);
    assert.deepEqual([refreshes(), await healthOf(ana)], [1, 'active']);
  });

  it('by 403 “AWS Builder ID is not supported for this operation” is no failure at all', async () => {
    const ana = await person('builder-id');
    assert.deepEqual(await ana.management.profiles({ accountId: ana.id, signal }), []);
    assert.ok(simulator.received.every(({ status }) => status === 403));
    assert.deepEqual([refreshes(), await healthOf(ana)], [0, 'active']);
  });

  it('with a suspension is the last one', async () => {
    const ana = await person();
    simulator.script(fail(suspended()));
    for (let time = 0; time < 3; time++) {
      const error = await ask(ana);
      assert.ok(error instanceof KiroError && error.code === 'suspended');
    }
    simulator.assertDone();
    assert.equal(healthName(await healthOf(ana)), 'Suspended by Kiro');
  });

  it('with used-up credits does not end the account: the next answer makes it well again', async () => {
    const ana = await person();
    simulator.script(fail(monthlyLimit()));
    simulator.script(text('Yes.'), closing());
    await ask(ana);
    assert.equal(healthName(await healthOf(ana)), 'Out of credits');
    await ask(ana);
    assert.equal(await healthOf(ana), 'active');
  });
});
