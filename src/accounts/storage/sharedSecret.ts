import { sleep } from '../../base/async';
import { type Disposable, Emitter } from '../../base/emitter';
import { KiroError } from '../../base/errors';
import { type Lock, unlocked } from '../../base/fileLock';
import type { Stamp } from './document';
import { OwnRevisions, type Revisions } from './revisions';
import type { SealedCopies } from './sealedCopies';

/** Where secrets lie; VS Code's SecretStorage is one. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  onDidChange: (listener: (event: { key: string }) => unknown) => Disposable;
}

/** What is to become of a secret; without a text it stays as it is. */
export interface SecretChange<T> {
  text?: string | undefined;
  result: T;
}

/** What keeps the windows that share a secret from undoing each other's changes. */
export interface Sharing {
  /** Held for the moment of a change. */
  lock: Lock;
  revisions: Revisions;
  /** Where a window never hears what another one stores. */
  copies?: SealedCopies | undefined;
  wait: typeof sleep;
}

/** For one window alone. */
export function sharingWithNobody(): Sharing {
  return { lock: unlocked, revisions: new OwnRevisions(), wait: sleep };
}

export interface SharedSecretDeps extends Sharing {
  secrets: SecretStore;
  key: string;
  /** What a text says of itself; undefined where it says nothing and has to be taken as it is. */
  stampOf: (text: string | undefined) => Stamp | undefined;
}

// VS Code says that a secret is stored as soon as this window has it. It goes to the main process after 100 ms, and from
// there to the other windows after another 100 ms (`DEFAULT_FLUSH_DELAY`, `STORAGE_CHANGE_DEBOUNCE_TIME`).
const latePauseMs = 50;
const latePatienceMs = 2000;

/**
 * One secret text that all windows share, changed by one operation of one window at a time, and never read older than any
 * window has stored it. Every method throws KiroError `storage` with reason `unavailable`; a change also `timeout` with
 * reason `refresh-lock`.
 */
export class SharedSecret implements Disposable {
  private readonly changes = new Emitter<void>();
  private readonly storeChanges: Disposable;
  private readonly accesses = new Queue();
  /** Of changes, which may have to wait for another window before they access anything. */
  private readonly pending = new Queue();
  /** Settles once another window holds up a change of this one. */
  private heldUp = Promise.withResolvers<void>();
  /** The text as last heard of, so that hearing of our own change twice says it once. */
  private seen: { text: string | undefined } | undefined;
  /** A revision that never came, as where windows keep secrets each for itself: not waited for again. */
  private missed = 0;

  constructor(private readonly deps: SharedSecretDeps) {
    this.storeChanges = deps.secrets.onDidChange((event) => {
      if (event.key === deps.key) this.hear();
    });
  }

  /** The text changed, here or in another window, or can no longer be read: look again. */
  readonly onDidChange = this.changes.event;

  dispose(): void {
    this.storeChanges.dispose();
  }

  /** The text, after the changes of this window that no other one holds up; undefined where there is none. */
  async read(): Promise<string | undefined> {
    await Promise.race([this.pending.idle(), this.heldUp.promise]);
    return await this.accesses.run(() => this.newest());
  }

  /** Makes the text another one, by what it is at that moment. `next` is the revision the other one has to say. */
  change<T>(change: (text: string | undefined, next: number) => SecretChange<T>): Promise<T> {
    const { lock, key } = this.deps;
    const { signal } = new AbortController();
    return this.pending.run(async () => {
      let isHeld = false;
      const onHeld = () => {
        isHeld = true;
        this.heldUp.resolve();
      };
      try {
        return await lock.hold(key, { signal, onHeld, instead: async () => undefined }, () =>
          this.accesses.run(() => this.changed(change)),
        );
      } finally {
        if (isHeld) this.heldUp = Promise.withResolvers();
      }
    });
  }

  /** Tells everybody to look again, whether anything changed or not. */
  lookAgain(): void {
    this.changes.fire();
  }

  // The store's change event also reports our own writes, and may be late or come twice.
  private hear(): void {
    this.read().then(
      (text) => this.heard(text),
      // Whoever looks again meets the same failure and can say so.
      () => this.changes.fire(),
    );
  }

  private heard(text: string | undefined): void {
    if (this.seen?.text === text && this.seen) return;
    this.seen = { text };
    this.changes.fire();
  }

  private async changed<T>(change: (text: string | undefined, next: number) => SecretChange<T>): Promise<T> {
    const { revisions, copies, stampOf } = this.deps;
    const before = await this.newest();
    const next = Math.max(stampOf(before)?.revision ?? 0, await revisions.newest()) + 1;
    const { text, result } = change(before, next);
    if (text === undefined) return result;
    await this.save(text);
    const sealKey = stampOf(text)?.sealKey;
    if (sealKey !== undefined) await copies?.write(sealKey, text);
    await revisions.note(next);
    this.heard(text);
    return result;
  }

  private async newest(): Promise<string | undefined> {
    const { revisions, copies, stampOf, wait } = this.deps;
    for (let waited = 0; ; waited += latePauseMs) {
      const noted = await revisions.newest();
      const text = await this.load();
      const stamp = stampOf(text);
      if (noted <= this.missed || !stamp || stamp.revision >= noted) return text;
      if (copies) return await this.newerCopy(copies, text, stamp);
      if (waited >= latePatienceMs) {
        this.missed = noted;
        return text;
      }
      await wait(latePauseMs);
    }
  }

  private async newerCopy(
    copies: SealedCopies,
    text: string | undefined,
    { revision, sealKey }: Stamp,
  ): Promise<string | undefined> {
    const copy = sealKey === undefined ? undefined : await copies.read(sealKey);
    if (copy === undefined || (this.deps.stampOf(copy)?.revision ?? 0) <= revision) return text;
    await this.save(copy);
    return copy;
  }

  private async load(): Promise<string | undefined> {
    const { secrets, key } = this.deps;
    try {
      return await secrets.get(key);
    } catch (cause) {
      throw new KiroError('storage', { reason: 'unavailable', cause });
    }
  }

  private async save(text: string): Promise<void> {
    const { secrets, key } = this.deps;
    try {
      await secrets.store(key, text);
    } catch (cause) {
      throw new KiroError('storage', { reason: 'unavailable', cause });
    }
  }
}

/** Runs one operation after the other. */
class Queue {
  private last: Promise<unknown> = Promise.resolve();

  /** Settles when all that was begun so far is over. */
  idle(): Promise<unknown> {
    return this.last;
  }

  run<T>(operation: () => Promise<T>): Promise<T> {
    const run = this.last.then(operation);
    this.last = run.then(
      () => undefined,
      // The caller of `operation` has the error; the next in the queue is not concerned.
      () => undefined,
    );
    return run;
  }
}
