/**
 * How accounts are kept: this module alone reads and changes them, and the others keep its texts in the secret storage.
 * Nothing here knows what a token is good for.
 */
import { randomUUID } from 'node:crypto';
import { type Disposable, Emitter } from '../../base/emitter';
import { KiroError } from '../../base/errors';
import type { Account, Health, StoredAccounts } from '../account';
import { owesSource } from '../health';
import { sameOrigin, sameTokens } from '../identity';
import {
  type Arrival,
  type PersonFacts,
  type Replacement,
  withFacts,
  withLogin,
  withoutAccount,
  withReplacedLogin,
} from './changes';
import { type AccountRecord, parseChoice, parseRecord, textOf } from './record';
import { SecretRecords, type SecretRecordsDeps, type SecretStore } from './secretRecords';

/** An account whose health changed, in the window that found out. */
export interface HealthChange {
  account: Account;
  before: Health;
}

/** Stored texts that are no accounts this version can read. They hold secrets. */
export interface UnreadableAccounts {
  text: string;
  /** `unreadable` or `newer-version`. */
  reason: string | undefined;
}

/** What the keys of the accounts begin with, each of which is a secret of its own. */
export const accountKey = 'kiroModels.account.';
const choiceKey = 'kiroModels.accountChoice';

/**
 * The accounts, each a secret of its own, so that windows on several machines, which share secrets and nothing else, never
 * store one account over another. Every method throws KiroError `storage` with reason `unreadable`, `newer-version`,
 * `unfit` or `unavailable`. What cannot be read is never overwritten, and hides no other account.
 */
export class AccountStore implements Disposable {
  private readonly records: SecretRecords;
  private readonly healthChanges = new Emitter<HealthChange>();
  private readonly newDebts = new Emitter<void>();
  /** Something changed, here or in another window: look again. */
  readonly onDidChange: SecretRecords['onDidChange'];
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(
    secrets: SecretStore,
    private readonly now: () => number,
    private readonly newId: () => string = randomUUID,
    private readonly deps: Pick<SecretRecordsDeps, 'wait'> & {
      /** Which machine the sources of logins that come to this window are on. */
      machine?: string;
    } = {},
  ) {
    const { wait } = deps;
    this.records = new SecretRecords({ ...(wait && { wait }), secrets, prefix: 'kiroModels.account' });
    this.onDidChange = this.records.onDidChange;
  }

  /** An account's health changed by what this window did: heard in this window only, so that a person is told once. */
  readonly onDidChangeHealth = this.healthChanges.event;

  /** An account lost a login that is still to be written back to its source (see `debts`); in this window only. */
  readonly onDidOwe = this.newDebts.event;

  dispose(): void {
    this.records.dispose();
  }

  /** Everything there is that can be read, the oldest account first, after the changes this window has under way. */
  async read(): Promise<StoredAccounts> {
    await this.underWay;
    return await this.stored();
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
    return (await this.claimed(id))?.account;
  }

