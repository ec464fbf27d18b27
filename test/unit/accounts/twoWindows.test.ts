import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sessions } from '../../../src/accounts/tokens/sessions';
import { withRefreshed } from '../../../src/accounts/tokens/tokenChanges';
import { KiroError } from '../../../src/base/errors';
import { FileLock } from '../../../src/base/fileLock';
import { LockHolder } from '../../fixtures/lockHolder';
import { knownLoginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import {
  openWindow,
  own,
  refresherOf,
  storedIn,
  type Window,
  type WindowOptions,
} from '../../fixtures/window';
import { Simulator } from '../../simulator/simulator';

const minute = 60_000;
const hour = 60 * minute;
const signal = new AbortController().signal;

let folder: string;
let now: number;
let simulator: Simulator;
let secrets: MemorySecrets;
let windows: Window[];
let holder: LockHolder | undefined;

function aroundEach(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-windows-'));
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    secrets = new MemorySecrets();
    windows = [];
    holder = undefined;
  });
  afterEach(async () => {
    for (const { sessions, store } of windows) {
      sessions.dispose();
      store.dispose();
    }
    await holder?.kill();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

function window(options: Partial<WindowOptions> = {}): Window {
  const opened = openWindow({ secrets, simulator, now: () => now, folder, ...options });
  windows.push(opened);
  return opened;
}

async function person({ store }: Window) {
  const simulated = simulator.addAccount({ method: 'idc', email: 'ana@example.com' });
  const { account } = await store.add({ login: knownLoginOf(simulated), origin: own });
  return { simulated, account };
}

const tokenOf = async (sessions: Sessions, rejected?: string) =>
  (await sessions.current({ signal, rejected })).accessToken;

const lockFolder = () => join(folder, 'locks', `${readdirSync(join(folder, 'locks'))[0]}`);

describe('Two windows with a token that ends', () => {
  aroundEach();

  it('refresh it exactly once, and both have it', async () => {
    const [one, other] = [window(), window()];
    const { simulated } = await person(one);
    now += hour;
    const tokens = await Promise.all([one, other].map(({ sessions }) => tokenOf(sessions)));
    assert.deepEqual(tokens, [simulated.accessToken, simulated.accessToken]);
    assert.equal(simulator.received.length, 1);
  });

  it('refresh a rejected one exactly once', async () => {
    const [one, other] = [window(), window()];
    const { simulated } = await person(one);
    const rejected = simulated.accessToken;
    const tokens = await Promise.all([one, other].map(({ sessions }) => tokenOf(sessions, rejected)));
    assert.deepEqual(tokens, [simulated.accessToken, simulated.accessToken]);
    assert.equal(simulator.received.length, 1);
  });

  it('ask once, too, about one that has died, and tell it in one window', async () => {
    const [one, other] = [window(), window()];
    const { simulated } = await person(one);
    const told: string[] = [];
    for (const { store } of windows) store.onDidChangeHealth(({ account }) => told.push(account.health));
    simulated.revokeRefreshToken();
    now += hour;
    const codes = await Promise.all([one, other].map(({ sessions }) => tokenOf(sessions).catch(codeOf)));
    assert.deepEqual([codes, simulator.received.length], [['signed-out', 'signed-out'], 1]);
    assert.deepEqual(told, ['signed-out']);
  });

  it('need no turn of their own for what the other one has refreshed a moment ago', async () => {
    const [one, other] = [window(), window()];
    const { simulated, account: stale } = await person(one);
    await tokenOf(one.sessions, simulated.accessToken);
    const refresher = refresherOf({
      accounts: other.store,
      refresh: () => assert.fail('refreshed again'),
      readSource: async () => undefined,
      lock: { hold: () => assert.fail('took a turn') },
      now: () => now,
      logger: other.logger,
    });
    const { tokens } = await refresher.refresh(stale, { signal, onHeld: () => undefined });
    assert.equal(tokens.access, simulated.accessToken);
  });

  it('hear of the change in both', async () => {
    const [one, other] = [window(), window()];
    await person(one);
    let heard = 0;
    other.store.onDidChange(() => heard++);
    now += hour;
    await tokenOf(one.sessions);
    await other.store.list();
    assert.equal(heard, 1);
  });

  it('leave no lock behind', async () => {
    const one = window();
    await person(one);
    now += hour;
    await tokenOf(one.sessions);
    assert.deepEqual(readdirSync(join(folder, 'locks')), []);
  });
});

describe('Another process that holds the lock', () => {
  aroundEach();

  /** Puts the account's lock into the hands of another process. */
  async function held(): Promise<Window & Awaited<ReturnType<typeof person>>> {
    const opened = window();
    const { simulated, account } = await person(opened);
    holder = await LockHolder.start(join(folder, 'locks'), account.id);
    return { ...opened, simulated, account };
  }

  it('leaves the token in use while that is good', async () => {
    const { sessions, simulated } = await held();
    now += 55 * minute;
    assert.equal(await tokenOf(sessions), simulated.accessToken);
    assert.equal(simulator.received.length, 0);
  });

  it('is waited for where the token has ended', async () => {
    const { sessions, simulated, logged } = await held();
    now += hour;
    const session = tokenOf(sessions);
    await holder?.release();
    assert.equal(await session, simulated.accessToken);
    assert.equal(simulator.received.length, 1);
    assert.deepEqual(logged, []);
  });

  it('saves us the refresh where it stores a token meanwhile', async () => {
    const { sessions, store } = await held();
    now += hour;
    const session = tokenOf(sessions);
    const [account] = await store.list();
    assert.ok(account);
    const tokens = { access: 'theirs', refresh: 'theirs', expiresAt: now + hour };
    await window().store.update(account.id, withRefreshed(account.tokens, { tokens }));
    assert.equal(await session, 'theirs');
    assert.equal(simulator.received.length, 0);
  });

  it('is taken over from where it was killed', async () => {
    const { sessions, simulated } = await held();
    await holder?.kill();
    const path = lockFolder();
    assert.ok(existsSync(path));
    const longAgo = new Date(Date.now() - minute);
    utimesSync(path, longAgo, longAgo);
    now += hour;
    assert.equal(await tokenOf(sessions), simulated.accessToken);
    assert.deepEqual([simulator.received.length, readdirSync(join(folder, 'locks'))], [1, []]);
  });

  it('is taken over from where it was killed before the clock was set back', async () => {
    const { simulated, account, logger } = await held();
    await holder?.kill();
    const path = lockFolder();
    const ahead = new Date(Date.now() + hour);
    utimesSync(path, ahead, ahead);
    now += hour;
    const lock = new FileLock(join(folder, 'locks'), logger, async () => undefined);
    assert.equal(await tokenOf(window({ lock }).sessions), simulated.accessToken);
    assert.deepEqual(readdirSync(join(folder, 'locks')), []);
    assert.equal((await storedIn(window().store, account.id)).health, 'active');
  });

  it('that was frozen leaves alone the lock of the window that took its place', async function () {
    if (process.platform === 'win32') return this.skip();
    const { account, lock } = await held();
    const released = Promise.withResolvers<void>();
    let holding: Promise<void> | undefined;
    await holder?.releaseLate(async () => {
      const longAgo = new Date(Date.now() - minute);
      utimesSync(lockFolder(), longAgo, longAgo);
      const taken = Promise.withResolvers<void>();
      const options = { signal, onHeld: () => undefined, instead: async () => undefined };
      holding = lock.hold(account.id, options, async () => {
        taken.resolve();
        await released.promise;
      });
      await taken.promise;
    });
    assert.ok(existsSync(lockFolder()));
    released.resolve();
    await holding;
    assert.deepEqual(readdirSync(join(folder, 'locks')), []);
  });

  it('is not waited for without end', async () => {
    const { account } = await person(window());
    holder = await LockHolder.start(join(folder, 'locks'), account.id);
    now += hour;
    const { logger } = window();
    let waited = 0;
    const lock = new FileLock(join(folder, 'locks'), logger, async (ms) => {
      waited += ms;
      const renewed = new Date(Date.now() + waited);
      utimesSync(lockFolder(), renewed, renewed);
    });
    const { sessions } = window({ lock });
    assert.equal(await tokenOf(sessions).catch(codeOf), 'timeout');
    assert.ok(waited >= 30_000 && waited <= minute, `${waited}`);
    assert.equal(simulator.received.length, 0);
  });
});

describe('A place where no lock can be made', () => {
  aroundEach();

  it('is no reason not to refresh, and is mentioned once', async () => {
    writeFileSync(join(folder, 'locks'), 'a file, not a folder');
    const one = window();
    const { simulated } = await person(one);
    for (let turn = 0; turn < 2; turn++) {
      now += hour;
      assert.equal(await tokenOf(one.sessions), simulated.accessToken);
    }
    assert.deepEqual(one.logged.filter((line) => line.includes('without a lock')).length, 1);
  });

  it('for a moment only is waited for', async () => {
    const { store, sessions, logged } = window();
    const simulated = simulator.addAccount({ method: 'idc', email: 'ana@example.com' });
    await store.add({ login: knownLoginOf(simulated), origin: own });
    rmSync(join(folder, 'locks'), { recursive: true, force: true });
    writeFileSync(join(folder, 'locks'), 'a file, not a folder');
    now += hour;
    const token = tokenOf(sessions);
    await new Promise((resolve) => setImmediate(resolve));
    rmSync(join(folder, 'locks'));
    assert.equal(await token, simulated.accessToken);
    assert.deepEqual(logged, []);
    assert.deepEqual(readdirSync(join(folder, 'locks')), []);
  });

  it('may be one that is read-only', async () => {
    mkdirSync(join(folder, 'locks'));
    chmodSync(join(folder, 'locks'), 0o500);
    const one = window();
    const { simulated } = await person(one);
    now += hour;
    assert.equal(await tokenOf(one.sessions), simulated.accessToken);
  });
});

function codeOf(error: unknown): string {
  assert.ok(error instanceof KiroError, String(error));
  return error.code;
}
