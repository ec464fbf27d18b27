import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AccountStore } from '../../src/accounts/storage/accountStore';
import { KiroError } from '../../src/base/errors';
import { readKiroCliDatabase } from '../../src/import/kiroCli/kiroCliDatabase';
import { UsageHistory } from '../../src/usage/usageHistory';
import { dice } from '../fixtures/dice';
import { FileSecrets } from '../fixtures/fileSecrets';
import { rowsOfAccount, writeKiroCliDatabase } from '../fixtures/kiroCli';
import { knownLoginOf } from '../fixtures/logins';
import { OtherProcess } from '../fixtures/otherProcess';
import { silentLogger } from '../fixtures/silentLogger';
import { openWindow, own } from '../fixtures/window';
import type { SimulatedAccount } from '../simulator/account';
import { Simulator } from '../simulator/simulator';

// A window that dies in the middle of what it writes: how often in each kind of work, and from which seed on.
const kills = Number(process.env['FAULT_KILLS'] ?? 6);
const seed = Number(process.env['FAULT_SEED'] ?? 1);

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 21);
const signal = new AbortController().signal;

/** A window that does one kind of work again and again, and tells of each time that it is done. */
const program = `
import { readKiroCliDatabase } from './src/import/kiroCli/kiroCliDatabase';
import { UsageHistory } from './src/usage/usageHistory';
import { FileSecrets } from './test/fixtures/fileSecrets';
import { silentLogger } from './test/fixtures/silentLogger';
import { openWindow } from './test/fixtures/window';
const [secrets, folder, database, endpoints] = process.argv.slice(-4);
let time = 0;
const now = () => time;
const signal = new AbortController().signal;
const { store, sessions } = openWindow({
  secrets: new FileSecrets(secrets),
  simulator: { endpoints: JSON.parse(endpoints), accounts: [] },
  now,
  folder,
  parts: { identify: async () => ({}) },
});
const history = new UsageHistory({ folder: folder + '/usage', now, logger: silentLogger });
const work = {
  store: async () => {
    for (const { id } of await store.list()) await store.update(id, (one) => ({ ...one, label: 'Work ' + time }));
  },
  refresh: async () => {
    time += 2 * ${hour};
    for (const { id } of await store.list()) await sessions.current({ accountId: id, signal });
  },
  import: async () => {
    const { database: read, logins } = await readKiroCliDatabase(database, { now, signal });
    for (const { login, key } of logins)
      await store.add({ login: { ...login, userId: key }, origin: { kind: 'kiro-cli', database: read, key } });
  },
  history: () => history.record({ at: time++, accountId: 'a', model: 'm', kind: 'chat', credits: 1 }),
};
process.on('message', async ({ kind, at }) => {
  time = at;
  await work[kind]();
  // From now on it is fast: everything that it needs is loaded.
  process.send('begun');
  for (;;) await work[kind]();
});
process.send('ready');
`;

