import { KiroError } from '../../base/errors';
import { builtInModels, type Model } from './models';
import { type Owner, PerAccountCache, type Store } from './perAccountCache';

export interface Listing {
  models: readonly Model[];
  /** `built-in` until the account's own list was read for the first time. */
  source: 'live' | 'built-in';
}

export interface CatalogDeps {
  store: Store;
  /** Asks the service; throws as `Management.models`. */
  read: (owner: Owner, signal: AbortSignal) => Promise<Model[]>;
  /** Epoch milliseconds. */
  now: () => number;
  reportFailure: (error: unknown) => void;
}

/** The models of each account, as last heard of. */
export class Catalog {
  private readonly lists: PerAccountCache<Model[]>;
  /** Fires when a list differs from the one answered before. */
  readonly onDidChange: PerAccountCache<Model[]>['onDidChange'];

  constructor(deps: CatalogDeps) {
    this.lists = new PerAccountCache({
      ...deps,
      key: 'kiroModels.catalog.1',
      read: async (owner, signal) => {
        const models = await deps.read(owner, signal);
        // Nobody has an account for that; what was known stays, and the service is asked again soon.
        if (models.length === 0) throw new KiroError('protocol', { reason: 'no-models' });
        return models;
      },
      maxAgeMs: 60 * 60 * 1000,
    });
    this.onDidChange = this.lists.onDidChange;
  }

  /** The list as known now, which is read again behind the caller's back where it is old; see `PerAccountCache.get`. */
  list(owner: Owner): Listing {
    return listing(this.lists.get(owner));
  }

  /** The list as known now; nothing is read for that. */
  known(owner: Owner): Listing {
    return listing(this.lists.peek(owner));
  }

  /** A model as an account has it: windows and efforts may differ from plan to plan. */
  variantOf(model: Model, owner: Owner): Model {
    return this.list(owner).models.find(({ id }) => id === model.id) ?? model;
  }

  /** Reads an account's list. Throws what `Management.models` throws, and KiroError `protocol` for an empty one. */
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

function listing(models: readonly Model[] | undefined): Listing {
  return models?.length ? { models, source: 'live' } : { models: builtInModels, source: 'built-in' };
}
