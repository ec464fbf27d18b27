import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Login } from '../../../src/auth/credentials';
import { KiroError } from '../../../src/base/errors';
import { findKiroCliLogins } from '../../../src/import/kiroCli/kiroCliDatabase';
import { rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { knownLoginOf, loginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, refreshAt, type SessionParts, storedIn, type Window } from '../../fixtures/window';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

describe('No token is lost', () => {
  let folder: string;
  let path: string;
  let now: number;
  let simulator: Simulator;
  let secrets: MemorySecrets;
  let window: Window;
  /** What happens while the service answers a refresh. */
  let meanwhile: () => Promise<unknown>;
  let revoked: (string | undefined)[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-tokens-'));
    path = join(folder, 'data.sqlite3');
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    secrets = new MemorySecrets();
    meanwhile = async () => undefined;
    revoked = [];
    window = opened();
  });
  afterEach(async () => {
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const refresh = async (login: Login, signal: AbortSignal) => {
    const renewed = await refreshAt(simulator, login, {
      now: () => now,
      signal,
      prove: () => window.store.prove(),
    });
    await meanwhile();
    return renewed;
  };
  function opened(parts: Partial<SessionParts> = {}): Window {
    const revoke = async ({ tokens }: Login) => void revoked.push(tokens.refresh);
    return openWindow({ secrets, simulator, now: () => now, folder, parts: { refresh, revoke, ...parts } });
  }
  async function person(method: 'google' | 'idc' = 'google') {
    const email = `${simulator.accounts.length}@example.com`;
    const simulated = simulator.addAccount({ method, email });
    const { account } = await window.store.add({ login: knownLoginOf(simulated), origin: own });
    return { simulated, account };
  }
  async function personOfKiroCli() {
    const simulated = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    writeKiroCliDatabase(path, { mode: 'wal', ...rowsOfAccount(simulated) });
    const { database, logins } = await findKiroCliLogins([path], { now: () => now, signal });
    const [found] = logins;
    assert.ok(found);
    const origin = { kind: 'kiro-cli', database, key: found.key } as const;
    const { account } = await window.store.add({ login: { ...found.login, userId: simulated.id }, origin });
    return { simulated, account };
  }
  const heldByKiroCli = async () =>
    (await findKiroCliLogins([path], { now: () => now, signal })).logins[0]?.login.tokens.refresh;
  const tokenOf = async (accountId: string) =>
    (await window.sessions.current({ accountId, signal })).accessToken;
  const untouched = () => assert.fail('files of another machine are not here');
  const neverWritten = async () => {
    throw new KiroError('import-failed', { reason: 'locked' });
  };
  const refuseWrites = () => {
    const { store } = secrets;
    secrets.store = async () => {
      throw new Error('the keyring is locked');
    };
    return () => {
      secrets.store = store;
    };
  };

  it('by a secret storage that takes nothing: nothing is spent, whoever keeps the accounts alive', async () => {
    const people = await Promise.all([1, 2, 3, 4, 5].map(() => person()));
    const allowWrites = refuseWrites();
    now += hour;
    for (const { account } of people)
      await assert.rejects(window.sessions.keepAlive(account.id), { code: 'storage', reason: 'unavailable' });
    assert.equal(simulator.received.length, 0);
    allowWrites();
    window = opened();
    for (const { account, simulated } of people)
      assert.equal(await tokenOf(account.id), simulated.accessToken);
  });

  it('by a secret storage that takes nothing from the middle of a refresh on: the token serves, and nothing more is spent', async () => {
    const [ana, ben] = [await person(), await person()];
    now += hour;
    let allowWrites: () => void = assert.fail;
    meanwhile = async () => {
      allowWrites = refuseWrites();
    };
    assert.equal(await tokenOf(ana.account.id), ana.simulated.accessToken);
    await assert.rejects(tokenOf(ben.account.id), { code: 'storage' });
    assert.equal(await tokenOf(ana.account.id), ana.simulated.accessToken);
    assert.equal(simulator.received.length, 1);
    meanwhile = async () => undefined;
    allowWrites();
    assert.equal(await tokenOf(ben.account.id), ben.simulated.accessToken);
    assert.equal((await storedIn(window.store, ana.account.id)).tokens.refresh, ana.simulated.refreshToken);
  });

  it('by a sign-out during a refresh: the program it is shared with has the new token', async () => {
    const { simulated, account } = await personOfKiroCli();
    meanwhile = () => window.store.remove(account.id);
    now += hour;
    await assert.rejects(tokenOf(account.id), { code: 'signed-out', reason: 'account-gone' });
    assert.equal(await heldByKiroCli(), simulated.refreshToken);
    assert.deepEqual(revoked, []);
  });

  it('by a sign-out during a refresh: a login of our own is ended with its new token', async () => {
    const { simulated, account } = await person();
    meanwhile = () => window.store.remove(account.id);
    now += hour;
    await assert.rejects(tokenOf(account.id), { code: 'signed-out', reason: 'account-gone' });
    assert.deepEqual(revoked, [simulated.refreshToken]);
  });

  it('of another program by a sign-out of what was copied from its file', async () => {
    const simulated = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    const origin = { kind: 'own', isCopy: true } as const;
    const { account } = await window.store.add({ login: knownLoginOf(simulated), origin });
    meanwhile = () => window.store.remove(account.id);
    now += hour;
    await assert.rejects(tokenOf(account.id), { code: 'signed-out', reason: 'account-gone' });
    assert.deepEqual(revoked, []);
  });

  it('by folding an account that another window is refreshing', async () => {
    const { account, simulated } = await person();
    const again = simulator.addAccount({ method: 'google', email: 'again@example.com' });
    const { account: newer } = await window.store.add({ login: loginOf(again), origin: own });
    simulated.revoke();
    now += hour;
    meanwhile = async () => {
      meanwhile = async () => undefined;
      await opened().store.describe(newer.id, { userId: account.userId });
    };
    await assert.rejects(tokenOf(newer.id), { code: 'signed-out', reason: 'account-gone' });
    assert.equal((await storedIn(window.store, account.id)).tokens.refresh, again.refreshToken);
    assert.deepEqual(revoked, []);
  });

  it('by importing a copy of a linked login: it stays linked', async () => {
    const { simulated, account } = await personOfKiroCli();
    await window.store.add({ login: knownLoginOf(simulated), origin: own });
    const { origin } = await storedIn(window.store, account.id);
    assert.equal(origin.kind, 'kiro-cli');
  });

  it('by signing in again, here, while something is to be written back', async () => {
    const { simulated, account } = await personOfKiroCli();
    const lock = new Database(path);
    lock.exec('BEGIN EXCLUSIVE');
    window = opened({ readSource: async () => undefined });
    now += hour;
    await tokenOf(account.id);
    lock.exec('ROLLBACK');
    lock.close();
    const { refreshToken } = simulated;
    assert.notEqual(await heldByKiroCli(), refreshToken);
    const again = simulator.addAccount({ method: 'google', email: 'again@example.com' });
    const login = { ...loginOf(again), userId: simulated.id };
    await window.store.replaceLogin(account.id, { login, origin: own });
    await window.refresher.settle(signal);
    assert.equal(await heldByKiroCli(), refreshToken);
    assert.deepEqual(await window.store.debts(), []);
  }).timeout(20_000);

  it('by a sign-out while something is to be written back, though the window ends: the next one does it', async () => {
    const { simulated, account } = await personOfKiroCli();
    window = opened({ writeToSource: neverWritten });
    now += hour;
    await tokenOf(account.id);
    await window.store.remove(account.id);
    assert.deepEqual(await window.store.list(), []);
    assert.notEqual(await heldByKiroCli(), simulated.refreshToken);
    window = opened();
    await window.refresher.settle(signal);
    assert.equal(await heldByKiroCli(), simulated.refreshToken);
    assert.deepEqual(await window.store.debts(), []);
  });

  it('by a window on another machine, which owes the source and leaves it to a window of its own', async () => {
    const { simulated, account } = await personOfKiroCli();
    const elsewhere = opened({ isHere: () => false, readSource: untouched, writeToSource: untouched });
    const before = simulated.refreshToken;
    now += hour;
    assert.notEqual((await elsewhere.sessions.keepAlive(account.id)).tokens.refresh, before);
    const owing = await storedIn(elsewhere.store, account.id);
    assert.equal(elsewhere.refresher.hasPendingWriteBack(owing), false);
    assert.deepEqual([await heldByKiroCli(), owing.sourceHolds], [before, before]);
    await window.sessions.keepAlive(account.id);
    assert.equal(await heldByKiroCli(), simulated.refreshToken);
  });

  it('by a sign-out in a window on another machine, while something is to be written back here', async () => {
    const { simulated, account } = await personOfKiroCli();
    const elsewhere = opened({ isHere: () => false });
    now += hour;
    await elsewhere.sessions.keepAlive(account.id);
    await elsewhere.store.remove(account.id);
    await elsewhere.refresher.settle(signal);
    assert.notEqual(await heldByKiroCli(), simulated.refreshToken);
    await window.refresher.settle(signal);
    assert.equal(await heldByKiroCli(), simulated.refreshToken);
  });

  it('of another program by learning whose they are, where nothing could be given back', async () => {
    const { simulated, account } = await personOfKiroCli();
    const before = simulated.refreshToken;
    const tokens = { access: 'ended', refresh: 'refused', expiresAt: now };
    await window.store.update(account.id, (one) => ({ ...one, tokens }));
    window = opened({ canWrite: async () => false });
    now += hour;
    await assert.rejects(tokenOf(account.id), { code: 'signed-out' });
    assert.equal(simulated.refreshToken, before);
  });
});