describe('A window that is killed', () => {
  const roll = dice(seed);
  let folder: string;
  let database: string;
  let now: number;
  let simulator: Simulator;
  let person: SimulatedAccount;
  let ids: string[];

  const secrets = () => new FileSecrets(join(folder, 'secrets.json'));

  // In here: hooks of a file are hooks of every test there is.
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-kills-'));
    mkdirSync(join(folder, 'locks'));
    database = join(folder, 'kiro-cli', 'data.sqlite3');
    now = start;
    simulator = await Simulator.start({ now: () => now });
    person = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    writeKiroCliDatabase(database, { mode: 'wal', ...rowsOfAccount(person) });
    ids = [];
  });
  afterEach(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function keep(account: SimulatedAccount, isLinked: boolean): Promise<void> {
    const origin = isLinked ? { kind: 'kiro-cli' as const, database, key: 'kirocli:social:token' } : own;
    const { account: kept } = await new AccountStore(secrets(), () => now).add({
      login: knownLoginOf(account),
      origin,
    });
    ids.push(kept.id);
  }

  /** Has a window at this work, and kills it somewhere in the middle. */
  async function killedAt(kind: string): Promise<void> {
    const window = await OtherProcess.start(
      program,
      ...[join(folder, 'secrets.json'), folder, database, JSON.stringify(simulator.endpoints)],
    );
    await window.ask({ kind, at: now });
    // Some turns of this process's loop later, which the other one uses as fast as it can.
    for (let turns = roll(2000); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    await window.kill();
  }

  /** A minute later, as far as the locks of the one that died are concerned. */
  function ageLocks(): void {
    const locks = join(folder, 'locks');
    const before = new Date(Date.now() - 60_000);
    for (const lock of readdirSync(locks)) utimesSync(join(locks, lock), before, before);
  }

  async function stored() {
    return await new AccountStore(secrets(), () => now).list();
  }

  it(`while it stores accounts leaves each of them, ${kills} times`, async () => {
    for (const name of ['ana', 'bob', 'cem'])
      await keep(simulator.addAccount({ method: 'google', email: `${name}@example.org` }), false);
    for (let kill = 0; kill < kills; kill++) {
      await killedAt('store');
      assert.deepEqual((await stored()).map(({ id }) => id).sort(), ids.toSorted());
    }
  });

  it(`while it imports leaves whole accounts, and the next import has them all, ${kills} times`, async () => {
    for (let kill = 0; kill < kills; kill++) {
      await killedAt('import');
      for (const { tokens } of await stored()) assert.equal(tokens.refresh, person.refreshToken);
      const { logins } = await readKiroCliDatabase(database, { now: () => now, signal });
      assert.equal(logins.length, 1);
      const store = new AccountStore(secrets(), () => now);
      for (const { login, key } of logins)
        await store.add({ login: { ...login, userId: key }, origin: { kind: 'kiro-cli', database, key } });
      assert.equal((await stored()).length, 1);
    }
  });

  it(`while it keeps what chats cost loses at most the line that it was writing, ${kills} times`, async () => {
    for (let kill = 1; kill <= kills; kill++) {
      await killedAt('history');
      const history = new UsageHistory({
        folder: join(folder, 'usage'),
        now: () => now,
        logger: silentLogger,
      });
      const { turns, unreadable } = await history.read();
      assert.ok(unreadable <= kill, `${unreadable} damaged lines after ${kill} kills`);
      const before = turns.length;
      await history.record({ at: now, accountId: 'a', model: 'm', kind: 'chat', credits: 1 });
      assert.equal((await history.read()).turns.length, before + 1);
    }
  });

  for (const isLinked of [false, true]) {
    const what = isLinked ? 'renews a login that it shares with Kiro CLI' : 'renews a login';
    it(`while it ${what} leaves the old token or the new one, ${kills} times`, async () => {
      await keep(person, isLinked);
      const [id = ''] = ids;
      let unanswered = 0;
      for (let kill = 0; kill < kills; kill++) {
        now += 100 * hour;
        await killedAt('refresh');
        const [account, ...others] = await stored();
        assert.ok(account && others.length === 0);
        if (isLinked) assert.equal(checked(database), 'ok');
        // What the service granted and the window did not live to read or to store, nobody has.
        const { refresh } = account.tokens;
        const isLost = refresh !== person.refreshToken;
        if (isLost) {
          assert.ok(simulator.received.some(({ status }) => status === 200));
          unanswered++;
          await new AccountStore(secrets(), () => now).update(id, (one) => ({
            ...one,
            tokens: knownLoginOf(person).tokens,
          }));
        }
        ageLocks();
        now += 100 * hour;
        const next = openWindow({ secrets: secrets(), simulator, now: () => now, folder });
        try {
          const session = await next.sessions.current({ accountId: id, signal }).catch((error: unknown) => {
            if (error instanceof KiroError) return error.code;
            throw error;
          });
          assert.equal(typeof session === 'object' ? session.accessToken : session, person.accessToken);
        } finally {
          next.sessions.dispose();
        }
        simulator.received.length = 0;
      }
      console.log(`      ${unanswered} of ${kills} killed between the service's grant and its storage`);
    });
  }
});

/** What SQLite says of a database. */
function checked(path: string): unknown {
  const database = new Database(path, { readonly: true });
  try {
    return database.pragma('integrity_check', { simple: true });
  } finally {
    database.close();
  }
}
