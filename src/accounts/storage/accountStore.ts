import { randomUUID } from 'node:crypto';
import { type Disposable, Emitter } from '../../base/emitter';
import { KiroError } from '../../base/errors';
import type { Account, AccountsDocument, Health } from '../account';
import {
  type Arrival,
  type PersonFacts,
  type Replacement,
  withFacts,
  withLogin,
  withoutAccount,
  withReplacedLogin,
} from './changes';
import { noAccounts, parseDocument, stampOf } from './document';
import { newSealKey } from './sealedCopies';
import { type SecretStore, SharedSecret, type Sharing, sharingWithNobody } from './sharedSecret';

/** An account whose health changed, in the window that found out. */
export interface HealthChange {
  account: Account;
  before: Health;
}

/** A stored text that is no document of accounts this version can read. It holds secrets. */
export interface UnreadableAccounts {
  text: string;
  /** `unreadable` or `newer-version`. */
  reason: string | undefined;
}

/** The key of the one secret that all accounts are in. */
export const accountsKey = 'kiroModels.accounts';

/**
 * The accounts, kept as one secret that all windows share. Every change starts from what the secret holds at that
 * moment. Every method throws KiroError `storage` with reason `unreadable`, `newer-version` or `unavailable`, and a
 * document that cannot be read is never overwritten. A change also throws `timeout` with reason `refresh-lock`.
 */
export class AccountStore implements Disposable {
  private readonly secret: SharedSecret;
  private readonly healthChanges = new Emitter<HealthChange>();
  /** Something changed, here or in another window: look again. */
  readonly onDidChange: SharedSecret['onDidChange'];

  constructor(
    secrets: SecretStore,
    private readonly now: () => number,
    private readonly newId: () => string = randomUUID,
    private readonly sharing: Sharing = sharingWithNobody(),
  ) {
    this.secret = new SharedSecret({ ...sharing, secrets, key: accountsKey, stampOf });
    this.onDidChange = this.secret.onDidChange;
  }

  /** An account's health changed by what this window did: heard in this window only, so that a person is told once. */
  readonly onDidChangeHealth = this.healthChanges.event;

  dispose(): void {
    this.secret.dispose();
  }

  /** Everything there is, after the changes this window has under way. */
  async read(): Promise<AccountsDocument> {
    return parseDocument(await this.secret.read());
  }

  async list(): Promise<Account[]> {
    return (await this.read()).accounts;
  }

  /** The account whose models are used; undefined where there is none. */
  async active(): Promise<Account | undefined> {
    const { accounts, activeId } = await this.read();
    return accounts.find((account) => account.id === activeId);
  }

  async find(id: string): Promise<Account | undefined> {
    return (await this.list()).find((account) => account.id === id);
  }

  /**
   * Adds a login, or gives it to the account it belongs to (see `identity`): that one keeps its id, its place and the
   * label a person gave it, and is healthy again. The first account becomes the active one.
   */
  add(arrival: Arrival): Promise<{ account: Account; outcome: 'added' | 'updated' }> {
    return this.change((before) => {
      const { document, account } = withLogin(before, arrival, { id: this.newId(), addedAt: this.now() });
      const outcome = before.accounts.some((one) => one.id === account.id) ? 'updated' : 'added';
      return { document, result: { account, outcome } };
    });
  }

  /** Makes an account the active one. Throws KiroError `signed-out` with reason `account-gone` where it is not there. */
  setActive(id: string): Promise<void> {
    return this.change((document) => {
      if (!document.accounts.some((account) => account.id === id)) {
        throw new KiroError('signed-out', { reason: 'account-gone' });
      }
      return { document: { ...document, activeId: id }, result: undefined };
    });
  }

  /**
   * Forgets an account; where it was active, the next one becomes active. The answer is the account as it was stored last,
   * undefined where it was gone already.
   */
  remove(id: string): Promise<Account | undefined> {
    return this.change((document) => ({
      document: withoutAccount(document, id),
      result: document.accounts.find((account) => account.id === id),
    }));
  }

  /**
   * Changes an account by what it is at that moment; `change` answers what it was given where nothing is to change. The
   * answer is the account as it is stored then; undefined where it is gone.
   */
  update(id: string, change: (account: Account) => Account): Promise<Account | undefined> {
    return this.change((document) => {
      const accounts = document.accounts.map((account) => (account.id === id ? change(account) : account));
      return { document: { ...document, accounts }, result: accounts.find((account) => account.id === id) };
    });
  }

  /**
   * Adds what the service told about the person behind an account. Where that makes it the same as another account,
   * the two become one, under the other's id. The answer is the account as it is now; undefined where it is gone.
   */
  describe(id: string, facts: PersonFacts): Promise<Account | undefined> {
    return this.change((before) => {
      const { document, account } = withFacts(before, id, facts);
      return { document, result: account };
    });
  }

  /** Gives an account another login, in place: a renewed sign-in, or one of our own for a linked account. */
  replaceLogin(id: string, arrival: Arrival): Promise<Replacement> {
    return this.change((document) => withReplacedLogin(document, id, arrival));
  }

  /** What is stored, where that cannot be read as accounts; undefined where it can. */
  async unreadable(): Promise<UnreadableAccounts | undefined> {
    const text = await this.secret.read();
    try {
      parseDocument(text);
      return undefined;
    } catch (error) {
      if (!(error instanceof KiroError) || text === undefined) throw error;
      return { text, reason: error.reason };
    }
  }

  /**
   * Forgets what cannot be read, if that still is what is stored: another window may have repaired it meanwhile. Answers
   * whether it did.
   */
  reset(unreadable: string): Promise<boolean> {
    return this.secret.change((stored, revision) =>
      stored === unreadable ? { text: this.stamped(noAccounts, revision), result: true } : { result: false },
    );
  }

  /** Makes everybody look again, as after a failure of the secret storage, which tells of no change. */
  lookAgain(): void {
    this.secret.lookAgain();
  }

  private async change<T>(
    change: (document: AccountsDocument) => { document: AccountsDocument; result: T },
  ): Promise<T> {
    const { before, document, result } = await this.secret.change((stored, revision) => {
      const before = parseDocument(stored);
      const changed = { before, ...change(before) };
      const isSame = JSON.stringify(changed.document) === JSON.stringify(before);
      return { text: isSame ? undefined : this.stamped(changed.document, revision), result: changed };
    });
    this.hearHealth(before.accounts, document.accounts);
    return result;
  }

  private stamped(document: AccountsDocument, revision: number): string {
    const sealKey = document.sealKey ?? (this.sharing.copies ? newSealKey() : undefined);
    return JSON.stringify({ ...document, revision, sealKey } satisfies AccountsDocument);
  }

  private hearHealth(before: readonly Account[], after: readonly Account[]): void {
    for (const account of after) {
      const known = before.find(({ id }) => id === account.id);
      if (known && known.health !== account.health) {
        this.healthChanges.fire({ account, before: known.health });
      }
    }
  }
}
