import { SingleFlight } from '../base/async';
import { Emitter } from '../base/emitter';
import type { Management } from './management';
import { builtInModels, type Model } from './models';

/** Where lists survive a restart. VS Code's `Memento` is one. */
export interface CatalogueStore {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Whose list: an account's models depend on its profile too. */
export interface CatalogueOwner {
  id: string;
  profileArn?: string | undefined;
}

export interface Listing {
  models: readonly Model[];
  /** `built-in` until the account's own list was read for the first time. */
  source: 'live' | 'built-in';
}

interface Entry {
  profileArn: string | undefined;
  fetchedAt: number;
  models: Model[];
}

const storeKey = 'kiroModels.catalogue.1';
const maxAgeMs = 60 * 60 * 1000;

/** The models of each account: answered from memory at once, read again in the background. */
export class Catalogue {
  private readonly entries: Map<string, Entry>;
  private readonly readAt = new Map<string, number>();
  private readonly flights = new SingleFlight<void>();
  private readonly changed = new Emitter<void>();
  /** Fires when a list differs from the one answered before. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly management: Management,
    private readonly store: CatalogueStore,
    private readonly now: () => number,
    private readonly reportFailure: (error: unknown) => void,
  ) {
    this.entries = new Map(Object.entries((store.get(storeKey) as Record<string, Entry> | undefined) ?? {}));
  }

  /** The list as known now. Never waits, never fails; a list that is old is read again behind the caller's back. */
  list(owner: CatalogueOwner): Listing {
    const entry = this.entryOf(owner);
    const triedAt = this.readAt.get(owner.id) ?? 0;
    const isOld = this.now() - (entry?.fetchedAt ?? 0) > maxAgeMs;
    if (isOld && this.now() - triedAt > retryAfterMs) {
      this.refresh(owner, AbortSignal.timeout(backgroundLimitMs)).catch(this.reportFailure);
    }
    return entry ? { models: entry.models, source: 'live' } : { models: builtInModels, source: 'built-in' };
  }

  /** Reads an account's list. Callers at the same time share one reading. Throws what `Management.models` throws. */
  refresh(owner: CatalogueOwner, signal: AbortSignal): Promise<void> {
    return this.flights.run(owner.id, async () => {
      this.readAt.set(owner.id, this.now());
      const models = await this.management.models({ accountId: owner.id, signal });
      const before = JSON.stringify(this.entryOf(owner)?.models);
      this.entries.set(owner.id, { profileArn: owner.profileArn, fetchedAt: this.now(), models });
      await this.store.update(storeKey, Object.fromEntries(this.entries));
      if (JSON.stringify(models) !== before) this.changed.fire();
    });
  }

  /** Forgets the lists of accounts that are gone. */
  async keepOnly(ids: readonly string[]): Promise<void> {
    const gone = [...this.entries.keys()].filter((id) => !ids.includes(id));
    if (gone.length === 0) return;
    for (const id of gone) this.entries.delete(id);
    await this.store.update(storeKey, Object.fromEntries(this.entries));
  }

  private entryOf(owner: CatalogueOwner): Entry | undefined {
    const entry = this.entries.get(owner.id);
    return entry?.profileArn === owner.profileArn ? entry : undefined;
  }
}

/** After a failed reading, how long the next question waits before it causes another one. */
const retryAfterMs = 60_000;
const backgroundLimitMs = 60_000;
