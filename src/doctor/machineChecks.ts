import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { SecretStore } from '../accounts/storage/secretRecords';
import { KiroError } from '../base/errors';
import { importFailed } from '../import/importFailure';
import { findKiroCliLogins, type ReadOptions } from '../import/kiroCli/kiroCliDatabase';
import { betterSqlite3, nodeSqlite, type SqliteDriver } from '../import/kiroCli/sqlite';
import { type Check, none, ok, problem } from './examination';

export interface MachineDeps {
  kiroCli: {
    /** Where its database may be, the likeliest path first. */
    candidates: () => string[];
    /** Whether a person, or the environment, named the one place. */
    isNamed: () => boolean;
  };
  /** By name, in the order in which they are tried. */
  drivers?: Readonly<Record<string, SqliteDriver>>;
  secrets: SecretStore;
  /** How many copies of secrets another window has left that this one cannot open. */
  unopenedCopies: () => Promise<number>;
  now: () => number;
  /** Waits until this window has to have heard of a change, in milliseconds. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const probe = 'kiroModels.doctor';
const heardWithinMs = 5000;

/** What this machine and the storage of VS Code give. */
export function machineChecks(deps: MachineDeps): Check[] {
  const drivers = deps.drivers ?? { 'better-sqlite3': betterSqlite3, 'node:sqlite': nodeSqlite };
  return [
    { id: 'kiro-cli', run: () => findKiroCli(deps) },
    {
      id: 'kiro-cli-database',
      run: (signal) => readKiroCli(deps, { now: deps.now, signal, drivers: Object.values(drivers) }),
    },
    { id: 'sqlite', run: () => loadSqlite(drivers) },
    { id: 'secrets', run: () => useSecrets(deps) },
    { id: 'windows', run: (signal) => hearWindows(deps, signal) },
  ];
}

async function findKiroCli({ kiroCli }: MachineDeps) {
  const [candidates, isNamed] = [kiroCli.candidates(), kiroCli.isNamed()];
  for (const path of candidates) {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) return ok({ kind: 'cli-found', path });
  }
  const [named = ''] = candidates;
  return isNamed ? problem({ kind: 'cli-not-where-named', path: named }) : none({ kind: 'cli-absent' });
}

async function readKiroCli({ kiroCli }: MachineDeps, options: ReadOptions) {
  try {
    const { logins } = await findKiroCliLogins(kiroCli.candidates(), options);
    return ok({ kind: 'cli-logins', count: logins.length });
  } catch (error) {
    if (!(error instanceof KiroError)) throw error;
    if (error.reason === 'no-database') return none({ kind: 'cli-nothing' });
    if (error.reason === 'no-logins') return none({ kind: 'cli-signed-out' });
    throw error;
  }
}

async function loadSqlite(drivers: Readonly<Record<string, SqliteDriver>>) {
  let failure: unknown;
  for (const [driver, load] of Object.entries(drivers)) {
    try {
      await load();
      return ok({ kind: 'sqlite', driver });
    } catch (error) {
      failure = error;
    }
  }
  throw importFailed('no-sqlite', failure);
}

/** Writes, reads, and deletes a secret that means nothing. */
async function useSecrets({ secrets }: MachineDeps) {
  const key = `${probe}.${randomUUID()}`;
  let step: 'write' | 'read' | 'delete' = 'write';
  try {
    await secrets.store(key, probe);
    step = 'read';
    const isKept = (await secrets.get(key)) === probe;
    if (isKept) step = 'delete';
    await secrets.delete(key);
    const isGone = (await secrets.get(key)) === undefined;
    if (isKept && isGone) return ok({ kind: 'secrets' });
  } catch {
    // Whatever it says, the person's part is the same; the step tells where it stands.
  }
  return problem({ kind: 'secrets-broken', step });
}

/** Whether this window hears of what windows store, as VS Code tells each of them of every change. */
async function hearWindows({ secrets, unopenedCopies, wait }: MachineDeps, signal: AbortSignal) {
  if ((await unopenedCopies()) > 0) return problem({ kind: 'windows-apart' });
  const key = `${probe}.${randomUUID()}`;
  const heard = Promise.withResolvers<'heard'>();
  const listening = secrets.onDidChange((event) => {
    if (event.key === key) heard.resolve('heard');
  });
  const done = new AbortController();
  const late = wait(heardWithinMs, AbortSignal.any([signal, done.signal])).catch(() => undefined);
  try {
    await secrets.store(key, probe);
    const first = await Promise.race([heard.promise, late]);
    return first === 'heard' ? ok({ kind: 'windows' }) : problem({ kind: 'windows-unheard' });
  } finally {
    done.abort();
    listening.dispose();
    await secrets.delete(key);
  }
}
