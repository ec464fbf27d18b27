import { KiroError } from '../base/errors';
import type { Account, Health } from './account';
import type { AccountStore } from './storage/accountStore';

/** Health that is the account's own and not its login's: no refresh and no sign-in mends it. */
export type Standing = 'suspended' | 'out-of-credits';

/** What a refused request says about the account it was made with; undefined where it says nothing. */
export function standingIn(error: unknown): Standing | undefined {
  if (!(error instanceof KiroError)) return undefined;
  if (error.code === 'suspended') return 'suspended';
  // The one limit under this code that is a conversation's, not an account's.
  const isAccounts = error.reason !== 'CONVERSATION_LIMIT_EXCEEDED';
  return error.code === 'quota' && isAccounts ? 'out-of-credits' : undefined;
}

/** The health at a moment (epoch milliseconds): what ends by itself has ended then. */
export function healthAt({ health, condition }: Account, now: number): Health {
  return condition?.until !== undefined && condition.until <= now ? 'active' : health;
}

/** Keeps what requests show about accounts. Every method throws KiroError `storage`. */
export class Standings {
  constructor(
    private readonly accounts: AccountStore,
    /** When an account's used-up credits come back, in epoch milliseconds; undefined where that is not known. */
    private readonly creditsReturn: (account: Account) => number | undefined = () => undefined,
  ) {}

  /** Notes what a failed request says about its account. */
  async failed(accountId: string, error: unknown): Promise<void> {
    const standing = standingIn(error);
    if (!standing || !(error instanceof KiroError)) return;
    const account = await this.accounts.find(accountId);
    const until = account && standing === 'out-of-credits' ? this.creditsReturn(account) : undefined;
    await this.accounts.setStanding(accountId, standing, { reason: error.reason, until });
  }

  /** Notes that an answer to a chat came: there are credits. */
  async answered(accountId: string): Promise<void> {
    const account = await this.accounts.find(accountId);
    if (account?.health === 'out-of-credits') await this.accounts.setStanding(accountId, 'active');
  }

  /**
   * A person wants to know whether an account works again. `ask` asks the service, and answers which part of the credits
   * is used, where that is known. Throws what `ask` throws.
   */
  async recheck(accountId: string, ask: () => Promise<number | undefined>): Promise<void> {
    const before = await this.accounts.find(accountId);
    const wasSuspended = before?.health === 'suspended';
    // Nothing is asked in the name of a suspended account.
    if (wasSuspended) await this.accounts.setStanding(accountId, 'active');
    try {
      const used = await ask();
      if (before?.health !== 'out-of-credits') return;
      if (used === undefined || used < 1) await this.accounts.setStanding(accountId, 'active');
    } catch (error) {
      if (standingIn(error)) await this.failed(accountId, error);
      // What did not reach the service says nothing.
      else if (wasSuspended) await this.accounts.setStanding(accountId, 'suspended', before.condition);
      throw error;
    }
  }
}
