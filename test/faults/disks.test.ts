import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { writePrivateFile } from '../../src/base/replaceFile';
import { findKiroCliLogins } from '../../src/import/kiroCli/kiroCliDatabase';
import { readKiroIdeLogin } from '../../src/import/kiroIde/kiroIdeFiles';
import { UsageHistory } from '../../src/usage/usageHistory';
import { Disk } from '../fixtures/disk';
import { rowsOfAccount, writeKiroCliDatabase } from '../fixtures/kiroCli';
import { ideFilesOf, writeKiroIdeFiles } from '../fixtures/kiroIde';
import { knownLoginOf } from '../fixtures/logins';
import { MemorySecrets } from '../fixtures/memorySecrets';
import { openWindow, own, storedIn, type Window } from '../fixtures/window';
import type { SimulatedAccount } from '../simulator/account';
import { Simulator } from '../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

// The kernel is the referee: it refuses what a real disk refuses.
const faults = [
  { name: 'is full', begin: (disk: Disk) => disk.fill(), end: (disk: Disk) => disk.makeRoom() },
  {
    name: 'can only be read',
    begin: (disk: Disk) => disk.makeReadOnly(),
    end: (disk: Disk) => disk.makeWritable(),
  },
];

for (const { name, begin, end } of faults) {
  describe(`A disk that ${name}`, () => {
    let disk: Disk;
    let now: number;
    let simulator: Simulator;
    let person: SimulatedAccount;
    let window: Window;

    before(function () {
      try {
        Disk.mount().unmount();
      } catch (error) {
        console.log(`      not tested: ${String(error).split('\n')[0]}`);
        this.skip();
      }
    });
    beforeEach(async () => {
      disk = Disk.mount();
      now = Date.UTC(2026, 10, 21);
      simulator = await Simulator.start({ now: () => now });
      person = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
      window = openWindow({ secrets: new MemorySecrets(), simulator, now: () => now, folder: disk.folder });
    });
    afterEach(async () => {
      window.sessions.dispose();
      await simulator.stop();
      disk.unmount();
    });

    /** The account's session, with new tokens: the ones before have ended. */
    async function renewed(accountId: string): Promise<string> {
      now += 2 * hour;
      return (await window.sessions.current({ accountId, signal })).accessToken;
    }

    it('does not keep a login from being renewed, and no refresh token is sent twice', async () => {
      const { account } = await window.store.add({ login: knownLoginOf(person), origin: own });
      begin(disk);
      for (let turn = 0; turn < 3; turn++) assert.equal(await renewed(account.id), person.accessToken);
      assert.equal((await storedIn(window.store, account.id)).tokens.refresh, person.refreshToken);
      assert.deepEqual(
        simulator.received.map(({ status }) => status),
        [200, 200, 200],
      );
      end(disk);
      assert.equal(await renewed(account.id), person.accessToken);
      simulator.assertDone();
    });

    it('leaves Kiro CLI with its login as it was, and gives it the new one when that can be written', async () => {
      const database = join(disk.folder, 'kiro-cli', 'data.sqlite3');
      writeKiroCliDatabase(database, { mode: 'rollback', ...rowsOfAccount(person) });
      const [found] = (await findKiroCliLogins([database], { now: () => now, signal })).logins;
      assert.ok(found);
      const origin = { kind: 'kiro-cli', database, key: found.key } as const;
      const { account } = await window.store.add({ login: { ...found.login, userId: person.id }, origin });
      const before = person.refreshToken;
      const held = async () =>
        (await findKiroCliLogins([database], { now: () => now, signal })).logins[0]?.login.tokens.refresh;

      begin(disk);
      assert.equal(await renewed(account.id), person.accessToken);
      assert.equal(await held(), before);
      assert.equal((await storedIn(window.store, account.id)).sourceHolds, before);

      end(disk);
      await window.refresher.writeBack(account.id, signal);
      assert.equal(await held(), person.refreshToken);
      const opened = new Database(database, { readonly: true });
      assert.equal(opened.pragma('integrity_check', { simple: true }), 'ok');
      opened.close();
    });

    it('leaves the Kiro IDE with its login as it was, and gives it the new one when that can be written', async () => {
      const paths = {
        token: join(disk.folder, 'kiro-auth-token.json'),
        profile: join(disk.folder, 'p.json'),
      };
      writeKiroIdeFiles(paths, ideFilesOf(person));
      const { login } = await readKiroIdeLogin(paths, { now: () => now, signal });
      assert.ok(login);
      const { account } = await window.store.add({
        login: { ...login, userId: person.id },
        origin: { kind: 'kiro-ide', file: paths.token },
      });
      const before = readFileSync(paths.token);

      begin(disk);
      assert.equal(await renewed(account.id), person.accessToken);
      assert.deepEqual(readFileSync(paths.token), before);

      end(disk);
      await window.refresher.writeBack(account.id, signal);
      const held = await readKiroIdeLogin(paths, { now: () => now, signal });
      assert.equal(held.login?.tokens.refresh, person.refreshToken);
      assert.deepEqual(
        readdirSync(disk.folder).filter((file) => file.endsWith('.tmp')),
        [],
      );
    });

    it('costs the history the turns that it cannot keep, and none before or after', async () => {
      const history = new UsageHistory({
        folder: join(disk.folder, 'usage'),
        now: () => now,
        logger: window.logger,
      });
      const turn = () => history.record({ at: now++, accountId: 'a', model: 'm', kind: 'chat', credits: 1 });
      await turn();
      begin(disk);
      // A day's file has room for some lines on a full disk, too.
      for (let turns = 0; turns < 100; turns++) await turn();
      const kept = (await history.read()).turns.length;
      assert.ok(kept >= 1 && kept < 101, `${kept} turns`);
      end(disk);
      await turn();
      const { turns, unreadable } = await history.read();
      assert.equal(turns.length, kept + 1);
      assert.ok(unreadable <= 1);
      assert.equal(window.logged.filter((line) => /could not be kept/.test(line)).length, 1);
    });

    it('leaves a file that is to be replaced as it was, and nothing beside it', async () => {
      const file = join(disk.folder, 'accounts.kiro');
      await writePrivateFile(file, 'before');
      begin(disk);
      const files = readdirSync(disk.folder);
      await assert.rejects(writePrivateFile(file, 'x'.repeat(65_536)), { code: /^(ENOSPC|EROFS)$/ });
      assert.equal(readFileSync(file, 'utf8'), 'before');
      assert.deepEqual(readdirSync(disk.folder), files);
    });

    it('does not keep pages in a browser from their own secrets', async () => {
      const page = openWindow({
        ...{ secrets: new MemorySecrets(), simulator, now: () => now, folder: disk.folder },
        isPage: true,
      });
      await page.copies?.prepare();
      const { account } = await page.store.add({ login: knownLoginOf(person), origin: own });
      begin(disk);
      await page.store.update(account.id, (one) => ({ ...one, label: 'Renamed' }));
      assert.equal((await storedIn(page.store, account.id)).label, 'Renamed');
      end(disk);
      assert.equal((await storedIn(page.store, account.id)).label, 'Renamed');
      page.sessions.dispose();
      page.copies?.dispose();
    });
  });
}
