import assert from 'node:assert/strict';
import { HealthRecorder, healthAt, limitIn } from '../../../src/accounts/health';
import { AccountStore, type HealthChange } from '../../../src/accounts/storage/accountStore';
import type { Login } from '../../../src/auth/credentials';
import { KiroError, needsSignIn } from '../../../src/base/errors';
import { healthIs, noticesGiven } from '../../fixtures/accountChanges';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { own, sessionsOf, storedIn } from '../../fixtures/window';

const day = 86_400_000;
const signal = new AbortController().signal;

let now: number;
let secrets: MemorySecrets;
let store: AccountStore;
let health: HealthRecorder;
let heard: HealthChange[];
let id: string;
const login: Login = {
  grant: { kind: 'oidc', region: 'us-east-1', clientId: 'c1', clientSecret: 's', clientExpiresAt: 90 * day },
  tokens: { access: 'a', refresh: 'r', expiresAt: 1000 * day },
};

function aroundEach(): void {
  beforeEach(async () => {
    now = 5000;
    secrets = new MemorySecrets();
    store = new AccountStore(secrets, () => now);
    health = new HealthRecorder({ accounts: store, now: () => now });
    heard = [];
    store.onDidChangeHealth((change) => heard.push(change));
    id = (await store.add({ login, origin: own })).account.id;
  });
}

const suspended = new KiroError('suspended', { status: 403, reason: 'TEMPORARILY_SUSPENDED' });
const quota = new KiroError('quota', { status: 402, reason: 'MONTHLY_REQUEST_COUNT' });
const sessions = () =>
  sessionsOf({
    accounts: store,
    refresh: async () => assert.fail('a request'),
    readSource: async () => undefined,
    now: () => now,
    logger: { trace: fail, debug: fail, info: fail, warn: fail, error: fail },
  });
const fail = () => assert.fail('a line in the log');

describe('What a refused request says about its account', () => {
  for (const [error, standing] of [
    [suspended, 'suspended'],
    [quota, 'out-of-credits'],
    [new KiroError('quota', { reason: 'OVERAGE_REQUEST_LIMIT_EXCEEDED' }), 'out-of-credits'],
    [new KiroError('quota', { reason: 'CONVERSATION_LIMIT_EXCEEDED' }), undefined],
    [new KiroError('quota', { reason: 'OWN_BUDGET' }), undefined],
    [new KiroError('rate-limited', { reason: 'DAILY_REQUEST_COUNT' }), undefined],
    [new KiroError('capacity'), undefined],
    [new KiroError('forbidden'), undefined],
    [new KiroError('token-rejected'), undefined],
    [new KiroError('server', { status: 500 }), undefined],
    [new KiroError('network'), undefined],
    [new TypeError('a bug'), undefined],
  ] as const) {
    const what = error instanceof KiroError ? error.message : error.name;
    it(`is ${standing ?? 'nothing'} where it says ${what}`, () => assert.equal(limitIn(error), standing));
  }
});

describe('Health', () => {
  aroundEach();

  it('has a cause and a time', async () => {
    await health.failed(id, suspended);
    const { health: found, condition } = await storedIn(store, id);
    assert.deepEqual([found, condition], ['suspended', { reason: 'TEMPORARILY_SUSPENDED', since: 5000 }]);
  });

  it('of used-up credits lasts until they come back', async () => {
    await new HealthRecorder({ accounts: store, creditsReturn: () => now + 7 * day, now: () => now }).failed(
      id,
      quota,
    );
    const account = await storedIn(store, id);
    assert.deepEqual(
      [healthAt(account, now), healthAt(account, now + 7 * day)],
      ['out-of-credits', 'active'],
    );
  });

  it('changes with one event, however often the same is found', async () => {
    await health.failed(id, suspended);
    now += day;
    await health.failed(id, suspended);
    assert.deepEqual(
      heard.map(({ before, account }) => [before, account.health]),
      [['active', 'suspended']],
    );
    assert.equal((await storedIn(store, id)).condition?.since, 5000);
  });

  it('is told in the window that found out, and seen in the others', async () => {
    const other = new AccountStore(secrets, () => now);
    let told = 0;
    let looked = 0;
    other.onDidChangeHealth(() => told++);
    other.onDidChange(() => looked++);
    await health.failed(id, quota);
    assert.equal((await storedIn(other, id)).health, 'out-of-credits');
    assert.deepEqual([told, looked], [0, 1]);
  });

  it('of a login that has ended is not changed by a late answer', async () => {
    await store.update(id, healthIs('signed-out', { seenOn: login.tokens, reason: 'invalid_grant' }));
    await health.failed(id, quota);
    await health.answered(id);
    assert.equal((await storedIn(store, id)).health, 'signed-out');
  });

  it('is good again once an answer came', async () => {
    await health.failed(id, quota);
    await health.answered(id);
    assert.deepEqual(
      heard.map(({ account }) => account.health),
      ['out-of-credits', 'active'],
    );
  });

  it('of a suspension is not made good by an answer that was under way', async () => {
    await health.failed(id, suspended);
    await health.answered(id);
    assert.equal((await storedIn(store, id)).health, 'suspended');
  });

  it('is without a remark while all is well', async () => {
    await health.failed(id, suspended);
    await health.recheck(id, async () => undefined);
    assert.equal('condition' in JSON.parse(JSON.stringify(await storedIn(store, id))), false);
  });

  it('with a remark that cannot be read is still health', async () => {
    await health.failed(id, suspended);
    const [key, text] = [...secrets.values][0] ?? [];
    assert.ok(key && text);
    secrets.values.set(key, text.replace('"since":5000', '"since":"long ago"'));
    const { health: found, condition } = await storedIn(new AccountStore(secrets, () => now), id);
    assert.deepEqual([found, condition], ['suspended', undefined]);
  });
});

