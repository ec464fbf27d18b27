import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountStore } from '../../../src/accounts/storage/accountStore';
import type { SecretStore } from '../../../src/accounts/storage/secretRecords';
import { withRefreshed } from '../../../src/accounts/tokens/tokenChanges';
import { sleep } from '../../../src/base/async';
import { named } from '../../fixtures/accountChanges';
import { LateSecrets } from '../../fixtures/lateSecrets';
import { knownLoginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, type Window } from '../../fixtures/window';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

describe('Windows that hear late of what another one stores', () => {
  let folder: string;
  let now: number;
  let simulator: Simulator;
  let windows: [Window, Window];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-late-'));
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    const secrets = new LateSecrets(400);
    const open = () =>
      openWindow({ secrets: secrets.window(), simulator, now: () => now, folder, parts: { wait: sleep } });
    windows = [open(), open()];
  });
  afterEach(async () => {
    for (const { sessions, store } of windows) {
      sessions.dispose();
      store.dispose();
    }
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const add = async (email: string) => {
    const simulated = simulator.addAccount({ method: 'idc', email });
    const heard = new Promise<void>((resolve) => windows[1].store.onDidChange(resolve));
    const { account } = await windows[0].store.add({ login: knownLoginOf(simulated), origin: own });
    await heard;
    return { simulated, id: account.id };
  };
  const tokenIn = async ({ sessions }: Window, accountId?: string) =>
    (await sessions.current({ accountId, signal })).accessToken;

  it('refresh a token exactly once, and both have the new one', async () => {
    const { simulated } = await add('ana@example.com');
    now += hour;
    const tokens = await Promise.all(windows.map((window) => tokenIn(window)));
    assert.deepEqual(tokens, [simulated.accessToken, simulated.accessToken]);
    assert.equal(simulator.received.length, 1);
  });

  it('lose nothing where they refresh different accounts at once', async () => {
    const added = [];
    for (const email of ['ana@example.com', 'ben@example.com', 'cem@example.com', 'dan@example.com'])
      added.push(await add(email));
    now += hour;
    await Promise.all(added.map(({ id }, index) => tokenIn(windows[index % 2 ? 1 : 0], id)));
    const expected = JSON.stringify(added.map(({ simulated }) => simulated.refreshToken));
    for (const { store } of windows) {
      const kept = async () => JSON.stringify((await store.list()).map(({ tokens }) => tokens.refresh));
      while ((await kept()) !== expected) await new Promise<void>((heard) => store.onDidChange(heard));
    }
  });
});

/** Secrets that two machines share, each of which hears of the other's when the test says so. */
class FarSecrets {
  readonly here = new MemorySecrets();
  readonly there = new MemorySecrets();

