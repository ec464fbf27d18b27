import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readKiroCliDatabase } from '../../src/import/kiroCli/kiroCliDatabase';
import { openKiroCliDatabase, rowsOfAccount } from '../fixtures/kiroCli';
import { Simulator } from '../simulator/simulator';
import { type Figure, median, msOf, ratio, sideBySide } from './measure';

const megabyte = 1_000_000;
const conversations = 200;

/** Reading the logins in a database of Kiro CLI that holds 200 MB of conversations, and what SQLite alone takes for them. */
export async function importing(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-import-'));
  const path = join(folder, 'data.sqlite3');
  const simulator = await Simulator.start();
  try {
    const account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    const database = openKiroCliDatabase(path, { mode: 'rollback', ...rowsOfAccount(account) });
    const insert = database.prepare('INSERT INTO conversations (key, value) VALUES (?, ?)');
    for (let index = 0; index < conversations; index++)
      insert.run(`/home/dev/project${index}`, randomBytes(megabyte / 2).toString('hex'));
    database.close();
    const { signal } = new AbortController();
    const figures = await sideBySide(
      {
        ours: () => msOf(() => readKiroCliDatabase(path, { now: Date.now, signal })),
        sqlite: () => msOf(() => readRows(path)),
      },
      31,
    );
    return [
      { name: 'Kiro CLI database, size', value: statSync(path).size / megabyte, unit: 'MB' },
      { name: 'Kiro CLI database, reading its logins', value: median(figures.ours), unit: 'ms' },
      { name: 'Kiro CLI database, its rows by SQLite alone', value: median(figures.sqlite), unit: 'ms' },
      { name: 'Kiro CLI database, ours ÷ SQLite', value: ratio(figures.ours, figures.sqlite), unit: '×' },
    ];
  } finally {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readRows(path: string): void {
  const database = new Database(path, { readonly: true });
  database.prepare('SELECT key, value FROM auth_kv').all();
  database.close();
}
