import { KiroError } from '../../base/errors';
import type { TokenUpdate, WriteBackOutcome } from '../../import/tokenMerge';
import type { Account, Origin } from '../account';
import { owesSource } from '../health';
import type { SourceReaderDeps } from './sourceReader';

/** An account as far as its source is concerned. */
export type Linked = Pick<Account, 'id' | 'origin'>;

export interface SourceWriterDeps
  extends Pick<SourceReaderDeps, 'readSource' | 'isSpent' | 'isHere' | 'logger'> {
  /** Puts new tokens into the source of a linked account. Without it they stay ours alone. */
  writeToSource?: (account: Linked, update: TokenUpdate, signal: AbortSignal) => Promise<WriteBackOutcome>;
  /** `off`: the other program is left with tokens that are used up. */
  writeBackPolicy?: () => 'on' | 'off';
}

/** Gives new tokens to the program that an account shares its login with, so that neither signs the other out. */
export class SourceWriter {
  constructor(private readonly deps: SourceWriterDeps) {}

  /** Whether there is leave to write anything. */
  isAllowed(): boolean {
    const { writeToSource, writeBackPolicy } = this.deps;
    return writeToSource !== undefined && writeBackPolicy?.() !== 'off';
  }

  /** Whether new tokens of an account wait to be written back, and may be: by a window on the machine of its source. */
  isPending(account: Account): boolean {
    return this.isAllowed() && awaitsWriteBack(account, this.deps.isHere);
  }

  /** Writes what is pending for an account, all of which is in our own store. Answers whether that is done; the log says why not. */
  async write(account: Account, signal: AbortSignal): Promise<boolean> {
    const { sourceHolds: held, tokens, profileArn } = account;
    if (held === undefined || !this.isPending(account)) return false;
    const { logger } = this.deps;
    try {
      const outcome = await this.put(account, { held, tokens, profileArn }, signal);
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

/** Whether the source of an account still holds what a refresh has used up, and is on this machine. */
export function awaitsWriteBack(account: Account, isHere: (origin: Origin) => boolean = () => true): boolean {
  return owesSource(account) && isHere(account.origin);
}
