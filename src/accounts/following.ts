import type { Login } from '../auth/credentials';
import { KiroError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Account } from './account';
import { type PersonFacts, sameTokens } from './changes';
import { compareLogins, isKnown, sameClient } from './identity';

export interface FollowingParts {
  /** What the place a linked account came from holds now; undefined where it holds nothing or the account is not linked. */
  rereadLinked: (account: Account, signal: AbortSignal) => Promise<Login | undefined>;
  /** Asks the service whose login this is. Without it, a login in the linked place is taken on trust. */
  identify?: (login: Login, signal: AbortSignal) => Promise<PersonFacts>;
  /** Epoch milliseconds. */
  now: () => number;
  logger: Logger;
}

/** Follows what another program does with a login that an account shares with it. */
export class Following {
  /** The last login judged for an account, so that a foreign one is asked about once. */
  private readonly judged = new Map<string, { access: string; own: boolean }>();

  constructor(private readonly parts: FollowingParts) {}

  /** Other tokens than the account has, from the place it is linked to, if they are this account's own. */
  async newsOf(account: Account, signal: AbortSignal): Promise<Login | undefined> {
    const found = await this.read(account, signal);
    if (!found || sameTokens(found.tokens, account.tokens) || isUsedUp(found, account)) return undefined;
    return (await this.isOwn(account, found, signal)) ? found : undefined;
  }

  private async read(account: Account, signal: AbortSignal): Promise<Login | undefined> {
    try {
      return await this.parts.rereadLinked(account, signal);
    } catch (error) {
      // The account's own refresh token may well work, so an unreadable source is no reason to stop.
      return this.noted(error, `The source of account ${account.id} could not be read again`);
    }
  }

  /** Somebody else may have signed in to the other program since: their tokens must not become this account's. */
  private async isOwn(account: Account, found: Login, signal: AbortSignal): Promise<boolean> {
    const likeness = compareLogins(account, found);
    if (likeness !== 'unknown') return likeness === 'same';
    if (found.grant.kind === 'oidc') return sameClient(account.grant, found.grant);
    const { identify, now } = this.parts;
    // A token that has ended cannot be asked about, and refreshing one that is not ours would take it from its owner.
    if (!identify || !isKnown(account) || found.tokens.expiresAt <= now()) return true;
    const judged = this.judged.get(account.id);
    if (judged?.access === found.tokens.access) return judged.own;
    try {
      const own = compareLogins(account, { ...found, ...(await identify(found, signal)) }) === 'same';
      this.judged.set(account.id, { access: found.tokens.access, own });
      return own;
    } catch (error) {
      this.noted(error, `It could not be told whose login the source of account ${account.id} holds`);
      return false;
    }
  }

  private noted(error: unknown, what: string): undefined {
    if (!(error instanceof KiroError)) throw error;
    this.parts.logger.warn(`${what} (${error.message}).`);
  }
}

/** The place still holds what a refresh of ours has used up: asking the service about it would be asking with a dead token. */
function isUsedUp({ tokens }: Login, account: Account): boolean {
  const { sourceHolds } = account;
  return (
    sourceHolds !== undefined && tokens.refresh === sourceHolds && sourceHolds !== account.tokens.refresh
  );
}
