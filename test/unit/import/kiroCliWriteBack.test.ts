import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { KiroError } from '../../../src/base/errors';
import { writeBackToKiroCli } from '../../../src/import/kiroCli/kiroCliWriteBack';
import { betterSqlite3, nodeSqlite } from '../../../src/import/kiroCli/sqlite';
import type { TokenUpdate } from '../../../src/import/tokenMerge';
import { type RowValue, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { startWriter } from '../../fixtures/writerProcess';

type WriteOptions = Parameters<typeof writeBackToKiroCli>[3];

const key = 'kirocli:odic:token';
const expiresAt = Date.UTC(2026, 10, 21);
const update: TokenUpdate = {
  held: 'old',
  tokens: { access: 'new-access', refresh: 'new', expiresAt },
};
const before =
  '{"access_token": "a","refresh_token":"old","expires_at":"2026-01-01T00:00:00.000000000Z","x":1.0}';
const after =
  '{"access_token": "new-access","refresh_token":"new","expires_at":"2026-11-21T00:00:00.000000000Z","x":1.0}';
const auth: Record<string, RowValue> = {
  [key]: before,
  'kirocli:odic:device-registration': '{ "client_id" : "c" }',
  'kirocli:social:token': Buffer.from([0, 255, 1]),
  empty: null,
};

let folder: string;
let path: string;

/** Every row of every table, with what type it is kept as. */
function everything(file = path): Record<string, unknown[]> {
  const database = new Database(file, { readonly: true });
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  const tables = names.map((row) => String((row as { name: unknown }).name));
  const rows = tables.map((name): [string, unknown[]] => [
    name,
    name === 'auth_kv' || name === 'state'
      ? database
          .prepare(`SELECT rowid, key, typeof(value) kind, hex(value) bytes FROM ${name} ORDER BY key`)
          .all()
      : database.prepare(`SELECT rowid, * FROM ${name}`).all(),
  ]);
  database.close();
  return Object.fromEntries(rows);
}

function storedValue(): unknown {
  const database = new Database(path, { readonly: true });
  const row = database.prepare('SELECT value FROM auth_kv WHERE key = ?').get(key);
  database.close();
  return (row as { value: unknown }).value;
}

for (const [name, driver] of Object.entries({
  'better-sqlite3': betterSqlite3,
  'node:sqlite': nodeSqlite,
})) {
  const options: WriteOptions = {
    signal: new AbortController().signal,
    drivers: [driver],
    wait: async () => assert.fail('waited'),
  };
  const write = (facts: Partial<TokenUpdate> = {}, more: Partial<WriteOptions> = {}) =>
    writeBackToKiroCli(path, key, { ...update, ...facts }, { ...options, ...more });

  describe(`Tokens written back with ${name}`, () => {
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'kiro-write-'));
      path = join(folder, 'data.sqlite3');
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    for (const mode of ['rollback', 'wal'] as const) {
      it(`change one row of a ${mode} database and nothing else`, async () => {
        writeKiroCliDatabase(path, { mode, auth, state: { a: 'b', c: Buffer.from('d') } });
        const untouched = everything();
        assert.equal(await write(), 'written');
        assert.equal(storedValue(), after);
        const others = (tables: Record<string, unknown[]>) => ({
          ...tables,
          auth_kv: tables['auth_kv']?.map((row) =>
            (row as { key: string }).key === key ? { ...(row as object), bytes: '' } : row,
          ),
        });
        assert.deepEqual(others(everything()), others(untouched));
      });
    }

    it('leave bytes bytes', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth: { [key]: Buffer.from(before) } });
      assert.equal(await write(), 'written');
      assert.deepEqual(storedValue(), Buffer.from(after));
    });

    it('are seen by a program that has the database open', async () => {
      writeKiroCliDatabase(path, { mode: 'wal', auth });
      const running = new Database(path);
      running.prepare('SELECT count(*) FROM auth_kv').all();
      await write();
      const row = running.prepare('SELECT value FROM auth_kv WHERE key = ?').get(key);
      running.close();
      assert.equal((row as { value: unknown }).value, after);
    });

    for (const [what, row, outcome] of [
      ['holds another login by now', before.replace('"old"', '"theirs"'), 'other'],
      ['says null', 'null', 'gone'],
      ['is NULL', null, 'gone'],
    ] as const) {
      it(`give way to a row that ${what}`, async () => {
        writeKiroCliDatabase(path, { mode: 'rollback', auth: { ...auth, [key]: row } });
        const untouched = everything();
        assert.equal(await write(), outcome);
        assert.deepEqual(everything(), untouched);
      });
    }

    it('do not bring back a row that is gone', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth: {} });
      assert.equal(await write(), 'gone');
      assert.deepEqual(everything()['auth_kv'], []);
    });

    it('do not make a database that is not there', async () => {
      await assert.rejects(write(), failsWith('no-database'));
    });

    for (const [what, row] of [
      ['half a row', before.slice(0, 40)],
      ['a row that is no text', Buffer.concat([Buffer.from(before), Buffer.from([0xff])])],
    ] as const) {
      it(`leave ${what} alone`, async () => {
        writeKiroCliDatabase(path, { mode: 'rollback', auth: { [key]: row } });
        const untouched = everything();
        await assert.rejects(write(), failsWith('unreadable'));
        assert.deepEqual(everything(), untouched);
      });
    }

    it('leave no lock behind', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth: { [key]: 'half' } });
      await assert.rejects(write());
      const other = new Database(path, { timeout: 0 });
      other.exec('BEGIN IMMEDIATE; COMMIT');
      other.close();
    });

    it('wait for a program that is writing', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth });
      const writing = await startWriter(path);
      await writing.run('BEGIN IMMEDIATE');
      const wait = async () => writing.run('COMMIT');
      assert.equal(await write({}, { wait }), 'written');
      await writing.end();
    });

    it('are given up for now where the database stays locked', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth });
      const writing = await startWriter(path);
      await writing.run('BEGIN IMMEDIATE');
      await assert.rejects(write({}, { wait: async () => undefined }), failsWith('locked'));
      await writing.end();
      assert.equal(storedValue(), before);
    });

    it('are given up for now where the database may not be written', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth });
      chmodSync(path, 0o400);
      chmodSync(folder, 0o500);
      try {
        // Whoever may write everything is not kept from it by a file's mode.
        if (process.getuid?.() !== 0) await assert.rejects(write(), failsWith('unreadable'));
      } finally {
        chmodSync(folder, 0o700);
      }
    });
  });
}

const failsWith = (reason: string) => (error: unknown) =>
  error instanceof KiroError && error.code === 'import-failed' && error.reason === reason;
