import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { TokenUpdate, WriteBackOutcome } from '../../import/tokenMerge';
import type { Account } from '../account';
import type { AccountStore } from '../storage/accountStore';
import { isDead } from '../storage/changes';

export interface WriteBackDeps {
  accounts: AccountStore;
  /** Puts renewed tokens into the place an account is linked to. */
  write: (account: Account, update: TokenUpdate, signal: AbortSignal) => Promise<WriteBackOutcome>;
  /** `off`: renewed tokens stay ours alone, and the other program is left with ones that are used up. */
  policy: () => 'on' | 'off';
  logger: Logger;
}

/** Gives a linked account's renewed tokens back to the program it shares them with, so that neither signs the other out. */
export class WriteBack {
  constructor(private readonly deps: WriteBackDeps) {}

  /** Whether there is something to put back, and leave to do so. */
  owes(account: Account): boolean {
    return account.sourceHolds !== undefined && !isDead(account) && this.deps.policy() === 'on';
  }

  /**
   * Puts back what is owed. The tokens are in our own store before this is tried, so a failure loses nothing: it is
   * logged, and remains owed. Throws only the signal's reason.
   */
  async settle(account: Account, signal: AbortSignal): Promise<void> {
    const { id, sourceHolds: held, tokens, profileArn } = account;
    if (held === undefined || !this.owes(account)) return;
    const { accounts, write, logger } = this.deps;
    try {
      const outcome = await write(account, { held, tokens, profileArn }, signal);
      await accounts.settle(id, held);
      logger.debug(`Renewed tokens of account ${id}: ${outcome} in its ${account.origin.kind} source.`);
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      logger.warn(`Renewed tokens of account ${id} could not be written back yet (${error.message}).`);
    }
  }
}
