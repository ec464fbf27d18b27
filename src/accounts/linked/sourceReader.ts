import type { Login } from '../../auth/credentials';
import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Account, SourceProblem } from '../account';
import { compareLogins, isKnown, type Likeness, sameClient, sameTokens } from '../identity';
import type { PersonFacts } from '../storage/changes';

export interface SourceReaderDeps {
  /** What the source of a linked account holds now; undefined where it holds nothing. */
  readSource: (account: Account, signal: AbortSignal) => Promise<Login | undefined>;
  /** Asks the service whose login this is. Without it, a login in the source is taken on trust. */
  identify?: (login: Login, signal: AbortSignal) => Promise<PersonFacts>;
  /** Epoch milliseconds. */
  now: () => number;
  logger: Logger;
}

/** What the source of an account holds. */
export interface SourceState {
  problem: SourceProblem | undefined;
  /** Other tokens than the account has, if they are this account's own. */
  newer?: Login;
}

/** Reads what another program has of a login that an account shares with it, and judges whether it is the account's. */
export class SourceReader {
  /** The last login judged for an account, so that a foreign one is asked about once. */
  private readonly judged = new Map<string, { access: string; likeness: Likeness }>();

  constructor(private readonly deps: SourceReaderDeps) {}

  /** The state of an account's source. Where something is wrong there, the log tells it once. */
  async read(account: Account, signal: AbortSignal): Promise<SourceState> {
    if (account.origin.kind === 'own') return { problem: undefined };
    const state = await this.reread(account, signal);
    const { problem, because } = state;
    if (problem && problem !== account.sourceProblem) {
      const why = because ? `${problem}: ${because.message}` : problem;
      this.deps.logger.warn(
        `Account ${account.id} keeps the login it has; its source has none for it (${why}).`,
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
      return found ? await this.judge(account, found, signal) : { problem: 'gone' };
    } catch (because) {
      // The account's own refresh token may well work, so an unreadable source is no reason to stop.
      if (!(because instanceof KiroError)) throw because;
      return { problem: because.reason === 'no-database' ? 'gone' : 'unreadable', because };
    }
  }

  private async judge(account: Account, found: Login, signal: AbortSignal): Promise<SourceState> {
    if (sameTokens(found.tokens, account.tokens) || isUsedUp(found, account)) return { problem: undefined };
    switch (await this.likeness(account, found, signal)) {
      case 'same':
        return { problem: undefined, newer: found };
      case 'different':
        return { problem: 'other-login' };
      case 'unknown':
        return { problem: account.sourceProblem };
    }
  }

  /**
   * Somebody else may have signed in to the other program since: their tokens must not become this account's. `unknown`
   * where the service does not tell.
   */
  private async likeness(account: Account, found: Login, signal: AbortSignal): Promise<Likeness> {
    const likeness = compareLogins(account, found);
    if (likeness !== 'unknown') return likeness;
    if (found.grant.kind === 'oidc') return sameClient(account.grant, found.grant) ? 'same' : 'different';
    const { identify, now } = this.deps;
    // A token that has ended cannot be asked about, and refreshing one that is not ours would take it from its owner.
    if (!identify || !isKnown(account) || found.tokens.expiresAt <= now()) return 'same';
    const judged = this.judged.get(account.id);
    if (judged?.access === found.tokens.access) return judged.likeness;
    try {
      const identified = compareLogins(account, { ...found, ...(await identify(found, signal)) });
      this.judged.set(account.id, { access: found.tokens.access, likeness: identified });
      return identified;
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      this.deps.logger.warn(
        `It could not be told whose login the source of account ${account.id} holds (${error.message}).`,
      );
      return 'unknown';
    }
  }
}

/** The source still holds what a refresh of ours has used up: asking the service about it would be asking with a dead token. */
function isUsedUp({ tokens }: Login, account: Account): boolean {
  const { sourceHolds } = account;
  return (
    sourceHolds !== undefined && tokens.refresh === sourceHolds && sourceHolds !== account.tokens.refresh
  );
}
