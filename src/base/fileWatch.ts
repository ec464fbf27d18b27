import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sleep } from './async';
import type { Disposable } from './emitter';
import { systemCodeOf } from './errors';
import type { Logger } from './logger';

export interface FileWatchDeps {
  /** The file, of which only the folder must exist. A database's write-ahead log beside it is watched as well. */
  path: string;
  /** The file or its log may hold something else than before. Calls do not overlap. */
  onChange: () => Promise<void>;
  logger: Logger;
  wait?: typeof sleep;
}

// A change of a database comes as several events, and the program may go on writing.
const settleMs = 300;

/** Watches a file of another program, looking and never touching. */
export class FileWatch implements Disposable {
  private readonly names: readonly string[];
  private readonly closing = new AbortController();
  private watcher: FSWatcher | undefined;
  private pending: Promise<void> | undefined;
  /** Something may have changed since the last look. */
  private wanted = false;
  private seen: string | undefined;

  constructor(private readonly deps: FileWatchDeps) {
    const name = basename(deps.path);
    this.names = [name, `${name}-wal`];
  }

  /** Begins to watch, and looks once. Where the folder is not there, says so in the log; `look` tries again. */
  start(): void {
    this.look();
  }

  /** Looks now whether something changed, as after a sleep of the machine. The folder may be another one by now: it is watched anew. */
  look(): void {
    this.arm();
    this.check();
  }

  private check(): void {
    this.wanted = true;
    this.pending ??= this.settled().finally(() => {
      this.pending = undefined;
    });
  }

  dispose(): void {
    this.closing.abort();
    this.watcher?.close();
    this.watcher = undefined;
  }

  private arm(): void {
    if (this.closing.signal.aborted) return;
    this.watcher?.close();
    const folder = dirname(this.deps.path);
    try {
      // The folder, because a file that is replaced takes its own watcher with it.
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === basename(folder)) this.look();
        else if (name === null || this.names.includes(name)) this.check();
      });
      watcher.on('error', (error) => this.stopped(error));
      this.watcher = watcher;
    } catch (error) {
      this.stopped(error);
    }
  }

  private stopped(error: unknown): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.deps.logger.debug(`${basename(this.deps.path)} is not watched (${systemCodeOf(error)}).`);
  }

  private async settled(): Promise<void> {
    const { wait = sleep, logger } = this.deps;
    while (this.wanted) {
      this.wanted = false;
      try {
        await wait(settleMs, this.closing.signal);
        await this.follow();
      } catch (error) {
        if (this.closing.signal.aborted) return;
        // What was not followed is news still.
        this.seen = undefined;
        const what = error instanceof Error ? error.name : typeof error;
        logger.error(`A change of ${basename(this.deps.path)} could not be followed (${what}).`);
      }
    }
  }

  private async follow(): Promise<void> {
    const found = await this.fingerprint();
    // Reading a database makes and removes files beside it: an event alone is no news.
    if (found === this.seen) return;
    this.seen = found;
    await this.deps.onChange();
    // What changed while we looked may have come without an event of its own.
    if ((await this.fingerprint()) !== this.seen) this.wanted = true;
  }

  private async fingerprint(): Promise<string> {
    const folder = dirname(this.deps.path);
    return (await Promise.all(this.names.map((name) => fingerprintOf(join(folder, name))))).join();
  }
}

async function fingerprintOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true });
    // An empty log is none: whoever reads may leave one.
    return size === 0n ? '' : `${ino}:${size}:${mtimeNs}`;
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' ? '' : 'unreadable';
  }
}
