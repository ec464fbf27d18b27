import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import type { SessionSource } from '../../../src/kiro/transport/session';
import { connect } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import {
  accessDenied,
  notAuthorized,
  serviceUnavailable,
  suspended,
  validationError,
} from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

const signal = new AbortController().signal;

describe('the service’s control plane', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com', plan: 'KIRO PRO+' });
  });
  afterEach(() => simulator.stop());

  const management = () => connect(simulator, account, { hosts: 'real names' }).management;
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no failure',
      (error: unknown) => (error instanceof KiroError ? error.code : String(error)),
    );

  it('lists every model over all pages', async () => {
    simulator.pageSize = 3;
    const models = await management().models({ signal });
    assert.deepEqual(
      models.map(({ id }) => id),
      account.models.map(({ modelId }) => modelId),
    );
    const pages = simulator.received.length;
    assert.equal(pages, Math.ceil(account.models.length / 3));
    assert.ok(simulator.received.every(({ query }) => query.get('origin') === 'KIRO_CLI'));
  });

  it('asks under the other origin where the first is refused', async () => {
    simulator.failNext('models', validationError());
    assert.ok((await management().models({ signal })).length > 0);
    assert.equal(simulator.received.at(-1)?.query.get('origin'), 'AI_EDITOR');
  });

  it('leaves out a row that is no model, and keeps the others', async () => {
    account.models = [{ modelId: '' }, { modelId: 'claude-sonnet-5' }] as typeof account.models;
    assert.deepEqual(await management().models({ signal }), [
      {
        id: 'claude-sonnet-5',
        name: 'Claude Sonnet 5',
        description: undefined,
        contextWindow: 200_000,
        maxOutputTokens: 64_000,
        images: false,
        rateMultiplier: undefined,
        effort: undefined,
      },
    ]);
  });

  it('keeps a row of which only the id can be made out', async () => {
    const odd = {
      ...{ modelId: 'claude-sonnet-5', modelName: '', description: 7, rateMultiplier: '1.3' },
      ...{ tokenLimits: { maxInputTokens: 0, maxOutputTokens: 8000 }, supportedInputTypes: 'TEXT' },
      ...{ promptCaching: true, additionalModelRequestFieldsSchema: [] },
    };
    account.models = [odd] as unknown as typeof account.models;
    const [model] = await management().models({ signal });
    assert.deepEqual(
      [model?.name, model?.contextWindow, model?.maxOutputTokens, model?.cachePoints],
      ['Claude Sonnet 5', 200_000, 8000, undefined],
    );
  });

  it('leaves room for the question where a row promises an answer as large as the window', async () => {
    const tokenLimits = { maxInputTokens: 100_000, maxOutputTokens: 100_000 };
    account.models = [{ modelId: 'm', tokenLimits, supportedInputTypes: ['PDF'] }] as typeof account.models;
    const [model] = await management().models({ signal });
    assert.deepEqual([model?.maxOutputTokens, model?.documents], [50_000, true]);
  });

  it('takes a list that breaks off for a network failure', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from('{"models":[{"modelId"'));
        controller.error(
          new TypeError('terminated', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) }),
        );
      },
    });
    const { management: cut } = connect(simulator, account, {
      fetch: async () => new Response(body, { headers: { 'content-type': 'application/json' } }),
    });
    await assert.rejects(cut.models({ signal }), { code: 'network', reason: 'ECONNRESET' });
  });

  it('speaks the older host’s paths there', async () => {
    simulator.failNext('models', notAuthorized());
    const client = management();
    await client.models({ signal });
    await client.usageLimits({ signal });
    // The host that worked is asked first from then on.
    assert.deepEqual(
      simulator.received.map(({ host, path }) => `${host}${path}`),
      [
        'management.us-east-1.kiro.dev/List-Available-Models',
        'q.us-east-1.amazonaws.com/ListAvailableModels',
        'q.us-east-1.amazonaws.com/getUsageLimits',
      ],
    );
  });

  it('finds profiles in both regions that have any', async () => {
    account = simulator.addAccount({ method: 'idc', email: 'dev@example.com', ssoRegion: 'eu-west-1' });
    const profiles = await management().profiles({ signal });
    assert.deepEqual(
      profiles.map(({ arn }) => arn),
      (account.profiles as { arn: string }[]).map(({ arn }) => arn),
    );
    const hosts = new Set(simulator.received.map(({ host }) => host));
    assert.deepEqual(hosts, new Set(['management.us-east-1.kiro.dev', 'management.eu-central-1.kiro.dev']));
  });

  it('takes the rejection of a Builder ID for no profiles', async () => {
    account = simulator.addAccount({ method: 'builder-id', email: 'dev@example.com' });
    const client = management();
    assert.deepEqual(await client.profiles({ signal }), []);
    // That it may not list profiles does not mean that it needs one.
    await client.usageLimits({ signal });
    assert.equal(simulator.received.at(-1)?.query.has('profileArn'), false);
  });

  it('does not take a failure for no profiles', async () => {
    simulator.failNext('profiles', serviceUnavailable());
    simulator.failNext('profiles', serviceUnavailable());
    assert.equal(await codeOf(management().profiles({ signal })), 'server');
  });

  it('tells whose account it is, its plan, and what is left of it', async () => {
    const [told] = account.usage.usageBreakdownList ?? [];
    const { person, subscription } = await management().usageLimits({ signal });
    assert.equal(person.email, 'dev@example.com');
    assert.ok(person.userId);
    assert.equal(subscription.plan, 'KIRO PRO+');
    const { allowances, resetsAt } = subscription.credits ?? assert.fail('no credits');
    const [used, limit] = [told?.currentUsageWithPrecision, told?.usageLimit];
    assert.deepEqual(allowances, [{ kind: 'plan', used, limit }]);
    assert.equal(resetsAt, (account.usage.nextDateReset ?? 0) * 1000);
  });

  it('asks without a profile where the service will not be told of one', async () => {
    // Both hosts refuse the question with the profile.
    simulator.failNext('usage', accessDenied('No.', 'FEATURE_NOT_SUPPORTED'));
    simulator.failNext('usage', accessDenied('No.', 'FEATURE_NOT_SUPPORTED'));
    assert.equal((await management().usageLimits({ signal })).person.email, 'dev@example.com');
    assert.equal(simulator.received.at(-1)?.query.has('profileArn'), false);
  });

  it('stops at once where the account is suspended', async () => {
    simulator.failNext('usage', suspended());
    assert.equal(await codeOf(management().usageLimits({ signal })), 'suspended');
    assert.equal(simulator.received.length, 1);
  });

  it('does not ask again, some other way, in the name of a login that has ended', async () => {
    let asked = 0;
    const sessions: SessionSource = {
      async current() {
        asked++;
        throw new KiroError('signed-out', { status: 400, reason: 'invalid_grant' });
      },
    };
    const { management: ended } = connect(simulator, account, { sessions });
    assert.equal(await codeOf(ended.models({ signal })), 'signed-out');
    assert.equal(await codeOf(ended.usageLimits({ signal })), 'signed-out');
    assert.equal(asked, 2);
  });
});
