import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '../base/async';
import { KiroError } from '../base/errors';
import type { Logger } from '../base/logger';

export interface LockOptions<T> {
  /** Ends the waiting. */
  signal: AbortSignal;
  /** Somebody else has the lock; waiting begins. */
  onHeld: () => void;
  /** Looked at while waiting: what makes the operation needless, if it is there. */
  instead: () => Promise<T | undefined>;
}

/** Keeps two windows or processes from doing the same thing for one account at once. */
export interface RefreshLock {
  /** Runs the operation alone. Throws KiroError `timeout` with reason `refresh-lock`, the signal's reason, or what the operation throws. */
  hold<T>(accountId: string, options: LockOptions<T>, operation: () => Promise<T>): Promise<T>;
}

/** For one window alone. */
export const unlocked: RefreshLock = { hold: (_accountId, _options, operation) => operation() };

// A holder renews its lock every two seconds; one that did not for so long is gone, or asleep with its machine.
const staleMs = 15_000;
const renewEveryMs = 2000;
const pauseMs = 200;
/** Longer than a lock takes to become stale, and than a refresh takes at most. */
const patienceMs = 45_000;

type Release = () => Promise<void>;

/** A lock as a folder per account beside others, in a place that all windows of one profile share. */
export class FileRefreshLock implements RefreshLock {
  private toldUnavailable = false;

  constructor(
    private readonly folder: string,
    private readonly logger: Logger,
    private readonly wait: typeof sleep = sleep,
  ) {}

  async hold<T>(accountId: string, options: LockOptions<T>, operation: () => Promise<T>): Promise<T> {
    for (let waited = 0; waited <= patienceMs; waited += pauseMs) {
      options.signal.throwIfAborted();
      const taken = await this.take(accountId);
      if (taken === 'unavailable') return await operation();
      if (taken !== 'held') return await this.released(taken, accountId, operation);
      if (waited === 0) options.onHeld();
      const already = await options.instead();
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
          `The refresh lock of account ${accountId} was not ours any more (${codeOf(error)}).`,
        );
      }
    }
  }

  private async take(accountId: string): Promise<Release | 'held' | 'unavailable'> {
    // An id comes from a document; as part of a path it must be tame.
    const name = createHash('sha256').update(accountId).digest('hex').slice(0, 32);
    const path = join(this.folder, name);
    try {
      await mkdir(this.folder, { recursive: true });
      const { lock } = await import('proper-lockfile');
      return await lock(path, {
        realpath: false,
        stale: staleMs,
        update: renewEveryMs,
        onCompromised: (error) =>
          this.logger.warn(`The refresh lock of account ${accountId} was lost (${codeOf(error)}).`),
      });
    } catch (error) {
      if (codeOf(error) === 'ELOCKED') return 'held';
      if (!this.toldUnavailable) {
        this.logger.warn(`Refreshes go on without a lock across windows (${codeOf(error)}).`);
      }
      this.toldUnavailable = true;
      return 'unavailable';
    }
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'no code';
}
