import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../../../src/accounts/account';
import { HealthRecorder } from '../../../src/accounts/health';
import { Failover, type FailoverDeps } from '../../../src/accounts/selection/failover';
import { Rotation } from '../../../src/accounts/selection/rotation';
import { KiroError } from '../../../src/base/errors';
import { Catalog } from '../../../src/kiro/account/catalog';
import { Management } from '../../../src/kiro/account/management';
import { KiroClient } from '../../../src/kiro/chat/client';
import { Hosts } from '../../../src/kiro/transport/hosts';
import { KiroHttp } from '../../../src/kiro/transport/kiroHttp';
import { chatOf, collect, modelOf, textOf } from '../../fixtures/kiroService';
import { loginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, storedIn, type Window } from '../../fixtures/window';
import type { SimulatedAccount } from '../../simulator/account';
import { monthlyLimit, suspended } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';
import { closing, contextUsage, exceptionFrame, fail, Gate, text, waitAt } from '../../simulator/steps';

const modelId = 'claude-opus-4.8';
const signal = new AbortController().signal;

describe('Answers of several accounts', () => {
  let simulator: Simulator;
  let folder: string;
  let secrets: MemorySecrets;
  let window: Window;
  let failover: 'on' | 'off';
  let ann: SimulatedAccount;
  let bob: SimulatedAccount;
  let annHere: Account;
  let client: Pick<KiroClient, 'chat'>;
  let deps: FailoverDeps;
  let passedOn: string[];
  let reported: unknown[];
  let catalog: Catalog;
  /** How long ago the models were read. */
  let since: number;
  beforeEach(async () => {
    simulator = await Simulator.start();
    folder = mkdtempSync(join(tmpdir(), 'kiro-answers-'));
    const now = () => Date.now();
    secrets = new MemorySecrets();
    window = openWindow({ secrets, simulator, now, folder });
    ann = simulator.addAccount({ method: 'google', email: 'ann@example.com' });
    bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    const add = async (person: SimulatedAccount) => {
      const login = { ...loginOf(person), email: person.email };
      return (await window.store.add({ login, origin: own })).account;
    };
    annHere = await add(ann);
    const bobHere = await add(bob);
    const hosts = new Hosts(() => simulator.endpoints);
    const http = new KiroHttp({
      http: { fetch, userAgent: 'test' },
      sessions: window.sessions,
      shareContent: () => false,
      ...{ hosts, now },
    });
    const memory = { get: () => undefined, update: async () => undefined };
    since = 0;
    const management = new Management(http);
    catalog = new Catalog({
      store: memory,
      read: ({ id }, signal) => management.models({ accountId: id, signal }),
      now: () => now() + since,
      reportFailure: assert.ifError,
    });
    for (const account of [annHere, bobHere]) await catalog.refresh(account, signal);
    failover = 'on';
    passedOn = [];
    reported = [];
    client = new KiroClient({
      http,
      timeouts: () => ({ firstTokenMs: 30_000, idleMs: 30_000, totalMs: 60_000 }),
      resending: () => ({ times: 2, delayMs: 1 }),
      sleep: async () => undefined,
      random: () => 0.5,
    });
    deps = {
      rotation: new Rotation({
        accounts: window.store,
        strategy: () => 'sticky',
        failover: () => failover,
        offers: (account, id) => catalog.list(account).models.some((model) => model.id === id),
        used: () => undefined,
        now,
      }),
      health: new HealthRecorder({
        accounts: window.store,
        creditsReturn: () => now() + 1_000_000,
        now,
      }),
      onPassedOn: ({ insteadOf, account }) => passedOn.push(`${insteadOf.label} → ${account.label}`),
      onFailed: (id, { code }) => {
        if (code === 'unknown-model') catalog.invalidate(id);
      },
      reportFailure: (error) => reported.push(error),
    };
  });
  afterEach(async () => {
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true });
  });

  const answer = (follows: 'active' | 'named' = 'active', stop: AbortSignal = signal) => {
    const request = chatOf('Hi', { conversationId: 'c' });
    const model = modelOf(ann, modelId);
    const modelFor = (account: Account | { id: string }) =>
      account.id === annHere.id ? model : catalog.variantOf(model, account);
    return collect(
      new Failover(deps).reply(
        { modelId, conversationId: 'c', accountId: annHere.id, follows },
        (account) => client.chat(request, modelFor(account), { accountId: account.id, signal: stop }),
        stop,
      ),
    );
  };
  const damage = async () => {
    for (const key of secrets.values.keys()) await secrets.store(key, 'unreadable');
  };
  const asked = () => simulator.chats.map(({ account }) => account);
  const code = async (promise: Promise<unknown>) =>
    await promise.then(
      () => assert.fail('it went well'),
      (error: unknown) => (error instanceof KiroError ? error.code : error),
    );

  it('are not waited for once the person stops, although the storage of accounts does not answer', async () => {
    secrets.get = () => new Promise(() => undefined);
    for (const follows of ['active', 'named'] as const) {
      const controller = new AbortController();
      const asked = answer(follows, controller.signal);
      controller.abort();
      await assert.rejects(asked, { name: 'AbortError' });
    }
    assert.deepEqual(simulator.chats, []);
  });

  it('come from the next one where the first has no credits, and the person is told', async () => {
    simulator.script(fail(monthlyLimit()));
    simulator.script(text('Here I am.'), closing());
    assert.equal(textOf(await answer()), 'Here I am.');
    assert.deepEqual(asked(), [ann, bob]);
    assert.deepEqual(passedOn, ['ann@example.com → bob@example.com']);
    assert.equal((await storedIn(window.store, annHere.id)).health, 'out-of-credits');
  });

  it('go on coming from it for the rest of the conversation, with nothing more asked of the first', async () => {
    simulator.script(fail(monthlyLimit()));
    simulator.script(text('One.'), closing());
    simulator.script(text('Two.'), closing());
    await answer();
    assert.equal(textOf(await answer()), 'Two.');
    assert.deepEqual(asked(), [ann, bob, bob]);
    assert.equal(passedOn.length, 1);
  });

  it('are measured by the window that the model has on the account they come from', async () => {
    bob.models = bob.models.map((model) =>
      model.modelId === modelId
        ? { ...model, tokenLimits: { maxInputTokens: 50_000, maxOutputTokens: 8000 } }
        : model,
    );
    const bobHere = (await window.store.list()).find(({ id }) => id !== annHere.id);
    assert.ok(bobHere);
    await catalog.refresh(bobHere, signal);
    simulator.script(fail(monthlyLimit()));
    simulator.script(text('Here I am.'), contextUsage(10));
    const last = (await answer()).at(-1);
    assert.ok(last?.kind === 'usage' && last.usage);
    assert.equal(last.usage.inputTokens + last.usage.outputTokens, 5000);
  });

  it('come from the next one where the first login has ended', async () => {
    ann.revoke();
    simulator.script(text('Here I am.'), closing());
    assert.equal(textOf(await answer()), 'Here I am.');
    assert.deepEqual(passedOn, ['ann@example.com → bob@example.com']);
  });

  it('end with the failure of the last one where all have failed, each asked once', async () => {
    simulator.script(fail(monthlyLimit()));
    simulator.script(fail(monthlyLimit()));
    assert.equal(await code(answer()), 'quota');
    assert.deepEqual(asked(), [ann, bob]);
  });

  for (const [what, arrange] of [
    [
      'unless the person wants failover',
      () => {
        failover = 'off';
        simulator.script(fail(monthlyLimit()));
      },
    ],
    ['where the account is suspended', () => simulator.script(fail(suspended()))],
    [
      'once a part has come',
      () =>
        simulator.script(
          text('I beg'),
          exceptionFrame('ServiceQuotaExceededException', 'No more.', 'MONTHLY_REQUEST_COUNT'),
        ),
    ],
  ] as const) {
    it(`never come from another one ${what}`, async () => {
      arrange();
      assert.match(String(await code(answer())), /quota|suspended/);
      assert.deepEqual([asked(), passedOn], [[ann], []]);
    });
  }

  it('never come from another one once the person has stopped the request', async () => {
    const stop = new AbortController();
    const real = client;
    client = {
      chat: async function* (...about) {
        try {
          yield* real.chat(...about);
        } finally {
          stop.abort();
        }
      },
    };
    simulator.script(fail(monthlyLimit()));
    assert.equal(await code(answer('active', stop.signal)), 'quota');
    assert.deepEqual([asked(), passedOn], [[ann], []]);
  });

  it('are what they are where it cannot be stored what they show about the account', async () => {
    const gate = new Gate();
    simulator.script(text('Well.'), waitAt(gate), closing());
    const whole = answer();
    await gate.reached;
    await damage();
    gate.open();
    assert.equal(textOf(await whole), 'Well.');
    assert.deepEqual(
      reported.map((error) => error instanceof KiroError && error.code),
      ['storage'],
    );
  });

  it('fail for their own reason where no other account can be looked for', async () => {
    const gate = new Gate();
    simulator.script(
      waitAt(gate),
      exceptionFrame('ServiceQuotaExceededException', 'No more.', 'MONTHLY_REQUEST_COUNT'),
    );
    const failed = code(answer());
    await gate.reached;
    await damage();
    gate.open();
    assert.equal(await failed, 'quota');
  });

  it('that the service has no such model for have the models read again', async () => {
    const failed = code(answer('named'));
    ann.models = ann.models.filter((model) => model.modelId !== modelId);
    since = 61_000;
    const changed = new Promise<void>((resolve) => catalog.onDidChange(() => resolve()));
    assert.equal(await failed, 'unknown-model');
    await changed;
    assert.equal(
      catalog.list(annHere).models.some(({ id }) => id === modelId),
      false,
    );
  });

  it('never come from another one where the model is pinned to its account', async () => {
    simulator.script(fail(monthlyLimit()));
    assert.equal(await code(answer('named')), 'quota');
    assert.deepEqual(asked(), [ann]);
  });
});
