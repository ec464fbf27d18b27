import type { Management } from './management';
import { builtInModels, type Model } from './models';
import { type Owner, PerAccountCache, type Store } from './perAccountCache';

export interface Listing {
  models: readonly Model[];
  /** `built-in` until the account's own list was read for the first time. */
  source: 'live' | 'built-in';
}

/** The models of each account, as last heard of. */
export class Catalog {
  private readonly lists: PerAccountCache<Model[]>;
  /** Fires when a list differs from the one answered before. */
  readonly onDidChange: PerAccountCache<Model[]>['onDidChange'];

  constructor(
    management: Management,
    store: Store,
    now: () => number,
    reportFailure: (error: unknown) => void,
  ) {
    this.lists = new PerAccountCache({
      store,
      key: 'kiroModels.catalog.1',
      read: ({ id }, signal) => management.models({ accountId: id, signal }),
      maxAgeMs: 60 * 60 * 1000,
      now,
      reportFailure,
    });
    this.onDidChange = this.lists.onDidChange;
  }

  /** The list as known now; see `PerAccountCache.get`. */
  list(owner: Owner): Listing {
    const models = this.lists.get(owner);
    return models ? { models, source: 'live' } : { models: builtInModels, source: 'built-in' };
  }

  /** A model as an account has it: windows and efforts may differ from plan to plan. */
  variantOf(model: Model, owner: Owner): Model {
    return this.list(owner).models.find(({ id }) => id === model.id) ?? model;
  }

  /** Reads an account's list. Throws what `Management.models` throws. */
  refresh(owner: Owner, signal: AbortSignal): Promise<void> {
    return this.lists.refresh(owner, signal);
  }

  /** The service does not know a model of this account's list, or no longer offers it: the list is read again. */
  invalidate(accountId: string): void {
    this.lists.invalidate(accountId);
  }

  /** Forgets the lists of accounts that are gone. */
  keepOnly(ids: readonly string[]): Promise<void> {
    return this.lists.keepOnly(ids);
  }
}