describe('An account that is looked at again', () => {
  aroundEach();

  const looked = async (ask: () => Promise<number | undefined>) => {
    await health.recheck(id, ask).catch((error: unknown) => assert.ok(error instanceof KiroError));
    return await storedIn(store, id);
  };
  const refusedWith = (error: KiroError) => () => Promise.reject(error);

  it('may ask the service, though it is suspended', async () => {
    await health.failed(id, suspended);
    const { accessToken } = await new Promise<{ accessToken: string }>((resolve, reject) => {
      const ask = async () => {
        resolve(await sessions().current({ signal }));
        return undefined;
      };
      health.recheck(id, ask).catch(reject);
    });
    assert.equal(accessToken, 'a');
  });

  it('is well again where the service has no complaint', async () => {
    await health.failed(id, suspended);
    assert.equal((await looked(async () => 0.5)).health, 'active');
  });

  it('stays suspended where the service says so again', async () => {
    await health.failed(id, suspended);
    assert.equal((await looked(refusedWith(suspended))).health, 'suspended');
  });

  it('stays suspended, for the reason it was, where the service was not reached', async () => {
    await health.failed(id, suspended);
    const { health: found, condition } = await looked(refusedWith(new KiroError('network')));
    assert.deepEqual([found, condition?.reason], ['suspended', 'TEMPORARILY_SUSPENDED']);
  });

  for (const [used, expected] of [
    [1, 'out-of-credits'],
    [1.2, 'out-of-credits'],
    [0.99, 'active'],
    [undefined, 'active'],
  ] as const) {
    it(`is ${expected} where it was out of credits, and ${used} of them are used`, async () => {
      await health.failed(id, quota);
      assert.equal((await looked(async () => used)).health, expected);
    });
  }

  it('is found suspended where nobody knew', async () => {
    assert.equal((await looked(refusedWith(suspended))).health, 'suspended');
  });

  it('is not out of credits by figures alone: its plan may charge for more', async () => {
    assert.equal((await looked(async () => 1.5)).health, 'active');
  });
});

describe('A suspended account', () => {
  aroundEach();

  it('has no session, and costs no request to say so', async () => {
    await health.failed(id, suspended);
    await assert.rejects(sessions().current({ signal }), suspendedError);
  });

  it('has none even where its token has ended', async () => {
    await health.failed(id, suspended);
    now = 2000 * day;
    await assert.rejects(sessions().current({ signal, rejected: 'a' }), suspendedError);
  });

  it('has one again where a person looks again', async () => {
    await health.failed(id, suspended);
    await health.recheck(id, async () => undefined);
    assert.equal((await sessions().current({ signal })).accessToken, 'a');
  });

  const suspendedError = (error: unknown) =>
    error instanceof KiroError && error.code === 'suspended' && error.reason === 'TEMPORARILY_SUSPENDED';
});

describe('An account out of credits', () => {
  aroundEach();

  it('is still asked for: credits may have been bought', async () => {
    await health.failed(id, quota);
    assert.equal((await sessions().current({ signal })).accessToken, 'a');
  });
});

describe('The end of a client registration', () => {
  aroundEach();

  const stages = (at: number) => noticesGiven(store, at);

  it('is told of fourteen and three days before, once each', async () => {
    const told: (readonly [number, number])[] = [];
    for (let today = 0; today <= 100; today++) {
      for (const days of await stages(today * day)) told.push([today, days]);
    }
    assert.deepEqual(told, [
      [76, 14],
      [87, 3],
    ]);
  });

  it('is told of once for all windows', async () => {
    await stages(76 * day);
    const other = new AccountStore(secrets, () => now);
    assert.deepEqual(await noticesGiven(other, 77 * day), []);
  });

  it('is told of once where VS Code was closed for long, with the days that are left', async () => {
    assert.deepEqual(await stages(88 * day), [2]);
    assert.deepEqual(await stages(89 * day), []);
  });

  it('is told of again for the next registration', async () => {
    await stages(88 * day);
    const grant = { ...login.grant, clientId: 'c2', clientExpiresAt: 180 * day } as Login['grant'];
    await store.replaceLogin(id, { login: { ...login, grant }, origin: own });
    assert.deepEqual([await stages(90 * day), await stages(167 * day)], [[], [13]]);
  });

  it('is not told of where the login is dead already', async () => {
    await store.update(id, healthIs('signed-out', { seenOn: login.tokens }));
    assert.deepEqual(await stages(88 * day), []);
  });

  it('is none for logins without one', async () => {
    await store.add({
      login: {
        grant: { kind: 'social', provider: 'Google' },
        tokens: { ...login.tokens, access: 'g', refresh: 'g' },
      },
      origin: own,
    });
    assert.equal((await stages(88 * day)).length, 1);
  });
});

describe('An error that needs a new sign-in', () => {
  for (const code of ['signed-out', 'registration-expired', 'token-rejected'] as const) {
    it(`is one that is ${code}`, () => assert.ok(needsSignIn(new KiroError(code))));
  }
  it('is not one that is suspended', () => assert.ok(!needsSignIn(suspended)));
});
