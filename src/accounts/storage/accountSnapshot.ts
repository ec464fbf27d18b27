import type { AccountsDocument } from '../account';
import { noAccounts } from './document';

export interface AccountSnapshotDeps {
  /** Throws KiroError `storage`. */
  read: () => Promise<AccountsDocument>;
  reportFailure: (error: unknown) => void;
}

/** The accounts as last read, for whoever asks far more often than they change, and may not wait until they are read anew. */
export class AccountSnapshot {
  private known: AccountsDocument | undefined;
  private latest: Promise<AccountsDocument | undefined> | undefined;

  constructor(private readonly deps: AccountSnapshotDeps) {}

  /** The accounts as known now. Waits where they were never read; none where they cannot be. */
  async get(): Promise<AccountsDocument> {
    return this.known ?? (await (this.latest ?? this.refresh())) ?? noAccounts;
  }

  /** Reads the accounts anew; until then those known before are given. Undefined where that fails, which is reported. */
  refresh(): Promise<AccountsDocument | undefined> {
    const reading: Promise<AccountsDocument | undefined> = this.deps
      .read()
      .catch((error: unknown) => {
        this.deps.reportFailure(error);
        return undefined;
      })
      .then((document) => {
        // One that was begun later knows better.
        if (this.latest !== reading) return document;
        this.known = document;
        this.latest = undefined;
        return document;
      });
    this.latest = reading;
    return reading;
  }
}
