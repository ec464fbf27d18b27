import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Account } from '../../../src/accounts/account';
import { RefreshSchedule } from '../../../src/accounts/tokens/refreshSchedule';
import { findKiroCliLogins, rereadKiroCliLogin } from '../../../src/import/kiroCli/kiroCliDatabase';
import { readKiroIdeLogin } from '../../../src/import/kiroIde/kiroIdeFiles';
import { openKiroCliDatabase, putRows, rowsOfAccount } from '../../fixtures/kiroCli';
import { ideFilesOf, writeKiroIdeFiles } from '../../fixtures/kiroIde';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, refreshAt, type SessionParts, storedIn, type Window } from '../../fixtures/window';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

let folder: string;
let path: string;
let now: number;
let policy: 'on' | 'off';
let simulator: Simulator;
let secrets: MemorySecrets;
let database: Database.Database;
let window: Window;

function aroundEach(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-writeback-'));
    path = join(folder, 'kiro-cli', 'data.sqlite3');
    now = Date.UTC(2026, 10, 21);
    policy = 'on';
    simulator = await Simulator.start({ now: () => now });
    secrets = new MemorySecrets();
    window = reopened();
    database = openKiroCliDatabase(path, { mode: 'rollback' });
    database.close();
  });
  afterEach(async () => {
    window.sessions.dispose();
    database.close();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

const reopened = () => openWindow({ secrets, simulator, now: () => now, folder, policy: () => policy });

async function imported(method: Method): Promise<{ simulated: SimulatedAccount; account: Account }> {
  const simulated = simulator.addAccount({ method, email: 'ana@example.com' });
  signIntoKiroCli(simulated);
  const { database: file, logins } = await findKiroCliLogins([path], { now: () => now, signal });
  const [found] = logins;
  assert.ok(found);
  const origin = { kind: 'kiro-cli', database: file, key: found.key } as const;
  const { account } = await window.store.add({ login: { ...found.login, userId: simulated.id }, origin });
  return { simulated, account };
}

function signIntoKiroCli(simulated: SimulatedAccount): void {
  const writing = new Database(path);
  putRows(writing, rowsOfAccount(simulated));
  writing.close();
}

const current = () => window.sessions.current({ signal });
const heldBy = async ({ origin }: Account) => {
  assert.ok(origin.kind === 'kiro-cli');
  return (await rereadKiroCliLogin(origin.database, origin.key, { now: () => now, signal }))?.login.tokens;
};

/** The database is locked by another connection for as long as this takes. */
async function whileLocked<T>(operation: () => Promise<T>): Promise<T> {
  database = new Database(path);
  database.exec('BEGIN EXCLUSIVE');
  try {
    return await operation();
  } finally {
    database.exec('ROLLBACK');
    database.close();
  }
}

describe('A linked account that was refreshed', () => {
  aroundEach();

  for (const method of ['builder-id', 'idc', 'google', 'github'] as const) {
    it(`leaves Kiro CLI with the new ${method} tokens`, async () => {
      const { simulated, account } = await imported(method);
      now += hour;
      await current();
      assert.deepEqual(await heldBy(account), {
        access: simulated.accessToken,
        refresh: simulated.refreshToken,
        expiresAt: simulated.expiresAt,
      });
      assert.equal((await storedIn(window.store, account.id)).sourceHolds, undefined);
    });
  }

  it('does not sign Kiro CLI out: its next refresh works, and ours after it', async () => {
    const { simulated, account } = await imported('idc');
    for (let turn = 0; turn < 3; turn++) {
      now += hour;
      await current();
      now += hour;
      const { origin } = account;
      assert.ok(origin.kind === 'kiro-cli');
      const theirs = await rereadKiroCliLogin(origin.database, origin.key, { now: () => now, signal });
      assert.ok(theirs);
      await refreshAt(simulator, theirs.login, { now: () => now, signal });
      signIntoKiroCli(simulated);
    }
    assert.equal((await current()).accessToken, simulated.accessToken);
    simulator.assertDone();
  });

  it('leaves the IDE with the new tokens', async () => {
    const simulated = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    const paths = { token: join(folder, 'kiro-auth-token.json'), profile: join(folder, 'profile.json') };
    writeKiroIdeFiles(paths, ideFilesOf(simulated));
    const { login } = await readKiroIdeLogin(paths, { now: () => now, signal });
    assert.ok(login);
    await window.store.add({ login, origin: { kind: 'kiro-ide', file: paths.token } });
    now += hour;
    await current();
    const held = await readKiroIdeLogin(paths, { now: () => now, signal });
    assert.equal(held.login?.tokens.refresh, simulated.refreshToken);
  });

  it('keeps its tokens to itself where a person wants that', async () => {
    const { simulated, account } = await imported('idc');
    const { refreshToken } = simulated;
    policy = 'off';
    now += hour;
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.equal((await heldBy(account))?.refresh, refreshToken);
  });

  it('never goes back to what its source is left with', async () => {
    const { simulated } = await imported('idc');
    policy = 'off';
    now += hour;
    await current();
    simulated.revokeRefreshToken();
    const { length } = simulator.received;
    now += hour;
    await assert.rejects(current());
    assert.equal(simulator.received.length, length + 1);
  });

  it('is still signed in where the source was locked, and writes back at the next opportunity', async () => {
    const { simulated, account } = await imported('idc');
    now += hour;
    const parts = { readSource: async () => undefined };
    window = openWindow({ secrets, simulator, now: () => now, folder, parts });
    await whileLocked(async () => assert.equal((await current()).accessToken, simulated.accessToken));
    assert.notEqual((await heldBy(account))?.refresh, simulated.refreshToken);
    assert.ok(window.logged.some((line) => line.includes('import-failed locked')));
    window = reopened();
    await window.sessions.keepAlive(account.id);
    assert.equal((await heldBy(account))?.refresh, simulated.refreshToken);
    await window.sessions.keepAlive(account.id);
    assert.equal((await storedIn(window.store, account.id)).sourceHolds, undefined);
  }).timeout(20_000);

  it('owes the newest tokens after several refreshes that could not be written back', async () => {
    const { simulated, account } = await imported('idc');
    policy = 'off';
    for (let turn = 0; turn < 3; turn++) {
      now += hour;
      await current();
    }
    policy = 'on';
    await window.sessions.keepAlive(account.id);
    assert.equal((await heldBy(account))?.refresh, simulated.refreshToken);
  });

  it('leaves alone what somebody else signed in with meanwhile', async () => {
    const { account } = await imported('idc');
    policy = 'off';
    now += hour;
    await current();
    const other = simulator.addAccount({ method: 'idc', email: 'bob@example.com' });
    signIntoKiroCli(other);
    policy = 'on';
    await window.sessions.keepAlive(account.id);
    assert.equal((await heldBy(account))?.refresh, other.refreshToken);
    assert.equal((await storedIn(window.store, account.id)).sourceHolds, undefined);
  });

  it('has its new tokens in our own store before they are written anywhere else', async () => {
    const { simulated, account } = await imported('idc');
    now += hour;
    let stored: string | undefined;
    const writeToSource: SessionParts['writeToSource'] = async () => {
      stored = (await window.store.find(account.id))?.tokens.refresh;
      return 'written';
    };
    window = openWindow({ secrets, simulator, now: () => now, folder, parts: { writeToSource } });
    await current();
    assert.equal(stored, simulated.refreshToken);
  });

  it('leaves no secret in the log', async () => {
    await imported('idc');
    now += hour;
    await current();
    for (const secret of simulator.issuedSecrets) assert.ok(!window.logged.join().includes(secret));
  });
});

describe('New tokens that our own store does not take', () => {
  aroundEach();

  it('are not lost', async () => {
    const { simulated, account } = await imported('idc');
    now += hour;
    const store = secrets.store.bind(secrets);
    secrets.store = async () => {
      throw new Error('the keyring is locked');
    };
    await assert.rejects(current());
    secrets.store = store;
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.equal((await storedIn(window.store, account.id)).tokens.refresh, simulated.refreshToken);
    assert.equal(simulator.received.length, 1);
  });
});

describe('A source that holds what a refresh of ours used up', () => {
  aroundEach();

  it('gets the new tokens, though an expiry stands beside it that is later than theirs', async () => {
    const { simulated, account } = await imported('idc');
    changeRow((row) => row.replace(/"expires_at":"2026/, '"expires_at":"2036'));
    now += hour;
    await current();
    assert.equal((await heldBy(account))?.refresh, simulated.refreshToken);
    now += hour;
    assert.equal((await current()).accessToken, simulated.accessToken);
  });

  it('is not adopted from, whoever wrote it there again, and gets what is newest', async () => {
    const { simulated, account } = await imported('google');
    const stale = rowNow();
    now += hour;
    await current();
    const between = rowNow();
    now += hour;
    await current();
    for (const old of [stale, between]) {
      changeRow(() => old);
      now += hour;
      assert.equal((await current()).accessToken, simulated.accessToken);
      assert.equal((await heldBy(account))?.refresh, simulated.refreshToken);
    }
    assert.equal(simulator.received.length, 4);
  });

  const rowNow = () => {
    const reading = new Database(path);
    const { value } = reading.prepare("SELECT value FROM auth_kv WHERE key LIKE '%:token'").get() as {
      value: string;
    };
    reading.close();
    return value;
  };
  const changeRow = (change: (row: string) => string) => {
    const row = change(rowNow());
    const writing = new Database(path);
    writing.prepare("UPDATE auth_kv SET value = ? WHERE key LIKE '%:token'").run(row);
    writing.close();
  };
});

describe('A write-back that cannot work', () => {
  it('is tried ever more rarely, and keeps no token from being refreshed', () => {
    let time = 0;
    const schedule = new RefreshSchedule({
      now: () => time,
      random: () => 0,
      marginMs: () => 0,
      hasPendingWriteBack: () => true,
    });
    const account: Account = {
      id: 'a',
      label: 'a',
      origin: { kind: 'kiro-ide', file: '/x' },
      health: 'active',
      addedAt: 0,
      grant: { kind: 'social', provider: 'Google' },
      tokens: { access: 'a', refresh: 'r', expiresAt: 8 * hour },
    };
    let tries = 0;
    let inFirstHour = 0;
    for (; time < 8 * hour; time = schedule.dueAt(account)) {
      if (++tries && time < hour) inFirstHour++;
      schedule.succeeded(account);
    }
    assert.ok(inFirstHour <= 8 && tries <= 12, `${inFirstHour} in the first hour, ${tries} in eight`);
    assert.equal(time, 8 * hour);
  });

  it('does not wait for a clock that was set back to catch up', () => {
    let time = 100 * hour;
    const schedule = new RefreshSchedule({
      now: () => time,
      random: () => 0,
      marginMs: () => 0,
      hasPendingWriteBack: () => false,
    });
    const account: Account = {
      id: 'a',
      label: 'a',
      origin: { kind: 'own' },
      health: 'active',
      addedAt: 0,
      grant: { kind: 'social', provider: 'Google' },
      tokens: { access: 'a', refresh: 'r', expiresAt: 0 },
    };
    schedule.failed('a');
    time -= 24 * hour;
    assert.ok(schedule.dueAt(account) <= time);
  });
});