  /** What was stored on the one side arrives on the other. */
  async arrive(from: MemorySecrets): Promise<void> {
    const to = from === this.here ? this.there : this.here;
    for (const [key, value] of from.values) if (to.values.get(key) !== value) await to.store(key, value);
    for (const key of to.values.keys()) if (!from.values.has(key)) await to.delete(key);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('Windows on two machines that share secrets, but neither files nor locks', () => {
  let secrets: FarSecrets;
  let here: AccountStore;
  let there: AccountStore;

  const google = { kind: 'social' as const, provider: 'Google' as const };
  const login = (n: number) => ({
    grant: google,
    tokens: { access: `a${n}`, refresh: `r${n}`, expiresAt: n * hour },
    userId: `u${n}`,
  });
  const refreshed = (n: number) => ({
    tokens: { access: `A${n}`, refresh: `R${n}`, expiresAt: n * hour + 1 },
  });
  const tokensIn = async (store: AccountStore) => (await store.list()).map(({ tokens }) => tokens.refresh);

  beforeEach(() => {
    secrets = new FarSecrets();
    here = new AccountStore(secrets.here, () => 0);
    there = new AccountStore(secrets.there, () => 0);
  });
  afterEach(() => {
    here.dispose();
    there.dispose();
  });

  it('lose none of twelve accounts that both refresh at a wake-up, whoever is heard last', async () => {
    for (let n = 1; n <= 12; n++) await here.add({ login: login(n), origin: own });
    await secrets.arrive(secrets.here);
    const all = await there.list();
    for (const [index, { id, tokens }] of all.entries()) {
      const store = index % 2 ? here : there;
      await store.update(id, withRefreshed(tokens, refreshed(index + 1)));
    }
    await secrets.arrive(secrets.here);
    await secrets.arrive(secrets.there);
    await secrets.arrive(secrets.here);
    const expected = Array.from({ length: 12 }, (_, index) => `R${index + 1}`);
    assert.deepEqual([await tokensIn(here), await tokensIn(there)], [expected, expected]);
  });

  it('store a refresh again where an older text was put over it', async () => {
    const { account } = await here.add({ login: login(1), origin: own });
    await secrets.arrive(secrets.here);
    await here.update(account.id, withRefreshed(account.tokens, refreshed(1)));
    await there.update(account.id, named('Work'));
    await secrets.arrive(secrets.there);
    assert.deepEqual(await tokensIn(here), ['R1']);
    await secrets.arrive(secrets.here);
    assert.deepEqual(await tokensIn(there), ['R1']);
    assert.equal(secrets.there.values.size, 1);
  });

  it('keep what one has refreshed while the other imported the same login again', async () => {
    const cli = { kind: 'kiro-cli', database: '/data.sqlite3', key: 'kirocli:social:token' } as const;
    const { account } = await here.add({ login: login(1), origin: own });
    await secrets.arrive(secrets.here);
    await here.add({ login: login(1), origin: cli });
    await there.update(account.id, withRefreshed(account.tokens, refreshed(1)));
    for (const side of [secrets.here, secrets.there]) await secrets.arrive(side);
    assert.deepEqual([await tokensIn(here), await tokensIn(there)], [['R1'], ['R1']]);
  });

  it('lose no login that one gives to an account while the other folds it into an older one', async () => {
    const { account: older } = await here.add({ login: login(1), origin: own });
    const { account } = await here.add({ login: { ...login(2), userId: undefined }, origin: own });
    await secrets.arrive(secrets.here);
    await there.replaceLogin(account.id, { login: login(3), origin: own });
    const { store } = secrets.here;
    // It is heard of in the middle of the fold.
    secrets.here.store = async (key, text) => {
      secrets.here.store = store;
      await store.call(secrets.here, key, text);
      await secrets.arrive(secrets.there);
    };
    await here.describe(account.id, { userId: 'u1' });
    await secrets.arrive(secrets.here);
    assert.ok((await tokensIn(there)).includes('r3'), String(await tokensIn(there)));
    assert.ok((await there.list()).some(({ id }) => id === older.id));
  });

  it('agree where both refreshed one account at the same moment', async () => {
    const { account } = await here.add({ login: login(1), origin: own });
    await secrets.arrive(secrets.here);
    await here.update(account.id, withRefreshed(account.tokens, refreshed(1)));
    await there.update(account.id, withRefreshed(account.tokens, refreshed(2)));
    for (const side of [secrets.here, secrets.there, secrets.here, secrets.there]) await secrets.arrive(side);
    assert.deepEqual(await tokensIn(here), await tokensIn(there));
  });

  it('do not bring back what was removed in one of them', async () => {
    const { account } = await here.add({ login: login(1), origin: own });
    await secrets.arrive(secrets.here);
    await here.remove(account.id);
    await there.update(account.id, named('Work'));
    await secrets.arrive(secrets.there);
    assert.deepEqual(await here.list(), []);
    await secrets.arrive(secrets.here);
    assert.deepEqual(await there.list(), []);
  });

  it('count a number that no counter can reach as none', async () => {
    const { account } = await here.add({ login: login(1), origin: own });
    const [key, text] = [...secrets.here.values][0] ?? [];
    assert.ok(key && text);
    await secrets.there.store(key, text.replace(/"revision":\d+/, '"revision":9007199254740993'));
    await there.list();
    await there.update(account.id, named('Work'));
    assert.equal((await there.list())[0]?.label, 'Work');
  });
});

describe('A secret storage that never answers', () => {
  const unavailable = { code: 'storage', reason: 'unavailable' };
  const never = new Promise<never>(() => undefined);

  for (const access of ['keys', 'get', 'store'] as const) {
    it(`is given up on after a while (${access}), and what comes after is not held up for ever`, async () => {
      const secrets = new MemorySecrets();
      const store = new AccountStore(secrets, () => 0, undefined, { wait: async () => undefined });
      const hanging: SecretStore = new Proxy(secrets, {
        get: (target, name) => (name === access ? () => never : Reflect.get(target, name).bind?.(target)),
      });
      const stuck = new AccountStore(hanging, () => 0, undefined, { wait: async () => undefined });
      const login = {
        grant: { kind: 'social' as const, provider: 'Google' as const },
        tokens: { access: 'a', refresh: 'r', expiresAt: 1 },
      };
      if (access === 'get') await store.add({ login, origin: own });
      const adding = stuck.add({ login, origin: own });
      const listing = access === 'store' ? undefined : stuck.read();
      await assert.rejects(adding, unavailable);
      if (listing) await assert.rejects(listing, unavailable);
      store.dispose();
    });
  }
});
