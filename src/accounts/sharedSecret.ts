import { type Disposable, Emitter } from '../base/emitter';
import { KiroError } from '../base/errors';

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

/**
 * One secret text that all windows share, read and changed by one operation of this window at a time. Every method
 * throws KiroError `storage` with reason `unavailable`.
 */
export class SharedSecret implements Disposable {
  private readonly changes = new Emitter<void>();
  private readonly storeChanges: Disposable;
  private queue: Promise<unknown> = Promise.resolve();
  /** The text as last heard of, so that hearing of our own change twice says it once. */
  private seen: { text: string | undefined } | undefined;

  constructor(
    private readonly secrets: SecretStore,
    private readonly key: string,
  ) {
    this.storeChanges = secrets.onDidChange((event) => {
      if (event.key === key) this.hear();
    });
  }

  /** The text changed, here or in another window, or can no longer be read: look again. */
  readonly onDidChange = this.changes.event;

  dispose(): void {
    this.storeChanges.dispose();
  }

  /** The text, after the changes this window has under way; undefined where there is none. */
  read(): Promise<string | undefined> {
    return this.enqueue(() => this.load());
  }

  /** Makes the text another one, by what it is at that moment. */
  change<T>(change: (text: string | undefined) => SecretChange<T>): Promise<T> {
    return this.enqueue(async () => {
      const { text, result } = change(await this.load());
      if (text !== undefined) {
        await this.save(text);
        this.heard(text);
      }
      return result;
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

  private enqueue<T>(operation: () => Promise<T>): Promise<T> {
    const run = this.queue.then(operation);
    this.queue = run.then(
      () => undefined,
      // The caller of `operation` has the error; the next in the queue is not concerned.
      () => undefined,
    );
    return run;
  }

  private async load(): Promise<string | undefined> {
    try {
      return await this.secrets.get(this.key);
    } catch (cause) {
      throw new KiroError('storage', { reason: 'unavailable', cause });
    }
  }

  private async save(text: string): Promise<void> {
    try {
      await this.secrets.store(this.key, text);
    } catch (cause) {
      throw new KiroError('storage', { reason: 'unavailable', cause });
    }
  }
}
