import type { Login } from '../../auth/credentials';
import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Account, Origin, SourceProblem } from '../account';
import { type Identity, sameTokens } from '../identity';
import type { AccountStore } from '../storage/accountStore';
import type { Linked } from './sourceWriter';

export interface SourceReaderDeps {
  accounts: Pick<AccountStore, 'find'>;
  identity: Pick<Identity, 'whoseIs'>;
  /** What the source of a linked account holds now; undefined where it holds nothing. */
  readSource: (account: Linked, signal: AbortSignal) => Promise<Login | undefined>;
  /** Whether new tokens could be put into the source of an account. */
  canWrite?: (account: Linked) => Promise<boolean>;
  /** Whether a source is on this machine. */
  isHere?: (origin: Origin) => boolean;
  /** Whether the refresh token of this login was used up or refused. */
  isSpent?: (login: Login) => Promise<boolean>;
  logger: Logger;
}

/** What the source of an account holds. */
export interface SourceState {
  problem: SourceProblem | undefined;
  /** Another login than the account has, which is proven to be this account's. */
  newer?: Login;
  /** Another login than the account has, and nobody can tell whose. */
  unproven?: Login;
}

/** Reads what another program has of a login that an account shares with it. */
export class SourceReader {
  constructor(private readonly deps: SourceReaderDeps) {}

  /** The state of an account's source. Where something is wrong there, the log tells it once. */
  async read(account: Account, signal: AbortSignal): Promise<SourceState> {
    if (account.origin.kind === 'own') return { problem: undefined };
    // In a window on another machine it shares its login with nobody.
    if (this.deps.isHere?.(account.origin) === false) return { problem: account.sourceProblem };
    const state = await this.reread(account, signal);
    const { problem, because } = state;
    if (problem && problem !== account.sourceProblem) {
      const why = because ? `${problem}: ${because.message}` : problem;
      this.deps.logger.warn(
        problem === 'read-only'
          ? `The source of account ${account.id} cannot be given new tokens, and will have to sign in again after the next refresh.`
          : `Account ${account.id} keeps the login it has; its source has none for it (${why}).`,
      );
    }
    return state;
  }

  private async reread(
    account: Account,
    signal: AbortSignal,
  ): Promise<SourceState & { because?: KiroError }> {
    try {
      const found = await this.deps.readSource(account, signal);
      if (!found) return { problem: 'gone' };
      const state = await this.judged(account, found, signal);
      // Known, and told, before the first refresh of ours uses up what is there.
      const isReadOnly = state.problem !== 'other-login' && (await this.deps.canWrite?.(account)) === false;
      return isReadOnly ? { ...state, problem: 'read-only' } : state;
    } catch (because) {
      // The account's own refresh token may well work, so an unreadable source is no reason to stop.
      if (!(because instanceof KiroError)) throw because;
      return { problem: because.reason === 'no-database' ? 'gone' : 'unreadable', because };
    }
  }

  // Somebody else may have signed in to the other program since: their tokens must not become this account's.
  private async judged(account: Account, found: Login, signal: AbortSignal): Promise<SourceState> {
    const hasNothing = sameTokens(found.tokens, account.tokens) || isUsedUp(found, account);
    if (hasNothing || (await this.deps.isSpent?.(found))) return { problem: undefined };
    const owner = await this.deps.identity.whoseIs(found, signal);
    if (owner.kind === 'account' && owner.account.id === account.id)
      return { problem: undefined, newer: found };
    // Asking whose it is may have shown whose the account is, too.
    const isKnown = Boolean((await this.deps.accounts.find(account.id))?.userId);
    const isOthers = owner.kind === 'account' || (owner.kind === 'other' && isKnown);
    return isOthers
      ? { problem: 'other-login' }
      : { problem: lasting(account.sourceProblem), unproven: found };
  }
}

/** The source still holds what a refresh of ours has used up. */
function isUsedUp({ tokens }: Login, account: Account): boolean {
  const { sourceHolds } = account;
  return (
    sourceHolds !== undefined && tokens.refresh === sourceHolds && sourceHolds !== account.tokens.refresh
  );
}

// What was seen by reading lasts until it is seen otherwise; whether a place can be written is seen each time.
function lasting(problem: SourceProblem | undefined): SourceProblem | undefined {
  return problem === 'read-only' ? undefined : problem;
}
