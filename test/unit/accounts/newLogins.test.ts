import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  type NewLogin,
  NewLogins,
  type NewLoginsDeps,
  type Seen,
} from '../../../src/accounts/linked/newLogins';
import { KiroError } from '../../../src/base/errors';
import type { Lock } from '../../../src/base/fileLock';
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
let seen: Seen | undefined;
let reread: (signal: AbortSignal) => Promise<NewLogin | undefined>;
/** Until the person has answered. */
let answered: PromiseWithResolvers<void>;

function newLoginsOf(parts: Partial<NewLoginsDeps> = {}): NewLogins {
  return new NewLogins({
    identity: window.identity,
    read: (reading) => findKiroCliLogins([path], { now: () => now, signal: reading }),
    onNewLogin: async (found, again) => {
      news.push(found);
      reread = again;
      await answered.promise;
    },
    seen: {
      get: () => seen,
      set: async (now) => {
        seen = now;
      },
    },
    lock: { hold },
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

/** Of each lock that was asked for: until it is had, or found to be needless. */
let decided: Promise<void>[];

/** The window's lock, which says when that is. */
const hold: Lock['hold'] = (id, { instead, ...options }, operation) => {
  const decision = Promise.withResolvers<void>();
  decided.push(decision.promise);
  const deciding = async () => {
    const already = await instead?.();
    if (already !== undefined) decision.resolve();
    return already;
  };
  return window.lock
    .hold(id, { ...options, instead: deciding }, () => {
      const operating = operation();
      decision.resolve();
      return operating;
    })
    .finally(decision.resolve);
};

const settled = () => Promise.all(decided);

const told = () => news.map(({ login }) => login.email);

describe('New logins in Kiro CLI', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-follow-'));
    path = join(folder, 'kiro-cli', 'data.sqlite3');
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    window = openWindow({ secrets: new MemorySecrets(), simulator, now: () => now, folder });
    news = [];
    decided = [];
    seen = {};
    answered = Promise.withResolvers();
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
    await settled();
    await newLogins.look(signal);
    await settled();
    assert.deepEqual(told(), ['bob@example.com']);
    assert.deepEqual((await storedIn(window.store, account.id)).tokens, account.tokens);
  });

  it('are reported once however often their tokens change', async () => {
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    await newLogins.look(signal);
    await settled();
    await refreshedByKiroCli(bob);
    await newLogins.look(signal);
    await settled();
    assert.equal(news.length, 1);
  });

  it('are not reported where a person does not want them', async () => {
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    await newLogins.look(signal);
    await settled();
    const [found] = news;
    newLogins = newLoginsOf({ isIgnored: (identity) => identity === found?.identity });
    await newLogins.look(signal);
    await settled();
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
    await settled();
    assert.deepEqual(news, []);
  });

  for (const method of ['idc', 'google'] as const) {
    it(`are known by no secret and no name, because what a person does not want is kept in the open (${method})`, async () => {
      signIn(simulator.addAccount({ method, email: 'bob@example.com' }));
      await newLogins.look(signal);
      await settled();
      assert.equal(news[0]?.login.email, 'bob@example.com');
      assert.match(news[0].identity, /^[0-9a-f]{64}$/);
      for (const secret of simulator.issuedSecrets) assert.ok(!news[0].identity.includes(secret));
    });
  }

  it('are none where the service does not say whose they are, which a client that another program uses does not either', async () => {
    const bob = simulator.addAccount({ method: 'idc', email: 'bob@example.com' });
    signIn(bob);
    now += 60 * minute;
    await newLogins.look(signal);
    await settled();
    assert.deepEqual(news, []);
  });

  it('are none that were there already when the first login was imported, until there is another one', async () => {
    seen = undefined;
    await imported('idc');
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    await newLogins.look(signal);
    newLogins = newLoginsOf();
    now += minute;
    await refreshedByKiroCli(bob);
    await newLogins.look(signal);
    await settled();
    assert.deepEqual(told(), []);
    signIn(simulator.addAccount({ method: 'google', email: 'eve@example.com' }));
    await newLogins.look(signal);
    await settled();
    assert.deepEqual(told(), ['eve@example.com']);
  });

  it('are none that were there already and could not be told the person of, once they can', async () => {
    seen = undefined;
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    now += 60 * minute;
    await newLogins.look(signal);
    await refreshedByKiroCli(bob);
    await newLogins.look(signal);
    await settled();
    assert.deepEqual(told(), []);
  });

  it('are none that the person has signed out here, until there is another one', async () => {
    const { simulated, account } = await imported('google');
    await newLogins.look(signal);
    await window.store.remove(account.id);
    newLogins = newLoginsOf();
    await refreshedByKiroCli(simulated);
    await newLogins.look(signal);
    await settled();
    assert.deepEqual(told(), []);
    for (const email of ['bob@example.com', undefined]) {
      signIn(email ? simulator.addAccount({ method: 'google', email }) : simulated);
      await newLogins.look(signal);
      await settled();
    }
    assert.deepEqual(told(), ['bob@example.com', 'ana@example.com']);
  });

  it('are told of in one window, until a person has answered there', async () => {
    signIn(simulator.addAccount({ method: 'google', email: 'bob@example.com' }));
    const other = newLoginsOf({ seen: { get: () => ({}), set: async () => undefined } });
    await newLogins.look(signal);
    await settled();
    await other.look(signal);
    await settled();
    assert.equal(news.length, 1);
  });

  it('are read again when a person answers: what was told of may have become another login', async () => {
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIn(bob);
    await newLogins.look(signal);
    await settled();
    await refreshedByKiroCli(bob);
    assert.equal((await reread(signal))?.login.tokens.refresh, bob.refreshToken);
    signIn(simulator.addAccount({ method: 'google', email: 'eve@example.com' }));
    assert.equal(await reread(signal), undefined);
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
