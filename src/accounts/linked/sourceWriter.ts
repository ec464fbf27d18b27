import type { Login } from '../../auth/credentials';
import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { TokenUpdate, WriteBackOutcome } from '../../import/tokenMerge';
import type { Account } from '../account';
import { isSignedOut } from '../health';

/** An account as far as its source is concerned. */
export type Linked = Pick<Account, 'id' | 'origin'>;

export interface SourceWriterDeps {
  /** What the source of a linked account holds now; undefined where it holds nothing. */
  readSource: (account: Linked, signal: AbortSignal) => Promise<Login | undefined>;
  /** Puts new tokens into the source of a linked account. Without it they stay ours alone. */
  writeToSource?: (account: Linked, update: TokenUpdate, signal: AbortSignal) => Promise<WriteBackOutcome>;
  /** `off`: the other program is left with tokens that are used up. */
  writeBackPolicy?: () => 'on' | 'off';
  /** Whether the refresh token of this login was used up or refused. */
  isSpent?: (login: Login) => Promise<boolean>;
  logger: Logger;
}

/** Gives new tokens to the program that an account shares its login with, so that neither signs the other out. */
export class SourceWriter {
  /** What a source is still to get of a login that no account has any more. */
  private readonly debts = new Map<string, Linked & { update: TokenUpdate }>();

  constructor(private readonly deps: SourceWriterDeps) {}

  /** Whether there is leave to write anything. */
  isAllowed(): boolean {
    const { writeToSource, writeBackPolicy } = this.deps;
    return writeToSource !== undefined && writeBackPolicy?.() !== 'off';
  }

  /** Whether new tokens of an account wait to be written back, and may be. */
  isPending(account: Account): boolean {
    return this.isAllowed() && account.sourceHolds !== undefined && !isSignedOut(account);
  }

  /** Writes what is pending for an account, all of which is in our own store. Answers whether that is done; the log says why not. */
  async write(account: Account, signal: AbortSignal): Promise<boolean> {
    const { sourceHolds: held, tokens, profileArn } = account;
    if (held === undefined || !this.isPending(account)) return false;
    return await this.tried(account, { held, tokens, profileArn }, signal);
  }

  /**
   * Writes tokens of a login that no account has, in place of the refresh token they were made from. Where that cannot be
   * done now, `retry` does it. Answers whether it is done.
   */
  async giveBack(
    { id, origin }: Linked,
    held: string | undefined,
    tokens: Omit<TokenUpdate, 'held'>,
  ): Promise<boolean> {
    if (origin.kind === 'own' || held === undefined || !this.isAllowed()) return false;
    const debt = { id, origin, update: { held, ...tokens } };
    const isWritten = await this.tried(debt, debt.update, new AbortController().signal);
    if (!isWritten) this.debts.set(id, debt);
    return isWritten;
  }

  /** Tries again what could not be given back. */
  async retry(signal: AbortSignal): Promise<void> {
    for (const [id, debt] of this.debts)
      if (await this.tried(debt, debt.update, signal)) this.debts.delete(id);
  }

  private async tried(account: Linked, update: TokenUpdate, signal: AbortSignal): Promise<boolean> {
    const { logger } = this.deps;
    try {
      const outcome = await this.put(account, update, signal);
      logger.debug(`New tokens of account ${account.id}: ${outcome} in its ${account.origin.kind} source.`);
      return true;
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      logger.warn(`New tokens of account ${account.id} could not be written back yet (${error.message}).`);
      return false;
    }
  }

  // What is there may be something else of ours that is used up, and would sign the other program out as well.
  private async put(account: Linked, update: TokenUpdate, signal: AbortSignal): Promise<WriteBackOutcome> {
    const { writeToSource, readSource, isSpent } = this.deps;
    if (!writeToSource) return 'gone';
    const outcome = await writeToSource(account, update, signal);
    const found = outcome === 'other' ? await readSource(account, signal) : undefined;
    if (!found?.tokens.refresh || !(await isSpent?.(found))) return outcome;
    return await writeToSource(account, { ...update, held: found.tokens.refresh }, signal);
  }
}
