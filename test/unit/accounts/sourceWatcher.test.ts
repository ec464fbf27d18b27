import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Account } from '../../../src/accounts/account';
import { readSource } from '../../../src/accounts/linked/linkedSource';
import { SourceWatcher, type SourceWatcherDeps } from '../../../src/accounts/linked/sourceWatcher';
import type { Arrival } from '../../../src/accounts/storage/changes';
import { KiroError } from '../../../src/base/errors';
import { findKiroCliLogins } from '../../../src/import/kiroCli/kiroCliDatabase';
import { readKiroIdeLogin } from '../../../src/import/kiroIde/kiroIdeFiles';
import { kiroIdePaths } from '../../../src/import/paths';
import { healthIs } from '../../fixtures/accountChanges';
import { putRows, rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { ideFilesOf, writeKiroIdeFiles } from '../../fixtures/kiroIde';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, refreshAt, storedIn, type Window } from '../../fixtures/window';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';

const minute = 60_000;
const signal = new AbortController().signal;

let folder: string;
let now: number;
let simulator: Simulator;
let window: Window;
let follower: SourceWatcher | undefined;
let newLoginsLooked: number;

function aroundEach(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-sources-'));
    now = Date.UTC(2026, 10, 21);
    newLoginsLooked = 0;
    simulator = await Simulator.start({ now: () => now });
    window = openWindow({
      secrets: new MemorySecrets(),
      simulator,
      now: () => now,
      folder,
      parts: {
        identify: async ({ tokens }) => {
          const owner = simulator.accounts.find(({ accessToken }) => accessToken === tokens.access);
          return { userId: owner?.id, email: owner?.email };
        },
        readSource: (account, reading) =>
          readSource(account, {
            machine: machine(),
            now: () => now,
            signal: reading,
            wait: async () => undefined,
          }),
      },
    });
  });
  afterEach(async () => {
    follower?.dispose();
    follower = undefined;
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

const machine = () => ({ platform: process.platform, env: {}, homedir: folder });

function start(parts: Partial<SourceWatcherDeps> = {}): void {
  follower = new SourceWatcher({
    accounts: window.store,
    sessions: window.sessions,
    newLogins: {
      look: async () => {
        newLoginsLooked++;
      },
    },
    isFollowed: () => true,
    note: (error) => assert.fail(String(error)),
    logger: window.logger,
    wait: async (_ms, waiting) => waiting?.throwIfAborted(),
    ...parts,
  });
}

/** A program on this machine that signs in to Kiro. */
interface Program {
  /** Where it keeps its login. */
  file: () => string;
  signIn: (simulated: SimulatedAccount) => void;
  signOut: () => void;
  /** What it is signed in with. */
  read: () => Promise<Arrival>;
}

const database = () => join(folder, 'kiro-cli', 'data.sqlite3');
const idePaths = () => kiroIdePaths(machine());

const kiroCli: Program = {
  file: database,
  signIn: (simulated) => {
    if (!existsSync(database())) writeKiroCliDatabase(database(), { mode: 'wal' });
    const connection = new Database(database());
    putRows(connection, rowsOfAccount(simulated));
    connection.close();
  },
  signOut: () => {
    const connection = new Database(database());
    connection.exec('DELETE FROM auth_kv');
    connection.close();
  },
  read: async () => {
    const found = await findKiroCliLogins([database()], { now: () => now, signal });
    const [one] = found.logins;
    assert.ok(one);
    return { login: one.login, origin: { kind: 'kiro-cli', database: found.database, key: one.key } };
  },
};

const kiroIde: Program = {
  file: () => idePaths().token,
  signIn: (simulated) => writeKiroIdeFiles(idePaths(), ideFilesOf(simulated)),
  signOut: () => rmSync(idePaths().token),
  read: async () => {
    const { file, login } = await readKiroIdeLogin(idePaths(), { now: () => now, signal });
    assert.ok(login);
    return { login, origin: { kind: 'kiro-ide', file } };
  },
};

async function imported(program: Program, method: Method) {
  const simulated = simulator.addAccount({ method, email: 'ana@example.com' });
  program.signIn(simulated);
  const { login, origin } = await program.read();
  const { account } = await window.store.add({ login: { ...login, userId: simulated.id }, origin });
  return { simulated, account };
}

/** The program renews its token, as it does when it is used. */
async function refreshedBy(program: Program, simulated: SimulatedAccount): Promise<void> {
  now += minute;
  await refreshAt(simulator, (await program.read()).login, { now: () => now, signal });
  program.signIn(simulated);
}

/** Settles when the stored account is so; nobody is asked to look. */
async function until({ id }: Account, holds: (account: Account) => boolean): Promise<Account> {
  const reached = Promise.withResolvers<Account>();
  const check = async () => {
    const account = await storedIn(window.store, id);
    if (holds(account)) reached.resolve(account);
  };
  const subscription = window.store.onDidChange(() => void check().catch(reached.reject));
  try {
    await check();
    return await reached.promise;
  } finally {
    subscription.dispose();
  }
}

for (const [name, program] of [
  ['Kiro CLI', kiroCli],
  ['the Kiro IDE', kiroIde],
] as const) {
  describe(`An account that is shared with ${name}`, () => {
    aroundEach();

    for (const method of ['idc', 'google'] as const) {
      it(`has newer ${method} tokens as soon as they are there, and the service is asked for none`, async () => {
        const { simulated, account } = await imported(program, method);
        start();
        await refreshedBy(program, simulated);
        const { length } = simulator.received;
        const { tokens } = await until(account, (one) => one.tokens.access === simulated.accessToken);
        assert.equal(tokens.refresh, simulated.refreshToken);
        assert.equal(simulator.received.length, length);
      });

      it(`keeps its ${method} login where there is another one now, and says so`, async () => {
        const { account } = await imported(program, method);
        start();
        program.signIn(simulator.addAccount({ method, email: 'bob@example.com' }));
        const { tokens, health } = await until(account, (one) => one.sourceProblem === 'other-login');
        assert.deepEqual([tokens, health], [account.tokens, 'active']);
        const { accessToken } = await window.sessions.current({ accountId: account.id, signal });
        assert.equal(accessToken, account.tokens.access);
      });
    }

    it('comes back to life when somebody signs in there again', async () => {
      const { simulated, account } = await imported(program, 'google');
      await window.store.update(account.id, healthIs('signed-out', { seenOn: account.tokens }));
      start();
      await refreshedBy(program, simulated);
      await until(account, ({ health }) => health === 'active');
    });

    it('keeps its login after a sign-out there, says so, and is renewed on its own', async () => {
      const { simulated, account } = await imported(program, 'idc');
      start();
      program.signOut();
      const { tokens } = await until(account, (one) => one.sourceProblem === 'gone');
      assert.deepEqual(tokens, account.tokens);
      now += 60 * minute;
      const { accessToken } = await window.sessions.current({ accountId: account.id, signal });
      assert.deepEqual(
        [accessToken, (await storedIn(window.store, account.id)).health],
        [simulated.accessToken, 'active'],
      );
    });

    it('keeps its login where the file is gone, and says so', async () => {
      const { account } = await imported(program, 'idc');
      start();
      rmSync(program.file());
      const { tokens } = await until(account, (one) => one.sourceProblem === 'gone');
      assert.deepEqual(tokens, account.tokens);
    });

    it('keeps its login where the file cannot be read, and says so', async () => {
      const { account } = await imported(program, 'idc');
      rmSync(program.file());
      mkdirSync(program.file());
      start();
      const { tokens } = await until(account, (one) => one.sourceProblem === 'unreadable');
      assert.deepEqual(tokens, account.tokens);
    });

    it('is as it was once its login is there again, and the log has told of it once', async () => {
      const { simulated, account } = await imported(program, 'idc');
      start();
      program.signOut();
      await until(account, (one) => one.sourceProblem === 'gone');
      await window.sessions.adoptFromSource(account.id);
      program.signIn(simulated);
      await until(account, (one) => one.sourceProblem === undefined);
      assert.equal(window.logged.filter((line) => line.includes('keeps the login it has')).length, 1);
    });

    it('is watched from the moment it is added', async () => {
      start();
      const { simulated, account } = await imported(program, 'google');
      await refreshedBy(program, simulated);
      await until(account, (one) => one.tokens.access === simulated.accessToken);
    });

    it('is left alone in a window on another machine, where the same path is another file', async () => {
      await imported(program, 'google');
      const asked = Promise.withResolvers<void>();
      start({
        sessions: { adoptFromSource: async () => assert.fail('followed') },
        isHere: () => {
          asked.resolve();
          return false;
        },
        isFollowed: () => assert.fail('watched'),
      });
      await asked.promise;
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(newLoginsLooked, 0);
    });

    it('is left alone where the person wants it so', async () => {
      await imported(program, 'google');
      const asked = Promise.withResolvers<void>();
      start({
        sessions: { adoptFromSource: async () => assert.fail('followed') },
        isFollowed: () => {
          asked.resolve();
          return false;
        },
      });
      await asked.promise;
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(newLoginsLooked, 0);
    });
  });
}

describe('A place that is shared', () => {
  aroundEach();

  it('is looked at for new logins where it is Kiro CLI’s, and not where it is the IDE’s', async () => {
    const ide = await imported(kiroIde, 'google');
    const looked = Promise.withResolvers<void>();
    const kinds: string[] = [];
    start({
      newLogins: {
        look: async () => {
          kinds.push('looked');
          looked.resolve();
        },
      },
    });
    await refreshedBy(kiroIde, ide.simulated);
    await until(ide.account, (one) => one.tokens.access === ide.simulated.accessToken);
    assert.deepEqual(kinds, []);
    await imported(kiroCli, 'idc');
    await looked.promise;
  });

  it('that is locked leaves the account what it has, which says so', async () => {
    const { account } = await imported(kiroCli, 'google');
    const other = new Database(database());
    other.pragma('journal_mode = DELETE');
    other.exec('BEGIN EXCLUSIVE');
    start();
    try {
      const { tokens } = await until(account, (one) => one.sourceProblem === 'unreadable');
      assert.deepEqual(tokens, account.tokens);
    } finally {
      other.close();
    }
  });

  it('is no longer spoken of when the account becomes one of our own while it is looked at', async () => {
    const { account } = await imported(kiroIde, 'google');
    const readSource = async () => {
      await window.store.replaceLogin(account.id, { login: account, origin: { kind: 'own' } });
      return undefined;
    };
    const { secrets } = window;
    const other = openWindow({ secrets, simulator, now: () => now, folder, parts: { readSource } });
    await other.sessions.adoptFromSource(account.id);
    assert.equal((await storedIn(window.store, account.id)).sourceProblem, undefined);
  });

  it('whose accounts cannot be listed is noted, and nothing else happens', async () => {
    const noted = Promise.withResolvers<unknown>();
    window.store.list = async () => {
      throw new KiroError('storage', { reason: 'unreadable' });
    };
    start({ note: noted.resolve });
    assert.ok((await noted.promise) instanceof KiroError);
  });
});
