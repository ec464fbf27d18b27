import type { Tokens } from '../auth/credentials';
import { KiroError, ownBudget } from '../base/errors';
import type { Account, Condition, Health } from './account';
import { sameTokens } from './identity';
import type { AccountStore } from './storage/accountStore';

/** What was found out about an account. */
export interface Finding extends Condition {
  health: Health;
  /** The tokens it was found out with, and says something about. Without them it is about the person's account. */
  seenOn?: Tokens | undefined;
}

/** Whether only a new login helps: the refresh token or its client registration has ended. */
export function isSignedOut({ health }: Pick<Account, 'health'>): boolean {
  return health === 'signed-out' || health === 'registration-expired';
}

/** Whether the source of an account still holds what a refresh has used up, and is to get what came of it. */
export function owesSource(account: Account): boolean {
  return account.sourceHolds !== undefined && !isSignedOut(account);
}

/** The health at a moment (epoch milliseconds): what ends by itself has ended then. */
export function healthAt({ health, condition }: Account, now: number): Health {
  return condition?.until !== undefined && condition.until <= now ? 'active' : health;
}

/** An account as it is found to be; one that lasts keeps its time. A login that has ended stays so until there is another. */
export function withHealth(account: Account, { health, seenOn, ...condition }: Finding): Account {
  const isConcerned = seenOn ? sameTokens(account.tokens, seenOn) : !isSignedOut(account);
  if (!isConcerned) return account;
  if (health === 'active') return healthy(account);
  const since = account.health === health ? account.condition?.since : undefined;
  return { ...account, health, condition: { ...condition, since: since ?? condition.since } };
}

/** The account with nothing wrong with it. */
export function healthy(account: Account): Account {
  return { ...account, health: 'active', condition: undefined };
}

/** What a refused request says about the account it was made with; undefined where it says nothing. */
export function limitIn(error: unknown): 'suspended' | 'out-of-credits' | undefined {
  if (!(error instanceof KiroError)) return undefined;
  if (error.code === 'suspended') return 'suspended';
  // The limits under this code that are not an account's: a conversation's, and what the person wants to spend.
  const isAccounts = error.reason !== 'CONVERSATION_LIMIT_EXCEEDED' && error.reason !== ownBudget;
  return error.code === 'quota' && isAccounts ? 'out-of-credits' : undefined;
}

export interface HealthRecorderDeps {
  accounts: AccountStore;
  /** When an account's used-up credits come back, in epoch milliseconds; undefined where that is not known. */
  creditsReturn?: (account: Account) => number | undefined;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Keeps what requests show about accounts. Every method throws KiroError `storage`. */
export class HealthRecorder {
  constructor(private readonly deps: HealthRecorderDeps) {}

  /** Notes what a failed request says about its account. */
  async failed(accountId: string, error: unknown): Promise<void> {
    const health = limitIn(error);
    if (!health || !(error instanceof KiroError)) return;
    const { reason } = error;
    const { creditsReturn } = this.deps;
    await this.record(accountId, (account) => ({
      health,
      reason,
      until: health === 'out-of-credits' ? creditsReturn?.(account) : undefined,
    }));
  }

  /** Notes that an answer to a chat came: there are credits. */
  async answered(accountId: string): Promise<void> {
    const account = await this.deps.accounts.find(accountId);
    if (account?.health === 'out-of-credits') await this.record(accountId, () => ({ health: 'active' }));
  }

  /**
   * A person wants to know whether an account works again. `ask` asks the service, and answers which part of the credits
   * is used, where that is known. Throws what `ask` throws.
   */
  async recheck(accountId: string, ask: () => Promise<number | undefined>): Promise<void> {
    const before = await this.deps.accounts.find(accountId);
    const wasSuspended = before?.health === 'suspended';
    // Nothing is asked in the name of a suspended account.
    if (wasSuspended) await this.record(accountId, () => ({ health: 'active' }));
    try {
      const used = await ask();
      if (before?.health !== 'out-of-credits') return;
      if (used === undefined || used < 1) await this.record(accountId, () => ({ health: 'active' }));
    } catch (error) {
      if (limitIn(error)) await this.failed(accountId, error);
      // What did not reach the service says nothing.
      else if (wasSuspended)
        await this.record(accountId, () => ({ ...before.condition, health: 'suspended' }));
      throw error;
    }
  }

  private async record(
    accountId: string,
    finding: (account: Account) => Omit<Finding, 'since'>,
  ): Promise<void> {
    const since = this.deps.now();
    await this.deps.accounts.update(accountId, (account) =>
      withHealth(account, { ...finding(account), since }),
    );
  }
}
