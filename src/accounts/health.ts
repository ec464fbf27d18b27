import { type ErrorCode, KiroError } from '../base/errors';
import type { Account, Health } from './account';
import type { AccountStore } from './accountStore';

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

/** Whether a failure means that the login is at its end: its refresh token, its client, or an API key. */
export function isLoginDead(error: unknown): boolean {
  const codes: readonly ErrorCode[] = ['signed-out', 'registration-expired', 'token-rejected'];
  return error instanceof KiroError && codes.includes(error.code);
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

  /** A person wants to know whether the account works again: the next request asks the service. */
  async recheck(accountId: string): Promise<void> {
    await this.accounts.setStanding(accountId, 'active');
  }
}
