import { SingleFlight, timeLimit } from '../../base/async';
import { Emitter } from '../../base/emitter';

/** Where things survive a restart. VS Code's `Memento` is one. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Whom the service is asked about: what an account has depends on its profile, too. */
export interface Owner {
  id: string;
  profileArn?: string | undefined;
}

interface PerAccountCacheDeps<T> {
  store: Store;
  /** The name in the store. Another shape of `T` needs another name. */
  key: string;
  /** Asks the service. Throws KiroError. */
  read: (owner: Owner, signal: AbortSignal) => Promise<T>;
  /** From when on a value is old, in milliseconds. */
  maxAgeMs: number;
  /** Epoch milliseconds. */
  now: () => number;
  reportFailure: (error: unknown) => void;
}

interface Entry<T> {
  profileArn: string | undefined;
  fetchedAt: number;
  value: T;
}

/** What the service tells of each account: answered from memory at once, asked anew in the background. */
export class PerAccountCache<T> {
  private readonly entries: Map<string, Entry<T>>;
  private readonly readAt = new Map<string, number>();
  /** From when on a value says something again, of an account whose value was invalidated. */
  private readonly invalidAt = new Map<string, number>();
  private readonly flights = new SingleFlight<void>();
  private readonly changed = new Emitter<void>();
  /** Fires when a value differs from the one answered before. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly deps: PerAccountCacheDeps<T>) {
    this.entries = new Map(Object.entries(this.stored()));
  }

  /** The value as known now; nothing is read for that. */
  peek(owner: Owner): T | undefined {
    return this.entryOf(owner)?.value;
  }

  /** The value as known now. Never waits, never fails; what is old is read again behind the caller's back. */
  get(owner: Owner): T | undefined {
    const { now, maxAgeMs, reportFailure } = this.deps;
    const entry = this.entryOf(owner);
    // A time that lies ahead: the clock was set back since.
    const isPast = (at: number | undefined, ms: number) => at === undefined || at > now() || now() - at > ms;
    if (isPast(entry?.fetchedAt, maxAgeMs) && isPast(this.readAt.get(owner.id), retryAfterMs)) {
      this.refresh(owner, timeLimit(backgroundLimitMs)).catch(reportFailure);
    }
    return entry?.value;
  }

  /** Takes an account's value for stale: something else that the service said does not agree with it. */
  invalidate(id: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.invalidAt.set(id, this.deps.now());
    this.entries.set(id, { ...entry, fetchedAt: 0 });
    this.get({ id, profileArn: entry.profileArn });
  }

  /** Asks for an account's value now. Callers at the same time share one reading. Throws what `read` throws. */
  refresh(owner: Owner, signal: AbortSignal): Promise<void> {
    return this.flights.run(owner.id, async () => {
      this.readAt.set(owner.id, this.deps.now());
      await this.remember(owner, await this.deps.read(owner, signal));
    });
  }

  /** Takes over a value that was just read. */
  async remember(owner: Owner, value: T): Promise<void> {
    const isNew = JSON.stringify(value) !== JSON.stringify(this.entryOf(owner)?.value);
    this.entries.set(owner.id, { profileArn: owner.profileArn, fetchedAt: this.deps.now(), value });
    await this.save();
    if (isNew) this.changed.fire();
  }

  /** Forgets accounts that are gone. */
  async keepOnly(ids: readonly string[]): Promise<void> {
    const gone = [...this.entries.keys()].filter((id) => !ids.includes(id));
    if (gone.length === 0) return;
    for (const id of gone) this.entries.delete(id);
    await this.save();
  }

  private async save(): Promise<void> {
    await this.deps.store.update(this.deps.key, Object.fromEntries(this.entries));
  }

  private stored(): Record<string, Entry<T>> {
    return (this.deps.store.get(this.deps.key) as Record<string, Entry<T>> | undefined) ?? {};
  }

  // Windows share the store: what one of them has read, none of the others needs to read.
  private entryOf({ id, profileArn }: Owner): Entry<T> | undefined {
    const theirs = this.stored()[id];
    const known = Math.max(this.entries.get(id)?.fetchedAt ?? -1, this.invalidAt.get(id) ?? -1);
    if (theirs && theirs.fetchedAt > known) this.entries.set(id, theirs);
    const entry = this.entries.get(id);
    return entry?.profileArn === profileArn ? entry : undefined;
  }
}

/** After a failed reading, how long the next question waits before it causes another one. */
const retryAfterMs = 60_000;
const backgroundLimitMs = 60_000;
