import { realpath, stat } from 'node:fs/promises';
import { sleep } from '../../base/async';
import { KiroError } from '../../base/errors';
import { type FoundLogin, type FoundLogins, loginsInRows, selectedProfileKey } from './kiroCliRows';
import {
  betterSqlite3,
  nodeSqlite,
  type OpenSqlite,
  type SqliteConnection,
  type SqliteDriver,
  SqliteFailure,
} from './sqlite';

/** Why a whole database gives no login: the reasons of KiroError `import-failed`. */
export const importFailures = [
  'no-database',
  'locked',
  'unreadable',
  'not-a-database',
  'no-auth-table',
  'no-logins',
  'no-sqlite',
] as const;

export type ImportFailure = (typeof importFailures)[number];

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

const lockedTries = 20;
const lockedPauseMs = 150;

/**
 * Every login in Kiro CLI's database at `path`, read at this moment and closed again; nothing is written. A symbolic
 * link is followed: people keep such files in dotfile folders, and reading is all we do. Throws KiroError `import-failed` with one of `importFailures` as reason, or the signal's reason.
 */
export async function readKiroCliDatabase(path: string, options: ReadOptions): Promise<KiroCliLogins> {
  const database = await regularFile(path);
  const open = await loadDriver(options.drivers ?? [betterSqlite3, nodeSqlite]);
  const { rows, selectedProfile } = await patiently(() => readTables(open, database), options);
  const found = loginsInRows(rows, selectedProfile, options.now());
  if (!found.logins.length && !found.problems.length) throw importFailed('no-logins');
  return { database, ...found };
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
    const { code } = error as NodeJS.ErrnoException;
    throw importFailed(code === 'ENOENT' || code === 'ENOTDIR' ? 'no-database' : 'unreadable', error);
  }
}

/** The first driver this machine has. Throws KiroError `import-failed` with reason `no-sqlite`. */
export async function loadDriver<T>(drivers: readonly (() => Promise<T>)[]): Promise<T> {
  const failures: unknown[] = [];
  for (const load of drivers) {
    try {
      return await load();
    } catch (error) {
      failures.push(error);
    }
  }
  throw importFailed('no-sqlite', new AggregateError(failures));
}

/**
 * What an operation on a database gives, tried again for some seconds while another program has it locked. Throws
 * KiroError `import-failed`, or the signal's reason.
 */
export async function patiently<T>(
  operation: () => T,
  { signal, wait = sleep }: Pick<ReadOptions, 'signal' | 'wait'>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return operation();
    } catch (error) {
      if (!(error instanceof SqliteFailure)) throw error;
      if (error.kind !== 'busy') throw importFailed(failureOf(error), error);
      if (tries === lockedTries) throw importFailed('locked', error);
    }
    await wait(lockedPauseMs, signal);
  }
}

function failureOf(failure: SqliteFailure): ImportFailure {
  switch (failure.kind) {
    case 'busy':
      return 'locked';
    case 'query':
      return 'no-auth-table';
    case 'not-a-database':
    case 'unreadable':
      return failure.kind;
  }
}

function readTables(
  open: OpenSqlite,
  database: string,
): { rows: Map<string, string>; selectedProfile: string | undefined } {
  const connection = open(database);
  try {
    const tables = connection
      .rows("SELECT name FROM sqlite_master WHERE type = 'table'")
      .map((row) => row['name']);
    if (!tables.includes('auth_kv')) throw importFailed('no-auth-table');
    const rows = keyedText(
      connection,
      "SELECT key, value FROM auth_kv WHERE key LIKE '%:token' OR key LIKE '%:device-registration' ORDER BY key",
    );
    const state = tables.includes('state')
      ? keyedText(connection, `SELECT key, value FROM state WHERE key = '${selectedProfileKey}'`)
      : new Map<string, string>();
    return { rows, selectedProfile: state.get(selectedProfileKey) };
  } finally {
    connection.close();
  }
}

// A column's declared type does not bind SQLite: the same value comes as text or as bytes.
function keyedText(connection: SqliteConnection, sql: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { key, value } of connection.rows(sql)) {
    if (typeof key !== 'string') continue;
    if (typeof value === 'string') texts.set(key, value);
    if (value instanceof Uint8Array) texts.set(key, Buffer.from(value).toString('utf8'));
  }
  return texts;
}

function importFailed(reason: ImportFailure, cause?: unknown): KiroError {
  return new KiroError('import-failed', { reason, cause });
}
