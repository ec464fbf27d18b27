import { noAccounts, type StoredAccounts } from '../account';

export interface AccountSnapshotDeps {
  /** Throws KiroError `storage`. */
  read: () => Promise<StoredAccounts>;
  /** Settles when nobody can be expected to wait any longer for a reading. */
  patience: () => Promise<void>;
  reportFailure: (error: unknown) => void;
}

/** The accounts as last read, for whoever asks far more often than they change, and may not wait for a storage that hangs. */
export class AccountSnapshot {
  private known: StoredAccounts | undefined;
  private latest: Promise<StoredAccounts | undefined> | undefined;

  constructor(private readonly deps: AccountSnapshotDeps) {}

  /** The accounts as known now; where they are being read anew, those, or after a while the ones known before. */
  async get(): Promise<StoredAccounts> {
    const { known, latest } = this;
    if (!latest) return known ?? (await this.refresh()) ?? noAccounts;
    const before = known && this.deps.patience().then(() => known);
    return (await (before ? Promise.race([latest, before]) : latest)) ?? noAccounts;
  }

  /** Whether the accounts could be read when they were read last: that there are none is only said then. */
  get isKnown(): boolean {
    return this.known !== undefined;
  }

  /** Reads the accounts anew. Undefined where that fails, which is reported. */
  refresh(): Promise<StoredAccounts | undefined> {
    const reading: Promise<StoredAccounts | undefined> = this.deps
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
