import assert from 'node:assert/strict';
import { type AccountOptions, builderIdProfileArn, type SimulatedAccount } from '../../simulator/account';
import { suspended } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';
import { closing, fail, Gate, metering, text, toolCall, waitAt } from '../../simulator/steps';
import { chat, hello, post } from './requests';
import { answering, call, result } from './ruleCases';

describe('The chat of the simulator', () => {
  let now: number;
  let simulator: Simulator;
  beforeEach(async () => {
    now = Date.parse('2026-11-21T12:00:00Z');
    simulator = await Simulator.start({ now: () => now });
  });
  afterEach(() => simulator.stop());

  const add = (method: AccountOptions['method']): SimulatedAccount =>
    simulator.addAccount({ method, email: `${method}@example.com` });
  const status = async (answer: Promise<Response>) => {
    const { status: code, body } = await answer;
    await body?.cancel();
    return code;
  };

  it('takes a request without a fault', async () => {
    const account = add('google');
    simulator.script(text('ok'));
    const tools = answering([call('a')], [result('a')]);
    assert.equal(await status(chat(simulator, account, { ...tools, profileArn: account.profileArn })), 200);
    simulator.assertDone();
  });

  it('must be JSON', async () => {
    const answer = await chat(simulator, add('google'), '{"conversationState":');
    assert.equal(((await answer.json()) as { reason: string }).reason, 'REQUEST_BODY_INVALID_JSON');
  });

  it('must say that it is JSON', async () => {
    const account = add('google');
    await post(`${simulator.url}/generateAssistantResponse`, hello(account), {
      authorization: `Bearer ${account.accessToken}`,
      'content-type': 'application/x-amz-json-1.0',
    });
    assert.equal(simulator.violations[0]?.rule, 'content-type');
  });

  it('refuses a token past its expiry', async () => {
    const account = add('google');
    now = account.expiresAt;
    assert.equal(await status(chat(simulator, account, hello(account))), 403);
  });

  for (const method of ['api-key', 'external-idp'] as const) {
    it(`wants the TokenType header from an account of the kind ${method}`, async () => {
      const account = add(method);
      const authorization = `Bearer ${account.accessToken}`;
      const url = `${simulator.url}/generateAssistantResponse`;
      assert.equal(await status(post(url, hello(account), { authorization })), 403);
      simulator.script(text('ok'));
      assert.equal(await status(chat(simulator, account, hello(account))), 200);
    });
  }

  it('refuses the TokenType header from everybody else', async () => {
    const account = add('google');
    const headers = { authorization: `Bearer ${account.accessToken}`, tokentype: 'API_KEY' };
    assert.equal(
      await status(post(`${simulator.url}/generateAssistantResponse`, hello(account), headers)),
      403,
    );
  });

  it('wants a profile ARN', async () => {
    const account = add('idc');
    const answer = await chat(simulator, account, hello(account, { profileArn: undefined }));
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /profileArn is required for this request\./);
  });

  it('tells a Builder ID that a profile ARN is required, and does not hold it against the client', async () => {
    const account = add('builder-id');
    assert.equal(await status(chat(simulator, account, hello(account, { profileArn: undefined }))), 400);
    simulator.assertDone();
  });

  it('does without a profile ARN on the older host', async () => {
    const account = add('google');
    simulator.script(text('ok'));
    const answer = simulator.fetch('https://q.us-east-1.amazonaws.com/generateAssistantResponse', {
      method: 'POST',
      headers: { authorization: `Bearer ${account.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(hello(account, { profileArn: undefined })),
    });
    assert.equal(await status(answer), 200);
  });

  it('refuses a profile of another account', async () => {
    const account = add('idc');
    const answer = chat(simulator, account, hello(account, { profileArn: builderIdProfileArn }));
    assert.equal(await status(answer), 403);
  });

  it('refuses a profile on a host of another region', async () => {
    const account = add('google');
    const answer = simulator.fetch('https://runtime.eu-central-1.kiro.dev/generateAssistantResponse', {
      method: 'POST',
      headers: { authorization: `Bearer ${account.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(hello(account)),
    });
    assert.equal(await status(answer), 400);
    assert.equal(simulator.violations[0]?.rule, 'profile-arn-invalid');
  });

  it('refuses any profile with an API key', async () => {
    const account = add('api-key');
    const answer = chat(simulator, account, hello(account, { profileArn: builderIdProfileArn }));
    assert.equal(await status(answer), 403);
  });

  it('knows no other host', async () => {
    await assert.rejects(simulator.fetch('https://example.com/'), TypeError);
  });

  it('answers from the queue in order, each script to the request it is meant for', async () => {
    const account = add('google');
    simulator.scriptWhen(({ modelId }) => modelId === 'claude-opus-5', text('opus'));
    simulator.script(text('first'));
    simulator.script(text('second'));
    const answers = [];
    for (const _ of [1, 2]) answers.push(await (await chat(simulator, account, hello(account))).text());
    assert.match(answers[0] ?? '', /first/);
    assert.match(answers[1] ?? '', /second/);
    assert.throws(() => simulator.assertDone(), /left 1 scripted answers unused/);
  });

  it('asks its own answerer where nothing is scripted', async () => {
    const talking = await Simulator.start({ answer: (received) => text(`You said ${received.text}`) });
    const account = talking.addAccount({ method: 'google', email: 'ada@example.com' });
    assert.match(await (await chat(talking, account, hello(account))).text(), /You said Hi/);
    talking.assertDone();
    await talking.stop();
  });

  it('adds the credits of an answer to the account’s usage', async () => {
    const account = simulator.addAccount({ method: 'google', email: 'ada@example.com', used: 1 });
    simulator.script(text('ok'), metering(0.25));
    await (await chat(simulator, account, hello(account))).text();
    assert.equal(account.usage.usageBreakdownList?.[0]?.currentUsageWithPrecision, 1.25);
  });

  it('may ban an account until it is forgiven', async () => {
    const account = add('google');
    account.chatError = suspended();
    assert.equal(await status(chat(simulator, account, hello(account))), 403);
    account.chatError = undefined;
    simulator.script(text('ok'));
    assert.equal(await status(chat(simulator, account, hello(account))), 200);
  });

  it('waits at a gate, and tells when it got there', async () => {
    const account = add('google');
    const gate = new Gate();
    simulator.script(text('before'), waitAt(gate), text('after'));
    const answer = chat(simulator, account, hello(account));
    await gate.reached;
    gate.open();
    assert.match(await (await answer).text(), /before.*after/s);
  });

  it('tells when a client has gone', async () => {
    const account = add('google');
    const gate = new Gate();
    simulator.script(waitAt(gate));
    const answer = await chat(simulator, account, hello(account));
    await gate.reached;
    await answer.body?.cancel();
    const received = await simulator.waitForChats(1);
    await received.request.finished;
    assert.equal(received.request.closedEarlyAt, now);
  });

  it('records what was asked', async () => {
    const account = add('google');
    simulator.script(toolCall('grep', { q: 1 }), closing());
    await (await chat(simulator, account, hello(account))).text();
    const { request, text: said, modelId } = await simulator.waitForChats(1);
    assert.deepEqual(
      [request.account, request.path, request.at, said, modelId],
      [account, '/generateAssistantResponse', now, 'Hi', 'auto'],
    );
  });

  it('fails once where one failure is scripted', async () => {
    const account = add('google');
    simulator.script(fail(suspended()));
    simulator.script(text('ok'));
    assert.equal(await status(chat(simulator, account, hello(account))), 403);
    assert.equal(await status(chat(simulator, account, hello(account))), 200);
    simulator.assertDone();
  });

  it('is not done while a broken rule was not expected', async () => {
    const account = add('google');
    await chat(simulator, account, hello(account, { extra: 1 }));
    assert.throws(() => simulator.assertDone(), /broke the rule unknown-member at extra/);
    simulator.expectViolation('unknown-member');
    simulator.assertDone();
  });

  it('is not done while an expected rule was not broken', () => {
    simulator.expectViolation('unknown-member');
    assert.throws(() => simulator.assertDone(), /was expected to break the rule unknown-member/);
  });
});
