import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { mkdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from './async';
import { KiroError, systemCodeOf } from './errors';
import type { Logger } from './logger';

export interface LockOptions<T> {
  /** Ends the waiting. */
  signal: AbortSignal;
  /** Somebody else has the lock; waiting begins. */
  onHeld?: () => void;
  /** Looked at while waiting: what makes the operation needless, if it is there. */
  instead?: () => Promise<T | undefined>;
}

/** Keeps two windows or processes from doing the same thing for one account at once. */
export interface Lock {
  /** Runs the operation alone. Throws KiroError `timeout` with reason `refresh-lock`, the signal's reason, or what the operation throws. */
  hold<T>(accountId: string, options: LockOptions<T>, operation: () => Promise<T>): Promise<T>;
}

/** For one window alone. */
export const unlocked: Lock = { hold: (_accountId, _options, operation) => operation() };

// A holder renews its lock every two seconds; one that did not for so long is gone, or asleep with its machine.
const staleMs = 15_000;
const renewEveryMs = 2000;
const pauseMs = 200;
/** Longer than a lock takes to become stale, and than a refresh takes at most. */
const patienceMs = 45_000;

type Release = () => Promise<void>;

/** A lock as a folder per account beside others, in a place that all windows of one profile share. */
export class FileLock implements Lock {
  // On Windows, a folder that is being removed can be neither had nor made for a moment.
  private triesWhereUnavailable = 4;

  constructor(
    private readonly folder: string,
    private readonly logger: Logger,
    private readonly wait: typeof sleep = sleep,
  ) {}

  async hold<T>(accountId: string, options: LockOptions<T>, operation: () => Promise<T>): Promise<T> {
    const path = this.pathOf(accountId);
    let failures = 0;
    let renewed: { at: number | undefined; waited: number } = { at: undefined, waited: 0 };
    for (let waited = 0; waited <= patienceMs; waited += pauseMs) {
      options.signal.throwIfAborted();
      const taken = await this.take(path, accountId);
      if (typeof taken === 'function') return await this.released(taken, accountId, operation);
      if (taken !== 'held' && ++failures >= this.triesWhereUnavailable) {
        this.goOnWithout(taken);
        return await operation();
      }
      if (waited === 0) options.onHeld?.();
      if (taken === 'held') {
        const at = await renewedAt(path);
        if (at !== renewed.at) renewed = { at, waited };
        else if (waited - renewed.waited > staleMs) await this.abandon(path, accountId);
      }
      const already = await options.instead?.();
      if (already !== undefined) return already;
      await this.wait(pauseMs, options.signal);
    }
    throw new KiroError('timeout', { reason: 'refresh-lock' });
  }

  private async released<T>(release: Release, accountId: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } finally {
      try {
        await release();
      } catch (error) {
        // Taken over meanwhile, as after a sleep of the machine: what we did is guarded by compare-and-set.
        this.logger.debug(
          `The refresh lock of account ${accountId} was not ours any more (${systemCodeOf(error)}).`,
        );
      }
    }
  }

  private pathOf(accountId: string): string {
    // An id comes from a document; as part of a path it must be tame.
    const name = createHash('sha256').update(accountId).digest('hex').slice(0, 32);
    return join(this.folder, name);
  }

  /** The way to release the lock, or why it cannot be had: `held`, or the system's error code. */
  private async take(path: string, accountId: string): Promise<Release | string> {
    try {
      await mkdir(this.folder, { recursive: true });
      // A package in CommonJS has a default export alone, where it is a file of its own.
      const { default: lockfile } = await import('proper-lockfile');
      const { guarded, taken } = guardedFs();
      const release = await lockfile.lock(path, {
        fs: guarded,
        realpath: false,
        stale: staleMs,
        update: renewEveryMs,
        onCompromised: (error) =>
          this.logger.warn(`The refresh lock of account ${accountId} was lost (${systemCodeOf(error)}).`),
      });
      taken(`${path}.lock`);
      return release;
    } catch (error) {
      const code = systemCodeOf(error);
      return code === 'ELOCKED' ? 'held' : code;
    }
  }

  private goOnWithout(code: string): void {
    if (this.triesWhereUnavailable === 1) return;
    this.triesWhereUnavailable = 1;
    this.logger.warn(`Refreshes go on without a lock across windows (${code}).`);
  }

  // A lock that was not renewed for so long although its time does not say so: the clock was set back since.
  private async abandon(path: string, accountId: string): Promise<void> {
    try {
      await rmdir(`${path}.lock`);
    } catch (error) {
      this.logger.debug(
        `A refresh lock of account ${accountId} could not be removed (${systemCodeOf(error)}).`,
      );
    }
  }
}

/**
 * A file system for one lock: once it is taken, no other folder is removed in its place, at a release or at the end of the
 * process. One that was frozen is not told at once that another process has taken its lock over.
 */
function guardedFs() {
  let own: string | undefined;
  const idOf = (folder: string) => {
    const found = fs.statSync(folder, { throwIfNoEntry: false });
    return `${found?.ino} ${found?.birthtimeMs}`;
  };
  const isOthers = (folder: string) => own !== undefined && idOf(folder) !== own;
  const guarded = {
    ...fs,
    rmdir: (folder: string, done: fs.NoParamCallback) =>
      isOthers(folder) ? done(null) : fs.rmdir(folder, done),
    rmdirSync: (folder: string) => isOthers(folder) || fs.rmdirSync(folder),
  };
  const taken = (folder: string) => {
    own = idOf(folder);
  };
  return { guarded, taken };
}

/** When the holder last renewed its lock; undefined where that cannot be told. */
async function renewedAt(path: string): Promise<number | undefined> {
  const found = await stat(`${path}.lock`).catch((error: unknown) => systemCodeOf(error));
  return typeof found === 'string' ? undefined : found.mtimeMs;
}
