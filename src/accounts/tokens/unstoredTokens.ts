import type { Login } from '../../auth/credentials';
import type { Renewed } from '../../auth/tokenEndpoint';
import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Account } from '../account';
import { isOurs, sameTokens } from '../identity';
import type { AccountStore } from '../storage/accountStore';
import { withRefreshed } from './tokenChanges';

export interface UnstoredTokensDeps {
  accounts: AccountStore;
  /** Ends a login of our own at the service; best effort. */
  revoke?: (login: Login) => Promise<void>;
  logger: Logger;
}

/** What the service answered for an account, as it was then. */
interface Refreshed {
  account: Account;
  renewed: Renewed;
}

/** What refreshes of ours brought, until it is where it belongs: lost with it would be the login. */
export class UnstoredTokens {
  private readonly all = new Map<string, Refreshed>();

  constructor(private readonly deps: UnstoredTokensDeps) {}

  /** What a refresh brought for an account. */
  add(account: Account, renewed: Renewed): void {
    this.all.set(account.id, { account, renewed });
  }

  /** Stores whatever is not yet. Throws KiroError `storage`. */
  async storeAll(): Promise<void> {
    for (const one of this.all.values()) await this.store(one);
  }

  /** Stores what there is for an account. The answer is the account with tokens that serve, though the store does not take them even now. */
  async serving(id: string): Promise<Account | undefined> {
    const one = this.all.get(id);
    if (!one) return undefined;
    try {
      await this.store(one);
      return undefined;
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      this.deps.logger.warn(
        `New tokens of account ${id} serve, but could not be stored yet (${error.message}).`,
      );
      return withRefreshed(one.account.tokens, one.renewed)(one.account);
    }
  }

  private async store({ account, renewed }: Refreshed): Promise<void> {
    const { accounts, revoke } = this.deps;
    const change = withRefreshed(account.tokens, renewed);
    const stored = (await accounts.update(account.id, change)) ?? (await this.storedByHeir(account, renewed));
    const isStored = stored && sameTokens(stored.tokens, renewed.tokens);
    // The account is gone, or has another login by now: its source still gets what belongs there, and our own login ends.
    if (!isStored && account.origin.kind !== 'own') await accounts.owe(change(account));
    this.all.delete(account.id);
    if (isOurs(account) && !stored) await revoke?.({ ...account, ...renewed });
  }

  /** An account that is gone may have been folded into another one, which has its login now. */
  private async storedByHeir({ tokens }: Account, renewed: Renewed): Promise<Account | undefined> {
    const { accounts } = this.deps;
    const heir = (await accounts.list()).find((one) => sameTokens(one.tokens, tokens));
    return heir && (await accounts.update(heir.id, withRefreshed(tokens, renewed)));
  }
}
