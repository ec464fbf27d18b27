import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type NewLogin, NewLogins, type NewLoginsDeps } from '../../../src/accounts/linked/newLogins';
import { KiroError } from '../../../src/base/errors';
import { findKiroCliLogins } from '../../../src/import/kiroCli/kiroCliDatabase';
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
let simulator: Simulator;
let window: Window;
let newLogins: NewLogins;
let news: NewLogin[];

function newLoginsOf(parts: Partial<NewLoginsDeps> = {}): NewLogins {
  return new NewLogins({
    accounts: window.store,
    read: (reading) => findKiroCliLogins([path], { now: () => now, signal: reading }),
    identify: async ({ tokens }) => {
      const owner = simulator.accounts.find(({ accessToken }) => accessToken === tokens.access);
      return { userId: owner?.id, email: owner?.email };
    },
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
  const { database, logins } = await findKiroCliLogins([path], { now: () => now, signal });
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
  const found = (await findKiroCliLogins([path], { now: () => now, signal })).logins[0];
  assert.ok(found);
  await refreshAt(simulator, found.login, { now: () => now, signal });
  signIn(simulated);
}

describe('New logins in Kiro CLI', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-follow-'));
    path = join(folder, 'kiro-cli', 'data.sqlite3');
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    window = openWindow({ secrets: new MemorySecrets(), simulator, now: () => now, folder });
    news = [];
    newLogins = newLoginsOf();
    writeKiroCliDatabase(path, { mode: 'wal' });
  });
  afterEach(async () => {
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are reported once where they are somebody else’s, and the account keeps what it has', async () => {
    const { account } = await imported('idc');
    const bob = simulator.addAccount({ method: 'idc', email: 'bob@example.com' });
    now += minute;
    signIn(bob);
    await newLogins.look(signal);
    await newLogins.look(signal);
    assert.deepEqual(
      news.map(({ login, formerly }) => [login.email, formerly?.id]),
      [['bob@example.com', account.id]],
    );
    assert.deepEqual((await storedIn(window.store, account.id)).tokens, account.tokens);
  });

  it('are reported once however often their tokens change', async () => {
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    await newLogins.look(signal);
    await refreshedByKiroCli(bob);
    await newLogins.look(signal);
    assert.equal(news.length, 1);
  });

  it('are not reported where a person does not want them', async () => {
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    await newLogins.look(signal);
    const [found] = news;
    newLogins = newLoginsOf({ isIgnored: (identity) => identity === found?.identity });
    await newLogins.look(signal);
    assert.equal(news.length, 1);
  });

  it('are none where the login is an account of our own already', async () => {
    const ana = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    signIn(ana);
    const login = (await findKiroCliLogins([path], { now: () => now, signal })).logins[0]?.login;
    assert.ok(login);
    const elsewhere = { access: 'another', refresh: 'another', expiresAt: now };
    await window.store.add({
      login: { ...login, userId: ana.id, tokens: elsewhere },
      origin: { kind: 'own' },
    });
    await newLogins.look(signal);
    assert.deepEqual(news, []);
  });

  it('are known by no secret', async () => {
    signIn(simulator.addAccount({ method: 'idc', email: 'bob@example.com' }));
    await newLoginsOf({ identify: async () => ({}) }).look(signal);
    for (const secret of simulator.issuedSecrets) assert.ok(!news[0]?.identity.includes(secret));
    assert.equal(news.length, 1);
  });

  it('are known by no name either: what a person does not want is kept in the open', async () => {
    signIn(simulator.addAccount({ method: 'google', email: 'bob@example.com' }));
    await newLogins.look(signal);
    assert.equal(news[0]?.login.email, 'bob@example.com');
    assert.match(news[0].identity, /^[0-9a-f]{64}$/);
  });

  for (const reason of ['locked', 'no-database', 'no-logins']) {
    it(`are none where the database says ${reason}`, async () => {
      const read = async () => {
        throw new KiroError('import-failed', { reason });
      };
      await newLoginsOf({ read }).look(signal);
      assert.deepEqual(news, []);
    });
  }
});
