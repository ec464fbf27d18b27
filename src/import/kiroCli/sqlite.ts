/** A row as a driver gives it: text, a number, bytes or null per column. */
export type SqliteRow = Record<string, unknown>;

/** A database opened strictly for reading, inside one read transaction: all queries see the same moment. */
export interface SqliteConnection {
  rows(sql: string): SqliteRow[];
  close(): void;
}

/** Opens an existing file. Throws SqliteFailure. */
export type OpenSqlite = (path: string) => SqliteConnection;

/** Loads one driver; rejects where this machine does not have it. */
export type SqliteDriver = () => Promise<OpenSqlite>;

/** A write transaction: it begins with the right to write, and is undone where anything in it throws. */
export interface SqliteTransaction {
  rows(sql: string, ...values: (string | Uint8Array)[]): SqliteRow[];
  run(sql: string, ...values: (string | Uint8Array)[]): void;
}

/** Runs a change of an existing file in one transaction and closes the file. Throws SqliteFailure, or what `change` throws. */
export type ChangeSqlite = <T>(path: string, change: (transaction: SqliteTransaction) => T) => T;

/** Loads one driver for writing; rejects where this machine does not have it. */
export type SqliteWriter = () => Promise<ChangeSqlite>;

export type SqliteFailureKind = 'busy' | 'not-a-database' | 'query' | 'unreadable';

/** What went wrong in SQLite, in words that do not depend on the driver. Never leaves this folder but as a `cause`. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';

  constructor(
    readonly kind: SqliteFailureKind,
    cause: unknown,
  ) {
    super(kind, { cause });
  }
}

// SQLite's own waiting blocks the whole extension host, so it is kept short; the patient waiting is done between tries.
const busyTimeoutMs = 50;

/** The native driver. It is loaded on first use, because a machine without a prebuilt binary must not lose the extension. */
export const betterSqlite3: SqliteDriver = async () => {
  const { default: Database } = await import('better-sqlite3');
  // The module defers loading its binary to the first connection; a failure there has to show now.
  new Database(':memory:').close();
  return connect(
    (path) => new Database(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs }),
  );
};

/** The driver that comes with newer Node versions. */
export const nodeSqlite: SqliteDriver = async () => {
  const { DatabaseSync } = await import('node:sqlite');
  return connect((path) => new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs }));
};

/** The native driver, for writing. */
export const betterSqlite3Writer: SqliteWriter = async () => {
  const { default: Database } = await import('better-sqlite3');
  new Database(':memory:').close();
  return changing((path) => new Database(path, { fileMustExist: true, timeout: busyTimeoutMs }));
};

/** Node's own driver, for writing. It would create a file that is not there: the caller has looked. */
export const nodeSqliteWriter: SqliteWriter = async () => {
  const { DatabaseSync } = await import('node:sqlite');
  return changing((path) => new DatabaseSync(path, { timeout: busyTimeoutMs }));
};

interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): {
    all(...values: (string | Uint8Array)[]): unknown[];
    run(...values: (string | Uint8Array)[]): unknown;
  };
  close(): void;
}

function changing(open: (path: string) => Database): ChangeSqlite {
  return (path, change) => {
    const database = guarded(() => open(path));
    try {
      guarded(() => database.exec('BEGIN IMMEDIATE'));
      const result = change({
        rows: (sql, ...values) => guarded(() => database.prepare(sql).all(...values) as SqliteRow[]),
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

function connect(open: (path: string) => Database): OpenSqlite {
  return (path) => {
    const database = guarded(() => open(path));
    try {
      guarded(() => database.exec('BEGIN'));
    } catch (error) {
      database.close();
      throw error;
    }
    return {
      rows: (sql) => guarded(() => database.prepare(sql).all() as SqliteRow[]),
      close: () => database.close(),
    };
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
function failureKind(error: unknown): SqliteFailureKind {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  const name = typeof code === 'string' ? (/^SQLITE_([A-Z]+)/.exec(code)?.[1] ?? '') : '';
  const number = typeof errcode === 'number' ? errcode & 0xff : -1;
  if (['BUSY', 'LOCKED', 'PROTOCOL'].includes(name) || [5, 6, 15].includes(number)) return 'busy';
  if (['NOTADB', 'CORRUPT', 'FORMAT'].includes(name) || [26, 11, 24].includes(number))
    return 'not-a-database';
  if (name === 'ERROR' || number === 1) return 'query';
  return 'unreadable';
}
