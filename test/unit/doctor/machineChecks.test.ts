import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SealedCopies } from '../../../src/accounts/storage/sealedCopies';
import { sleep } from '../../../src/base/async';
import { type MachineDeps, machineChecks } from '../../../src/doctor/machineChecks';
import { nodeSqlite } from '../../../src/import/kiroCli/sqlite';
import { assertOk, assertProblem, look } from '../../fixtures/doctor';
import { openKiroCliDatabase, rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { silentLogger } from '../../fixtures/silentLogger';
import { Simulator } from '../../simulator/simulator';

describe('the doctor, about this computer', () => {
  let folder: string;
  let database: string;
  let simulator: Simulator;
  let secrets: MemorySecrets;

  before(async () => {
    simulator = await Simulator.start();
  });
  after(() => simulator.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-doctor-'));
    database = join(folder, 'data.sqlite3');
    secrets = new MemorySecrets();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function checks(parts: Partial<MachineDeps> = {}) {
    return machineChecks({
      kiroCli: { candidates: () => [database], isNamed: () => false },
      secrets,
      unopenedCopies: async () => 0,
      now: Date.now,
      wait: sleep,
      ...parts,
    });
  }
  const rows = () => rowsOfAccount(simulator.addAccount({ method: 'google', email: 'dev@example.com' }));

  it('finds nothing wrong where there is no Kiro CLI', async () => {
    for (const id of ['kiro-cli', 'kiro-cli-database'] as const) {
      const { state, button } = await look(checks(), id);
      assert.deepEqual([state, button], ['none', undefined]);
    }
  });

  it('tells of a Kiro CLI that is not where the setting says, until the setting is right', async () => {
    const named = { candidates: () => [database], isNamed: () => true };
    assertProblem(
      await look(checks({ kiroCli: named }), 'kiro-cli'),
      /no database at .*databasePath/,
      'Open Setting',
    );
    writeKiroCliDatabase(database, { mode: 'wal', ...rows() });
    assertOk(await look(checks({ kiroCli: named }), 'kiro-cli'));
  });

  it('tells of a database that is locked, until Kiro CLI is done with it', async () => {
    const writing = openKiroCliDatabase(database, { mode: 'rollback', ...rows() });
    writing.exec('BEGIN EXCLUSIVE');
    assertProblem(
      await look(checks(), 'kiro-cli-database'),
      /writing to its database right now/,
      'Import from Kiro CLI…',
    );
    writing.exec('COMMIT');
    writing.close();
    assertOk(await look(checks(), 'kiro-cli-database'));
  }).timeout(20_000);

  it('tells of a file that is no database, until it is one', async () => {
    writeFileSync(database, 'Not a database, but a text that is longer than the header of one would be.');
    assertProblem(
      await look(checks(), 'kiro-cli-database'),
      /not a Kiro CLI database/,
      'Import from Kiro CLI…',
    );
    rmSync(database);
    writeKiroCliDatabase(database, { mode: 'wal', ...rows() });
    assertOk(await look(checks(), 'kiro-cli-database'));
  });

  it('tells of a Kiro CLI that nobody is signed in to, which is nothing wrong', async () => {
    writeKiroCliDatabase(database, { mode: 'wal', ...rows() });
    const opened = new Database(database);
    opened.exec('DELETE FROM auth_kv');
    opened.close();
    assert.equal((await look(checks(), 'kiro-cli-database')).state, 'none');
  });

  it('tells of a computer without any SQLite, and is content with either', async () => {
    const missing = () => Promise.reject(new Error('no prebuilt binary'));
    assertProblem(
      await look(checks({ drivers: { native: missing, node: missing } }), 'sqlite'),
      /cannot read SQLite databases/,
      'Import from JSON File…',
    );
    const found = await look(checks({ drivers: { native: missing, node: nodeSqlite } }), 'sqlite');
    assertOk(found);
    assert.match(found.text, /node/);
    assertOk(await look(checks(), 'sqlite'));
  });

  for (const [method, step] of [
    ['store', 'written'],
    ['get', 'read'],
    ['delete', 'deleted'],
  ] as const) {
    it(`tells that a secret cannot be ${step}, until it can`, async () => {
      const broken = new MemorySecrets();
      Object.assign(broken, { [method]: () => Promise.reject(new Error('The keyring is locked.')) });
      const cause = new RegExp(`cannot be ${step}`);
      assertProblem(await look(checks({ secrets: broken }), 'secrets'), cause, 'Repair Account Storage…');
      assertOk(await look(checks(), 'secrets'));
    });
  }

  it('leaves no secret behind', async () => {
    for (const id of ['secrets', 'windows'] as const) assertOk(await look(checks(), id));
    assert.deepEqual(await secrets.keys(), []);
  });

  it('tells of a window that hears of no change, until it is reloaded', async () => {
    const deaf = new MemorySecrets();
    const unheard = Object.assign(deaf, { onDidChange: () => ({ dispose: () => undefined }) });
    assertProblem(
      await look(checks({ secrets: unheard, wait: async () => undefined }), 'windows'),
      /does not tell this window/,
      'Reload Window',
    );
    assertOk(await look(checks(), 'windows'));
  });

  it('tells of a page that cannot open what another page stored, until it is reloaded', async () => {
    const pages = [new MemorySecrets(), new MemorySecrets()].map(
      (own) => new SealedCopies(own, folder, silentLogger),
    );
    const [one, other] = pages;
    assert.ok(one && other);
    await one.store('kiroModels.account.1', 'text');
    const unopened = (page: SealedCopies) => checks({ unopenedCopies: () => page.unopened() });
    assertProblem(await look(unopened(other), 'windows'), /cannot open. Reload this window/, 'Reload Window');
    assertOk(await look(unopened(one), 'windows'));
  });
});