  /**
   * Adds a login, or gives it to the account it belongs to (see `identity`): that one keeps its id, its place and the
   * label a person gave it, and is healthy again. The first account becomes the active one.
   */
  add(arrival: Arrival): Promise<{ account: Account; outcome: 'added' | 'updated' }> {
    return this.change((before) => {
      // The order of the list is that of the times.
      const addedAt = Math.max(this.now(), ...before.accounts.map((one) => one.addedAt + 1));
      const { document, account } = withLogin(before, this.located(arrival), { id: this.newId(), addedAt });
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
   * Forgets an account, if it `is` one to forget still; where it was active, the next one becomes active. The answer is
   * the account as it was stored last, undefined where it was not forgotten or gone already.
   */
  remove(id: string, is: (account: Account) => boolean = () => true): Promise<Account | undefined> {
    return this.change((document) => {
      const found = document.accounts.find((account) => account.id === id && is(account));
      return { document: found ? withoutAccount(document, id) : document, result: found };
    });
  }

  /**
   * Changes an account by what it is at that moment; `change` answers what it was given where nothing is to change. The
   * answer is the account as it is stored then; undefined where it is gone.
   */
  update(id: string, change: (account: Account) => Account): Promise<Account | undefined> {
    return this.inTurn(async () => {
      const before = await this.accountRecord(id);
      return before && (await this.save(before, change(before.account)));
    });
  }

  /** An account, and who is about to refresh it, as far as this window has heard; undefined where it is gone. */
  async claimed(id: string): Promise<Pick<AccountRecord, 'account' | 'claim'> | undefined> {
    await this.underWay;
    return await this.accountRecord(id);
  }

  /**
   * Tells windows on other machines who is about to refresh an account; of two that are told at the same moment, the one
   * with the greater `rank` counts. Throws KiroError `storage`.
   */
  claim(id: string, claim: string | undefined, rank = 0): Promise<void> {
    return this.inTurn(async () => {
      const record = await this.accountRecord(id);
      if (!record) return;
      const revision = Math.max(record.revision + 1, rank);
      await this.records.write(accountKey + id, textOf({ ...record, claim, revision }));
    });
  }

  /** Logins that no account has any more, each of which its source is still to be given: as accounts with ids of their own. */
  async debts(): Promise<Account[]> {
    await this.underWay;
    return (await this.parsed()).debts;
  }

  /** Keeps such a login, whatever becomes of this window. Answers its id, for `paid`. */
  owe(login: Account): Promise<string> {
    return this.inTurn(() => this.keepDebt({ ...login, id: this.newId() }));
  }

  /** Its source has it, or has no use for it. */
  paid(id: string): Promise<void> {
    return this.inTurn(() => this.records.delete(accountKey + id));
  }

  /** Throws KiroError `storage` where nothing could be stored now: before a token is spent, or a person signs in. */
  prove(): Promise<void> {
    return this.inTurn(() => this.records.prove());
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
    return this.change((document) => withReplacedLogin(document, id, this.located(arrival)));
  }

  /** What is stored and cannot be read; undefined where all can. */
  async unreadable(): Promise<UnreadableAccounts | undefined> {
    await this.underWay;
    const { unreadable } = await this.parsed();
    const [first, ...others] = unreadable;
    if (!first) return undefined;
    const text = others.length ? JSON.stringify(unreadable.map(({ text }) => text)) : first.text;
    const isNewer = unreadable.some(({ reason }) => reason === 'newer-version');
    return { text, reason: isNewer ? 'newer-version' : 'unreadable' };
  }

  /**
   * Forgets what cannot be read, if that still is what is stored: another window may have repaired it meanwhile. Answers
   * whether it did.
   */
  async reset(unreadable: string): Promise<boolean> {
    if ((await this.unreadable())?.text !== unreadable) return false;
    return await this.inTurn(async () => {
      for (const { key } of (await this.parsed()).unreadable) await this.records.delete(key);
      return true;
    });
  }

  /** Forgets everything, what cannot be read and what is still owed included, and every other secret of ours but these. */
  forgetAll(kept: readonly string[]): Promise<void> {
    return this.inTurn(() => this.records.deleteAllBut(kept));
  }

  /** Makes everybody look again, as after a failure of the secret storage, which tells of no change. */
  lookAgain(): void {
    this.records.lookAgain();
  }

  private inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const run = this.underWay.then(operation);
    this.underWay = run.then(
      () => undefined,
      // The caller of `operation` has the error; the next one is not concerned.
      () => undefined,
    );
    return run;
  }

  private change<T>(
    change: (document: StoredAccounts) => { document: StoredAccounts; result: T },
  ): Promise<T> {
    return this.inTurn(async () => {
      for (;;) {
        const before = await this.stored();
        const { document, result } = change(before);
        for (const account of document.accounts) await this.save(await this.record(account.id), account);
        const kept = new Set(document.accounts.map(({ id }) => id));
        const gone = before.accounts.filter(({ id }) => !kept.has(id));
        // Another window may have given one of them a newer login meanwhile.
        if (!(await this.drop(gone))) continue;
        await this.choose(document.activeId);
        return result;
      }
    });
  }

  /** Forgets accounts. False where one of them has other tokens by now: then nothing of it is forgotten. */
  private async drop(accounts: readonly Account[]): Promise<boolean> {
    for (const account of accounts) {
      const stored = (await this.record(account.id))?.account;
      if (stored && !sameTokens(stored.tokens, account.tokens)) return false;
      if (owesSource(account)) await this.keepDebt(account);
      else await this.records.delete(accountKey + account.id);
    }
    return true;
  }

  private async save(before: AccountRecord | undefined, account: Account): Promise<Account> {
    const known = before?.account;
    if (known && JSON.stringify(known) === JSON.stringify(account)) return known;
    const { generation = 0, revision = 0 } = before ?? {};
    const isSameLogin = known && sameTokens(known.tokens, account.tokens);
    const record = {
      ...before,
      account,
      claim: isSameLogin ? before?.claim : undefined,
      generation: isSameLogin ? generation : generation + 1,
      revision: revision + 1,
    };
    await this.records.write(accountKey + account.id, textOf(record));
    if (known && owesSource(known) && !sameOrigin(known.origin, account.origin))
      await this.keepDebt({ ...known, id: this.newId() });
    if (known && known.health !== account.health) this.healthChanges.fire({ account, before: known.health });
    return account;
  }

  private async keepDebt(login: Account): Promise<string> {
    const key = accountKey + login.id;
    const { generation = 0, revision = 0 } = (await this.record(login.id)) ?? {};
    const stamp = { generation: generation + 1, revision: revision + 1 };
    await this.records.write(key, textOf({ account: login, ...stamp, isDebt: true }));
    this.newDebts.fire();
    return login.id;
  }

  private located(arrival: Arrival): Arrival {
    const { origin } = arrival;
    const { machine } = this.deps;
    if (origin.kind === 'own' || machine === undefined) return arrival;
    return { ...arrival, origin: { machine, ...origin } };
  }

  private async choose(activeId: string | undefined): Promise<void> {
    const stored = await this.stored();
    if (activeId === undefined || activeId === stored.activeId) return;
    const choice = parseChoice((await this.records.read(choiceKey)) ?? '');
    const revision = (choice?.revision ?? 0) + 1;
    await this.records.write(choiceKey, textOf({ generation: 0, revision, id: activeId }));
  }

  private async stored(): Promise<StoredAccounts> {
    const { accounts, unreadable, choice } = await this.parsed();
    const [first] = unreadable;
    if (first && accounts.length === 0) throw new KiroError('storage', { reason: first.reason });
    // The one that was chosen; the first one where there is none, or none any more.
    return { accounts, activeId: (accounts.find(({ id }) => id === choice?.id) ?? accounts[0])?.id };
  }

  private async parsed() {
    const accounts: Account[] = [];
    const debts: Account[] = [];
    const unreadable: (UnreadableAccounts & { key: string })[] = [];
    const texts = await this.records.all();
    for (const [key, text] of texts) {
      if (!key.startsWith(accountKey)) continue;
      try {
        const { account, isDebt } = parseRecord(text);
        (isDebt ? debts : accounts).push(account);
      } catch (error) {
        if (!(error instanceof KiroError)) throw error;
        unreadable.push({ key, text, reason: error.reason });
      }
    }
    accounts.sort((one, other) => one.addedAt - other.addedAt || (one.id < other.id ? -1 : 1));
    return { accounts, debts, unreadable, choice: parseChoice(texts.get(choiceKey) ?? '') };
  }

  private async accountRecord(id: string): Promise<AccountRecord | undefined> {
    const record = await this.record(id);
    return record?.isDebt ? undefined : record;
  }

  private async record(id: string): Promise<AccountRecord | undefined> {
    const text = await this.records.read(accountKey + id);
    return text === undefined ? undefined : parseRecord(text);
  }
}
