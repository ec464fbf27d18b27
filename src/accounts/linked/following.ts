import type { Login } from '../../auth/credentials';
import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Account, SourceProblem } from '../account';
import { compareLogins, isKnown, type Likeness, sameClient } from '../identity';
import { type PersonFacts, sameTokens } from '../storage/changes';

export interface FollowingDeps {
  /** What the place a linked account came from holds now; undefined where it holds nothing or the account is not linked. */
  rereadLinked: (account: Account, signal: AbortSignal) => Promise<Login | undefined>;
  /** Asks the service whose login this is. Without it, a login in the linked place is taken on trust. */
  identify?: (login: Login, signal: AbortSignal) => Promise<PersonFacts>;
  /** Epoch milliseconds. */
  now: () => number;
  logger: Logger;
}

/** What a look at the place an account is linked to has shown. */
export interface Sighting {
  problem: SourceProblem | undefined;
  /** Other tokens than the account has, if they are this account's own. */
  news?: Login;
}

/** Follows what another program does with a login that an account shares with it. */
export class Following {
  /** The last login judged for an account, so that a foreign one is asked about once. */
  private readonly judged = new Map<string, { access: string; likeness: Likeness }>();

  constructor(private readonly deps: FollowingDeps) {}

  /** What the linked place has for an account. Where something is wrong there, the log tells it once. */
  async look(account: Account, signal: AbortSignal): Promise<Sighting> {
    if (account.origin.kind === 'own') return { problem: undefined };
    const sighting = await this.sight(account, signal);
    const { problem, because } = sighting;
    if (problem && problem !== account.sourceProblem) {
      const why = because ? `${problem}: ${because.message}` : problem;
      this.deps.logger.warn(
        `Account ${account.id} keeps the login it has; its source has none for it (${why}).`,
      );
    }
    return sighting;
  }

  private async sight(account: Account, signal: AbortSignal): Promise<Sighting & { because?: KiroError }> {
    try {
      const found = await this.deps.rereadLinked(account, signal);
      return found ? await this.judge(account, found, signal) : { problem: 'gone' };
    } catch (because) {
      // The account's own refresh token may well work, so an unreadable source is no reason to stop.
      if (!(because instanceof KiroError)) throw because;
      return { problem: because.reason === 'no-database' ? 'gone' : 'unreadable', because };
    }
  }

  private async judge(account: Account, found: Login, signal: AbortSignal): Promise<Sighting> {
    if (sameTokens(found.tokens, account.tokens) || isUsedUp(found, account)) return { problem: undefined };
    switch (await this.likeness(account, found, signal)) {
      case 'same':
        return { problem: undefined, news: found };
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

/** The place still holds what a refresh of ours has used up: asking the service about it would be asking with a dead token. */
function isUsedUp({ tokens }: Login, account: Account): boolean {
  const { sourceHolds } = account;
  return (
    sourceHolds !== undefined && tokens.refresh === sourceHolds && sourceHolds !== account.tokens.refresh
  );
}
