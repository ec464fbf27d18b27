/**
 * Kiro CLI's database: the rows it keeps logins in, how it is read, and how tokens are put back. Nothing is kept open.
 */
import { copyFile, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sleep } from '../../base/async';
import { KiroError, systemCodeOf } from '../../base/errors';
import { type ImportFailure, importFailed, isAbsent } from '../importFailure';
import { type FoundLogin, type FoundLogins, loginsInRows, selectedProfileKey } from './kiroCliRows';
import {
  betterSqlite3,
  nodeSqlite,
  type SqliteDriver,
  SqliteFailure,
  type SqliteTransaction,
} from './sqlite';

/** The logins of one database. */
export interface KiroCliLogins extends FoundLogins {
  /** The file that was read, symbolic links resolved. */
  database: string;
}

export interface ReadOptions {
  /** Epoch milliseconds. */
  now: () => number;
  signal: AbortSignal;
  /** Tried in this order until one loads. */
  drivers?: readonly SqliteDriver[];
  /** The pause between two tries at a locked database. */
  wait?: typeof sleep;
}

// A larger one holds years of conversations; nobody waits for its copy.
const mostCopied = 512 * 1024 * 1024;
const lockedTries = 20;
const lockedPauseMs = 150;

/**
 * Every login in Kiro CLI's database at `path`, read at this moment and closed again; nothing is written. A symbolic
 * link is followed: people keep such files in dotfile folders, and reading is all we do. Throws KiroError `import-failed` with one of `importFailures` as reason, or the signal's reason.
 */
export async function readKiroCliDatabase(path: string, options: ReadOptions): Promise<KiroCliLogins> {
  const database = await regularFile(path);
  const { rows, selectedProfile } = await transact(database, 'read', readTables, options).catch(
    (error: unknown) => readCopy(database, error, options),
  );
  const found = loginsInRows(rows, selectedProfile, options.now());
  if (!found.logins.length && !found.problems.length) throw importFailed('no-logins');
  return { database, ...found };
}

/**
 * SQLite cannot read a database in WAL mode whose folder nobody may write to, nor one that a program which died left with
 * a journal to be played back. Both are read from a copy, in a folder of our own that is gone afterwards. Throws `failure`
 * where it was another one, or where the copy does no better.
 */
async function readCopy(database: string, failure: unknown, options: ReadOptions): Promise<Tables> {
  if (!isImportFailure(failure, 'unreadable') || (await stat(database)).size > mostCopied) throw failure;
  const folder = await mkdtemp(join(tmpdir(), 'kiro-models-'));
  try {
    const copy = join(folder, basename(database));
    await copyFile(database, copy);
    for (const end of ['-wal', '-journal']) {
      await copyFile(`${database}${end}`, `${copy}${end}`).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
    }
    return await transact(copy, 'write', readTables, options);
  } catch (error) {
    options.signal.throwIfAborted();
    throw error instanceof KiroError || systemCodeOf(error) !== 'no code' ? failure : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The logins of the first candidate that has any. Throws KiroError `import-failed`: the first reason that says more
 * than `no-database`. A database that is there but locked or broken is never passed over for an older one.
 */
export async function findKiroCliLogins(
  candidates: readonly string[],
  options: ReadOptions,
): Promise<KiroCliLogins> {
  let failure: KiroError | undefined;
  for (const path of candidates) {
    try {
      return await readKiroCliDatabase(path, options);
    } catch (error) {
      if (!isImportFailure(error, 'no-database', 'no-logins', 'no-auth-table')) throw error;
      if (!failure || failure.reason === 'no-database') failure = error;
    }
  }
  throw failure ?? importFailed('no-database');
}

/**
 * The login one row holds now, for an account that is linked to it; undefined where the row is gone or unusable.
 * Throws KiroError `import-failed` where the database cannot be read.
 */
export async function rereadKiroCliLogin(
  database: string,
  key: string,
  options: ReadOptions,
): Promise<FoundLogin | undefined> {
  try {
    const { logins } = await readKiroCliDatabase(database, options);
    return logins.find((login) => login.key === key);
  } catch (error) {
    if (isImportFailure(error, 'no-logins')) return undefined;
    throw error;
  }
}

function isImportFailure(error: unknown, ...reasons: ImportFailure[]): error is KiroError {
  return error instanceof KiroError && reasons.some((reason) => error.reason === reason);
}

/**
 * The regular file at `path`, symbolic links resolved. It is not opened here: closing a second descriptor would drop the
 * POSIX locks of a reader in this process. Throws KiroError `import-failed`.
 */
export async function regularFile(path: string): Promise<string> {
  try {
    const resolved = await realpath(path);
    if (!(await stat(resolved)).isFile()) throw importFailed('not-a-database');
    return resolved;
  } catch (error) {
    if (error instanceof KiroError) throw error;
    throw importFailed(isAbsent(error) ? 'no-database' : 'unreadable', error);
  }
}

/**
 * What one transaction on a database gives, tried again for some seconds while another program has it locked. Throws
 * KiroError `import-failed`, or the signal's reason.
 */
export async function transact<T>(
  database: string,
  mode: 'read' | 'write',
  operation: (transaction: SqliteTransaction) => T,
  { signal, wait = sleep, drivers = [betterSqlite3, nodeSqlite] }: Omit<ReadOptions, 'now'>,
): Promise<T> {
  const run = await firstDriver(drivers);
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return run(database, mode, operation);
    } catch (error) {
      if (!(error instanceof SqliteFailure)) throw error;
      const isBusy = error.kind === 'busy';
      if (!isBusy || tries === lockedTries) throw importFailed(failures[error.kind], error);
    }
    await wait(lockedPauseMs, signal);
  }
}

const failures: Readonly<Record<SqliteFailure['kind'], ImportFailure>> = {
  busy: 'locked',
  query: 'no-auth-table',
  'not-a-database': 'not-a-database',
  unreadable: 'unreadable',
};

async function firstDriver(drivers: readonly SqliteDriver[]): ReturnType<SqliteDriver> {
  const reasons: unknown[] = [];
  for (const load of drivers) {
    try {
      return await load();
    } catch (error) {
      reasons.push(error);
    }
  }
  throw importFailed('no-sqlite', new AggregateError(reasons));
}

interface Tables {
  rows: Map<string, string>;
  selectedProfile: string | undefined;
}

function readTables(transaction: SqliteTransaction): Tables {
  const tables = transaction
    .rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    .map((row) => row['name']);
  if (!tables.includes('auth_kv')) throw importFailed('no-auth-table');
  const rows = keyedText(
    transaction,
    "SELECT key, value FROM auth_kv WHERE key LIKE '%:token' OR key LIKE '%:device-registration' ORDER BY key",
  );
  const state = tables.includes('state')
    ? keyedText(transaction, 'SELECT key, value FROM state WHERE key = ?', selectedProfileKey)
    : new Map<string, string>();
  return { rows, selectedProfile: state.get(selectedProfileKey) };
}

// A column's declared type does not bind SQLite: the same value comes as text or as bytes.
function keyedText(transaction: SqliteTransaction, sql: string, ...values: string[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { key, value } of transaction.rows(sql, ...values)) {
    if (typeof key !== 'string') continue;
    if (typeof value === 'string') texts.set(key, value);
    if (value instanceof Uint8Array) texts.set(key, Buffer.from(value).toString('utf8'));
  }
  return texts;
}
