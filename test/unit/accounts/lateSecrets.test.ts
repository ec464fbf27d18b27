import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountStore, accountsKey } from '../../../src/accounts/storage/accountStore';
import { FileRevisions } from '../../../src/accounts/storage/revisions';
import { unlocked } from '../../../src/base/fileLock';
import { named } from '../../fixtures/accountChanges';
import { LateSecrets } from '../../fixtures/lateSecrets';
import { knownLoginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, type Window } from '../../fixtures/window';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;
const log = () => undefined;
const logger = { trace: log, debug: log, info: log, warn: log, error: log };

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
    const open = () => openWindow({ secrets: secrets.window(), simulator, now: () => now, folder });
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
    for (const { store } of windows) {
      const kept = await store.list();
      assert.deepEqual(
        kept.map(({ tokens }) => tokens.refresh),
        added.map(({ simulated }) => simulated.refreshToken),
      );
    }
  });
});

describe('A document of accounts', () => {
  let folder: string;
  let waited: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-revision-'));
    waited = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = () => join(folder, 'accounts.revision');
  const storeOn = (secrets: MemorySecrets) =>
    new AccountStore(secrets, () => 0, undefined, {
      lock: unlocked,
      revisions: new FileRevisions(file(), logger),
      wait: async (ms) => {
        waited += ms;
      },
    });
  const tokens = { access: 'a', refresh: 'r', expiresAt: hour };
  const ana = {
    login: { grant: { kind: 'social' as const, provider: 'Google' as const }, tokens },
    origin: own,
  };

  it('that never arrives is waited for once, for two seconds', async () => {
    const [secrets, elsewhere] = [new MemorySecrets(), new MemorySecrets()];
    await storeOn(elsewhere).add(ana);
    const store = storeOn(secrets);
    assert.deepEqual(await store.list(), []);
    assert.equal(waited, 2000);
    await store.list();
    assert.equal(waited, 2000);
  });

  it('is waited for again after the next change', async () => {
    const [secrets, elsewhere] = [new MemorySecrets(), new MemorySecrets()];
    await storeOn(elsewhere).add(ana);
    const store = storeOn(secrets);
    await store.add(ana);
    const before = waited;
    await store.list();
    assert.equal(waited, before, 'our own change is the newest');
    await storeOn(elsewhere).update((await storeOn(elsewhere).list())[0]?.id ?? '', named('Work'));
    await store.list();
    assert.ok(waited > before);
  });

  it('that was reset counts as the newest', async () => {
    const secrets = new MemorySecrets();
    const { account } = await storeOn(secrets).add(ana);
    await storeOn(secrets).update(account.id, named('Work'));
    const elsewhere = new MemorySecrets();
    await elsewhere.store(accountsKey, secrets.values.get(accountsKey) ?? '');
    await secrets.store(accountsKey, 'damaged');
    assert.ok(await storeOn(secrets).reset('damaged'));
    assert.deepEqual(await storeOn(secrets).list(), []);
    assert.equal(waited, 0);
    await storeOn(elsewhere).list();
    assert.equal(waited, 2000, 'what was there before is waited out elsewhere');
  });

  it('is read without waiting where the newest revision cannot be told', async () => {
    const secrets = new MemorySecrets();
    for (const text of ['', 'none', '-1']) {
      writeFileSync(file(), text);
      assert.deepEqual(await storeOn(secrets).list(), []);
    }
    assert.equal(waited, 0);
  });
});
