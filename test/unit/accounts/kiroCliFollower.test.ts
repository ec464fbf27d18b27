import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  KiroCliFollower,
  type KiroCliFollowerParts,
  type NewLogin,
} from '../../../src/accounts/kiroCliFollower';
import { KiroError } from '../../../src/base/errors';
import { FileWatch } from '../../../src/sources/fileWatch';
import { findKiroCliLogins } from '../../../src/sources/kiroCliDatabase';
import { putRows, rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, refreshAt, storedIn, type Window } from '../../fixtures/window';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';

const minute = 60_000;
const signal = new AbortController().signal;

let folder: string;
let path: string;
let now: number;
let mode: 'off' | 'ask' | 'auto';
let simulator: Simulator;
let window: Window;
let follower: KiroCliFollower;
let news: NewLogin[];

function followerOf(parts: Partial<KiroCliFollowerParts> = {}): KiroCliFollower {
  return new KiroCliFollower({
    accounts: window.store,
    sessions: window.sessions,
    read: (reading) => findKiroCliLogins([path], { signal: reading }),
    identify: async ({ tokens }) => {
      const owner = simulator.accounts.find(({ accessToken }) => accessToken === tokens.access);
      return { userId: owner?.id, email: owner?.email };
    },
    mode: () => mode,
    onNewLogin: (found) => news.push(found),
    now: () => now,
    logger: window.logger,
    ...parts,
  });
}

function signIn(simulated: SimulatedAccount): void {
  const database = new Database(path);
  putRows(database, rowsOfAccount(simulated));
  database.close();
}

async function imported(method: Method, email = 'ana@example.com') {
  const simulated = simulator.addAccount({ method, email });
  signIn(simulated);
  const { database, logins } = await findKiroCliLogins([path], { signal });
  const found = logins[0];
  assert.ok(found);
  const login = { ...found.login, userId: simulated.id, email };
  const { account } = await window.store.add({
    login,
    origin: { kind: 'kiro-cli', database, key: found.key },
  });
  return { simulated, account };
}

async function refreshedByKiroCli(simulated: SimulatedAccount): Promise<void> {
  const found = (await findKiroCliLogins([path], { signal })).logins[0];
  assert.ok(found);
  await refreshAt(simulator, found.login, { now: () => now, signal });
  signIn(simulated);
}

describe('Following Kiro CLI', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-follow-'));
    path = join(folder, 'kiro-cli', 'data.sqlite3');
    now = Date.UTC(2026, 10, 21);
    mode = 'ask';
    simulator = await Simulator.start({ now: () => now });
    window = openWindow({ secrets: new MemorySecrets(), simulator, now: () => now, folder });
    news = [];
    follower = followerOf();
    writeKiroCliDatabase(path, { mode: 'wal' });
  });
  afterEach(async () => {
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const method of ['idc', 'google'] as const) {
    it(`takes newer ${method} tokens over at once and asks the service for none`, async () => {
      const { simulated, account } = await imported(method);
      now += 10 * minute;
      await refreshedByKiroCli(simulated);
      const { length } = simulator.received;
      await follower.look(signal);
      assert.equal((await storedIn(window.store, account.id)).tokens.access, simulated.accessToken);
      assert.deepEqual([simulator.received.length, news], [length, []]);
    });
  }

  it('brings an account back to life that Kiro CLI signed in to again', async () => {
    const { simulated, account } = await imported('google');
    await window.store.setHealth(account.id, account.tokens, 'signed-out');
    now += minute;
    await refreshedByKiroCli(simulated);
    await follower.look(signal);
    assert.equal((await storedIn(window.store, account.id)).health, 'active');
  });

  it('reports a login of somebody else once, and leaves the account what it has', async () => {
    const { account } = await imported('idc');
    const bob = simulator.addAccount({ method: 'idc', email: 'bob@example.com' });
    now += minute;
    signIn(bob);
    await follower.look(signal);
    await follower.look(signal);
    assert.deepEqual(
      news.map(({ login, formerly }) => [login.email, formerly?.id]),
      [['bob@example.com', account.id]],
    );
    assert.deepEqual((await storedIn(window.store, account.id)).tokens, account.tokens);
  });

  it('reports it once however often its tokens change', async () => {
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    await follower.look(signal);
    await refreshedByKiroCli(bob);
    await follower.look(signal);
    assert.equal(news.length, 1);
  });

  it('does not report what a person does not want', async () => {
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    await follower.look(signal);
    const [found] = news;
    follower = followerOf({ isIgnored: (identity) => identity === found?.identity });
    await follower.look(signal);
    assert.equal(news.length, 1);
  });

  it('does not report a login that is an account of our own already', async () => {
    const ana = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    signIn(ana);
    const login = (await findKiroCliLogins([path], { signal })).logins[0]?.login;
    assert.ok(login);
    const elsewhere = { access: 'another', refresh: 'another', expiresAt: now };
    await window.store.add({
      login: { ...login, userId: ana.id, tokens: elsewhere },
      origin: { kind: 'own' },
    });
    await follower.look(signal);
    assert.deepEqual(news, []);
  });

  it('names nobody by a secret', async () => {
    signIn(simulator.addAccount({ method: 'idc', email: 'bob@example.com' }));
    await followerOf({ identify: async () => ({}) }).look(signal);
    for (const secret of simulator.issuedSecrets) assert.ok(!news[0]?.identity.includes(secret));
    assert.equal(news.length, 1);
  });

  it('does nothing where it is off', async () => {
    mode = 'off';
    await followerOf({ read: async () => assert.fail('read') }).look(signal);
  });

  for (const reason of ['locked', 'no-database', 'no-logins']) {
    it(`is quiet where the database says ${reason}`, async () => {
      const read = async () => {
        throw new KiroError('import-failed', { reason });
      };
      await followerOf({ read }).look(signal);
      assert.deepEqual(news, []);
    });
  }

  it('hears of a refresh by watching, without a word from anybody', async () => {
    const { simulated, account } = await imported('idc');
    now += minute;
    const adopted = new Promise<void>((resolve) => {
      window.store.onDidChange(async () => {
        if ((await window.store.find(account.id))?.tokens.access === simulated.accessToken) resolve();
      });
    });
    const watch = new FileWatch({
      path,
      onChange: () => follower.look(signal),
      logger: window.logger,
      wait: async () => undefined,
    });
    watch.start();
    try {
      await refreshedByKiroCli(simulated);
      await adopted;
    } finally {
      watch.dispose();
    }
  });
});
