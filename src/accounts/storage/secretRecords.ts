import { type sleep, sleepAwake } from '../../base/async';
import { type Disposable, Emitter } from '../../base/emitter';
import { KiroError } from '../../base/errors';
import { newerText, stampOf } from './record';

/** Where secrets lie; VS Code's SecretStorage is one. */
export interface SecretStore {
  keys(): PromiseLike<string[]>;
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  onDidChange: (listener: (event: { key: string }) => unknown) => Disposable;
}

export interface SecretRecordsDeps {
  secrets: SecretStore;
  /** What the keys of these secrets begin with. */
  prefix: string;
  wait?: typeof sleep;
}

// A keyring that asks for a password on another screen may never answer.
const limitMs = 10_000;
const probeKey = 'kiroModels.probe';

/**
 * Stamped texts (see `record`), each in a secret of its own, that windows of several machines may share: there is no lock
 * for all of them, and each window hears late of what another one stores (on a desktop about 200 ms, VS Code's
 * `DEFAULT_FLUSH_DELAY` and `STORAGE_CHANGE_DEBOUNCE_TIME`). So the newest text that a window has seen counts for it, and is
 * stored again where an older one took its place. Every method throws KiroError `storage` with reason `unavailable`.
 */
export class SecretRecords implements Disposable {
  private readonly changes = new Emitter<void>();
  private readonly storeChanges: Disposable;
  /** The newest text of each key; undefined for one that this window has deleted. */
  private readonly newest = new Map<string, string | undefined>();
  /** What was told of each key, so that hearing of our own change says it once. */
  private readonly told = new Map<string, string | undefined>();

  constructor(private readonly deps: SecretRecordsDeps) {
    this.storeChanges = deps.secrets.onDidChange(({ key }) => {
      if (key.startsWith(deps.prefix)) this.hear(key);
    });
  }

  /** A text changed, here or in another window, or can no longer be read: look again. */
  readonly onDidChange = this.changes.event;

  dispose(): void {
    this.storeChanges.dispose();
  }

  /** Tells everybody to look again, whether anything changed or not. */
  lookAgain(): void {
    this.changes.fire();
  }

  /** Every text there is, by key. */
  async all(): Promise<Map<string, string>> {
    const { secrets, prefix } = this.deps;
    const keys = (await this.limited(() => secrets.keys())).filter((key) => key.startsWith(prefix));
    const texts = await Promise.all(keys.map(async (key) => [key, await this.read(key)] as const));
    return new Map(texts.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  /** The newest text of a key; undefined where there is none. */
  async read(key: string): Promise<string | undefined> {
    const { secrets } = this.deps;
    const stored = await this.limited(() => secrets.get(key));
    const known = this.newest.get(key);
    if (stored !== undefined && stored === known) return stored;
    const isDeleted = this.newest.has(key) && known === undefined;
    if (isDeleted || stored === undefined) {
      if (stored !== undefined) await this.limited(() => secrets.delete(key));
      if (!isDeleted) this.newest.delete(key);
      return undefined;
    }
    // What another release wrote, or nobody can read, is for the person to decide about.
    const newest = known === undefined || !stampOf(stored) ? stored : newerText(stored, known);
    this.newest.set(key, newest);
    if (!this.told.has(key)) this.told.set(key, newest);
    if (newest !== stored) await this.limited(() => secrets.store(key, newest));
    return newest;
  }

  /** Throws where nothing can be stored. */
  async prove(): Promise<void> {
    await this.limited(() => this.deps.secrets.store(probeKey, 'This can be stored.'));
  }

  /** Stores a text, which is newer than what was there. */
  async write(key: string, text: string): Promise<void> {
    if (this.newest.get(key) === undefined) this.newest.delete(key);
    await this.limited(() => this.deps.secrets.store(key, text));
    this.newest.set(key, text);
    this.tell(key, text);
  }

  async delete(key: string): Promise<void> {
    await this.limited(() => this.deps.secrets.delete(key));
    this.newest.set(key, undefined);
    this.tell(key, undefined);
  }

  /** Deletes every secret there is, of whatever prefix, but these. */
  async deleteAllBut(kept: readonly string[]): Promise<void> {
    const { secrets } = this.deps;
    const keys = await this.limited(() => secrets.keys());
    for (const key of keys) if (!kept.includes(key)) await this.delete(key);
  }

  // The store's change event also reports our own writes, and may be late or come twice.
  private hear(key: string): void {
    const isKnown = this.told.has(key);
    this.read(key).then(
      (text) => {
        if (!isKnown) this.told.delete(key);
        this.tell(key, text);
      },
      // Whoever looks again meets the same failure and can say so.
      () => this.changes.fire(),
    );
  }

  private tell(key: string, text: string | undefined): void {
    if (this.told.has(key) && this.told.get(key) === text) return;
    this.told.set(key, text);
    this.changes.fire();
  }

  private async limited<T>(access: () => PromiseLike<T>): Promise<T> {
    const { wait = sleepAwake } = this.deps;
    const done = new AbortController();
    const late = wait(limitMs, done.signal).then(
      () => {
        throw new Error('The secret storage does not answer.');
      },
      () => new Promise<never>(() => undefined),
    );
    try {
      return await Promise.race([access(), late]);
    } catch (cause) {
      throw new KiroError('storage', { reason: 'unavailable', cause });
    } finally {
      done.abort(null);
    }
  }
}
