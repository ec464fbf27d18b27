type Value = string | Uint8Array;

/** One transaction: all its queries see the same moment. */
export interface SqliteTransaction {
  /** Rows as a driver gives them: text, a number, bytes or null per column. */
  rows(sql: string, ...values: Value[]): Record<string, unknown>[];
  run(sql: string, ...values: Value[]): void;
}

/**
 * Runs one transaction on an existing file and closes the file. One that writes begins with the right to write, and is
 * undone where anything in it throws. Throws SqliteFailure, or what `operation` throws.
 */
type TransactSqlite = <T>(
  path: string,
  mode: 'read' | 'write',
  operation: (transaction: SqliteTransaction) => T,
) => T;

/** Loads one driver; rejects where this machine does not have it. */
export type SqliteDriver = () => Promise<TransactSqlite>;

/** What went wrong in SQLite, in words that do not depend on the driver. Never leaves this folder but as a `cause`. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';

  constructor(
    readonly kind: 'busy' | 'not-a-database' | 'query' | 'unreadable',
    cause: unknown,
  ) {
    super(kind, { cause });
  }
}

// SQLite's own waiting blocks the whole extension host, so it is kept short; the patient waiting is done between tries.
const timeout = 50;

/** The native driver. It is loaded on first use, because a machine without a prebuilt binary must not lose the extension. */
export const betterSqlite3: SqliteDriver = async () => {
  const { default: Database } = await import('better-sqlite3');
  // The module defers loading its binary to the first connection; a failure there has to show now.
  new Database(':memory:').close();
  return transacting((path, readonly) => new Database(path, { readonly, fileMustExist: true, timeout }));
};

/** The driver that comes with newer Node versions. Opened for writing, it would create a file that is not there: the caller has looked. */
export const nodeSqlite: SqliteDriver = async () => {
  const { DatabaseSync } = await import('node:sqlite');
  return transacting((path, readOnly) => new DatabaseSync(path, { readOnly, timeout }));
};

interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): { all(...values: Value[]): unknown[]; run(...values: Value[]): unknown };
  close(): void;
}

function transacting(open: (path: string, isReadOnly: boolean) => Database): TransactSqlite {
  return (path, mode, operation) => {
    const database = guarded(() => open(path, mode === 'read'));
    try {
      guarded(() => database.exec(mode === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE'));
      const result = operation({
        rows: (sql, ...values) =>
          guarded(() => database.prepare(sql).all(...values) as Record<string, unknown>[]),
        run: (sql, ...values) => void guarded(() => database.prepare(sql).run(...values)),
      });
      guarded(() => database.exec('COMMIT'));
      return result;
    } finally {
      // Closing undoes what was not committed.
      database.close();
    }
  };
}

function guarded<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw new SqliteFailure(failureKind(error), error);
  }
}

// Result codes of sqlite.org/rescode.html. better-sqlite3 names them, node:sqlite numbers them; the low byte is the family.
function failureKind(error: unknown): SqliteFailure['kind'] {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  const name = typeof code === 'string' ? (/^SQLITE_([A-Z]+)/.exec(code)?.[1] ?? '') : '';
  const number = typeof errcode === 'number' ? errcode & 0xff : -1;
  if (['BUSY', 'LOCKED', 'PROTOCOL'].includes(name) || [5, 6, 15].includes(number)) return 'busy';
  if (['NOTADB', 'CORRUPT', 'FORMAT'].includes(name) || [26, 11, 24].includes(number))
    return 'not-a-database';
  if (name === 'ERROR' || number === 1) return 'query';
  return 'unreadable';
}
