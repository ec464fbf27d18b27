import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Account } from '../../../src/accounts/account';
import { KiroError } from '../../../src/base/errors';
import { findKiroCliLogins } from '../../../src/import/kiroCli/kiroCliDatabase';
import { putRows, rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import {
  identifyAt,
  openWindow,
  refreshAt,
  type SessionParts,
  storedIn,
  type Window,
} from '../../fixtures/window';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

describe('An account that is shared with Kiro CLI', () => {
  let folder: string;
  let path: string;
  let now: number;
  let simulator: Simulator;
  let secrets: MemorySecrets;
  let window: Window;
  let policy: 'on' | 'off';

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-persons-'));
    path = join(folder, 'kiro-cli', 'data.sqlite3');
    now = Date.UTC(2026, 10, 21);
    policy = 'on';
    simulator = await Simulator.start({ now: () => now });
    secrets = new MemorySecrets();
    window = opened();
  });
  afterEach(async () => {
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = (parts: Partial<SessionParts> = {}) =>
    openWindow({ secrets, simulator, now: () => now, folder, policy: () => policy, parts });

  function signIntoKiroCli(simulated: SimulatedAccount): void {
    if (!existsSync(path)) writeKiroCliDatabase(path, { mode: 'wal' });
    const database = new Database(path);
    putRows(database, rowsOfAccount(simulated));
    database.close();
  }
  async function inKiroCli() {
    const { database, logins } = await findKiroCliLogins([path], { now: () => now, signal });
    const [found] = logins;
    assert.ok(found);
    return { login: found.login, origin: { kind: 'kiro-cli', database, key: found.key } as const };
  }
  async function imported(method: Method) {
    const ana = simulator.addAccount({ method, email: 'ana@example.com' });
    signIntoKiroCli(ana);
    const { login, origin } = await inKiroCli();
    const { account } = await window.store.add({ login: { ...login, userId: ana.id }, origin });
    return { ana, account };
  }
  const tokenOf = async ({ id }: Account) =>
    (await window.sessions.current({ accountId: id, signal })).accessToken;
  const refreshed = async () =>
    await refreshAt(simulator, (await inKiroCli()).login, { now: () => now, signal });

  for (const method of ['google', 'idc', 'builder-id'] as const) {
    it(`is refreshed on its own where another person signed in there over night and both tokens have ended (${method})`, async () => {
      const { ana, account } = await imported(method);
      now += hour;
      const bob = simulator.addAccount({ method, email: 'bob@example.com' });
      signIntoKiroCli(bob);
      now += 10 * hour;
      const bobs = bob.refreshToken;
      assert.equal(await tokenOf(account), ana.accessToken);
      assert.deepEqual([(await inKiroCli()).login.tokens.refresh, bob.refreshToken], [bobs, bobs]);
      assert.equal(simulator.received.length, 1);
    });

    it(`goes on with what Kiro CLI has, which was refreshed over night and has ended since (${method})`, async () => {
      const { ana, account } = await imported(method);
      now += hour;
      await refreshed();
      signIntoKiroCli(ana);
      now += 10 * hour;
      assert.equal(await tokenOf(account), ana.accessToken);
      assert.equal((await inKiroCli()).login.tokens.refresh, ana.refreshToken);
      assert.equal((await storedIn(window.store, account.id)).sourceHolds, undefined);
      now += hour;
      await refreshed();
    });
  }

  it('never has the tokens of another person, and gives back at once what it had to refresh to learn whose they are', async () => {
    const { ana, account } = await imported('google');
    ana.revoke();
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIntoKiroCli(bob);
    now += 10 * hour;
    await assert.rejects(tokenOf(account), { code: 'signed-out' });
    assert.equal((await inKiroCli()).login.tokens.refresh, bob.refreshToken);
    now += hour;
    await refreshed();
    const { userId, tokens } = await storedIn(window.store, account.id);
    assert.deepEqual([userId, tokens], [ana.id, account.tokens]);
  });

  it('gives back later what could not be given back at once', async () => {
    let isLocked = true;
    const { writeToSource } = window.parts;
    window = opened({
      writeToSource: async (of, update, signal) => {
        if (!isLocked) return (await writeToSource?.(of, update, signal)) ?? 'written';
        throw new KiroError('import-failed', { reason: 'locked' });
      },
    });
    const { ana, account } = await imported('google');
    ana.revoke();
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIntoKiroCli(bob);
    now += 10 * hour;
    await assert.rejects(tokenOf(account), { code: 'signed-out' });
    isLocked = false;
    await window.sessions.adoptFromSource(account.id);
    assert.equal((await inKiroCli()).login.tokens.refresh, bob.refreshToken);
  });

  it('asks nothing with the refresh token of another program where it may write nothing back', async () => {
    const { ana, account } = await imported('google');
    ana.revoke();
    signIntoKiroCli(simulator.addAccount({ method: 'google', email: 'bob@example.com' }));
    policy = 'off';
    now += 10 * hour;
    await assert.rejects(tokenOf(account), { code: 'signed-out' });
    assert.equal(simulator.received.length, 1);
  });

  for (const method of ['google', 'idc', 'builder-id'] as const) {
    it(`follows its person through a new sign-in there, though it had ended (${method})`, async () => {
      const { ana, account } = await imported(method);
      const again = simulator.addAccount({ method, email: 'ana@example.com' });
      const service = identifyAt(simulator, () => now);
      window = opened({
        identify: async (login, asking) => {
          const person = await service?.(login, asking);
          return person?.userId === again.id ? { ...person, userId: ana.id } : (person ?? {});
        },
      });
      ana.revoke();
      again.tokenLifetimeMs = hour / 2;
      await assert.rejects(window.sessions.current({ signal, rejected: account.tokens.access }));
      signIntoKiroCli(again);
      await window.sessions.adoptFromSource(account.id);
      const { health, tokens, grant } = await storedIn(window.store, account.id);
      assert.deepEqual([health, tokens.access], ['active', again.accessToken]);
      if (grant.kind === 'oidc') assert.equal(grant.clientId, again.clientId);
      now += hour;
      assert.equal(await tokenOf(account), again.accessToken);
    });
  }

  it('shares no refresh token with a second account, whoever imports it again', async () => {
    const { ana } = await imported('google');
    const bob = simulator.addAccount({ method: 'google', email: 'bob@example.com' });
    signIntoKiroCli(bob);
    const { login, origin } = await inKiroCli();
    assert.equal((await window.store.add({ login, origin })).outcome, 'added');
    const all = await window.store.list();
    assert.equal(new Set(all.map(({ tokens }) => tokens.refresh)).size, 2);
    assert.deepEqual(
      all.map((account) => account.origin.kind),
      ['own', 'kiro-cli'],
    );
    now += hour;
    const [annas] = all;
    assert.ok(annas);
    assert.equal(await tokenOf(annas), ana.accessToken);
  });
});
