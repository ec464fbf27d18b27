import type { Login } from '../auth/credentials';
import { isPermanent, isRenewable, type Renewed } from '../auth/refresh';
import { orAborted, SingleFlight } from '../base/async';
import type { Disposable } from '../base/emitter';
import { KiroError } from '../base/errors';
import type { Session, SessionSource } from '../kiro/session';
import type { Account } from './account';
import type { AccountStore } from './accountStore';
import { isDead, sameTokens } from './changes';
import { Following, type FollowingParts } from './following';
import { sessionOf } from './loginSession';

export interface SessionsParts extends FollowingParts {
  accounts: AccountStore;
  refresh: (login: Login, signal: AbortSignal) => Promise<Renewed>;
  /** How long before its expiry a token is renewed, in milliseconds. */
  marginMs?: () => number;
  /** The service's region for logins whose profile does not tell; us-east-1 by default. */
  defaultRegion?: () => string;
}

const defaultMarginMs = 10 * 60_000;
// After a refresh the token serves at least this long before the next one: after a failed one, so that no request waits
// on a dead network; after a good one, because a service could hand out tokens that live shorter than the margin.
const restMs = 30_000;

/** Sessions of the stored accounts, with tokens that are good: one refresh at a time per account, whoever asks. */
export class Sessions implements SessionSource, Disposable {
  private readonly flights = new SingleFlight<Account>();
  private readonly restUntil = new Map<string, number>();
  private readonly closing = new AbortController();

  private readonly following: Following;

  constructor(private readonly parts: SessionsParts) {
    this.following = new Following(parts);
  }

  dispose(): void {
    this.closing.abort();
  }

  /** See SessionSource. A caller that gives up stops waiting; the refresh goes on for the others. */
  async current(options: {
    accountId?: string | undefined;
    rejected?: string | undefined;
    signal: AbortSignal;
  }): Promise<Session> {
    const { accountId, rejected, signal } = options;
    signal.throwIfAborted();
    const account = await this.account(accountId);
    if (!isDead(account) && this.serves(account, rejected)) return this.sessionOf(account);
    try {
      const renewed = await orAborted(this.renewed(account), signal);
      if (renewed.tokens.access !== rejected) return this.sessionOf(renewed);
      // A flight that was under way when the token was rejected may have brought that very token.
      const again = await orAborted(this.renewed(renewed), signal);
      return this.sessionOf(again);
    } catch (error) {
      if (signal.aborted || isPermanent(error) || !this.isValid(account, rejected)) throw error;
      if (!(error instanceof KiroError)) throw error;
      this.parts.logger.warn(
        `Refresh of account ${account.id} failed (${error.message}); its token still serves.`,
      );
      return this.sessionOf(account);
    }
  }

  private sessionOf(account: Account): Session {
    return sessionOf(account.id, account, this.parts.defaultRegion?.() ?? 'us-east-1');
  }

  private async account(id: string | undefined): Promise<Account> {
    const { accounts } = this.parts;
    const account = id === undefined ? await accounts.active() : await accounts.find(id);
    if (!account) throw new KiroError('signed-out', { reason: 'no-account' });
    return account;
  }

  /** Good for a while, or good for now and not the time to try again. */
  private serves(account: Account, rejected: string | undefined): boolean {
    if (!this.isValid(account, rejected)) return false;
    return this.isFresh(account) || this.parts.now() < (this.restUntil.get(account.id) ?? 0);
  }

  private isFresh(account: Account): boolean {
    if (account.grant.kind === 'apiKey') return true;
    const margin = isRenewable(account) ? (this.parts.marginMs?.() ?? defaultMarginMs) : 0;
    return account.tokens.expiresAt - this.parts.now() > margin;
  }

  private isValid({ tokens, grant }: Account, rejected: string | undefined): boolean {
    if (tokens.access === rejected) return false;
    return grant.kind === 'apiKey' || tokens.expiresAt > this.parts.now();
  }

  private renewed(stale: Account): Promise<Account> {
    return this.flights.run(stale.id, async () => {
      try {
        const account = await this.renew(stale, this.closing.signal);
        this.rest(stale.id, restMs);
        return account;
      } catch (error) {
        if (error instanceof KiroError) this.rest(stale.id, Math.max(restMs, error.retryAfterMs ?? 0));
        throw error;
      }
    });
  }

  private rest(id: string, ms: number): void {
    this.restUntil.set(id, this.parts.now() + ms);
  }

  /** An account with another, fresh token than the stale one: somebody else's refresh if there was one, else our own. */
  private async renew(stale: Account, signal: AbortSignal): Promise<Account> {
    const stored = await this.account(stale.id);
    const found = await this.following.newsOf(stored, signal);
    const account = found && isLater(found, stored) ? await this.stored(stored, found) : stored;
    if (account.tokens.access !== stale.tokens.access && this.isFresh(account)) return account;
    if (isDead(account)) throw signedOut(account);
    try {
      return await this.refreshed(account, signal);
    } catch (error) {
      if (!isPermanent(error)) throw error;
      const rotated = await this.rotatedSince(account, signal);
      if (!rotated) return await this.ended(account, error);
      return this.isFresh(rotated) ? rotated : await this.refreshedOrEnded(rotated, signal);
    }
  }

  /** A refused refresh token may only mean that somebody else used it first: the account with what they got for it. */
  private async rotatedSince(refused: Account, signal: AbortSignal): Promise<Account | undefined> {
    const stored = await this.account(refused.id);
    if (!sameTokens(stored.tokens, refused.tokens)) return stored;
    const found = await this.following.newsOf(stored, signal);
    return found && (await this.stored(stored, found));
  }

  private async refreshedOrEnded(account: Account, signal: AbortSignal): Promise<Account> {
    try {
      return await this.refreshed(account, signal);
    } catch (error) {
      return await this.ended(account, error);
    }
  }

  /** Rethrows; where only a new sign-in helps, the account says so from now on. */
  private async ended(account: Account, error: unknown): Promise<never> {
    if (error instanceof KiroError && isPermanent(error)) {
      const health = error.code === 'registration-expired' ? error.code : 'signed-out';
      await this.parts.accounts.setHealth(account.id, account.tokens, health);
    }
    throw error;
  }

  private async refreshed(account: Account, signal: AbortSignal): Promise<Account> {
    return await this.stored(account, await this.parts.refresh(account, signal));
  }

  private async stored(account: Account, renewed: Renewed): Promise<Account> {
    const stored = await this.parts.accounts.replaceTokens(account.id, account.tokens, renewed);
    if (!stored) throw new KiroError('signed-out', { reason: 'no-account' });
    return stored;
  }
}

function isLater(found: Login, account: Account): boolean {
  return found.tokens.expiresAt > account.tokens.expiresAt;
}

function signedOut({ health }: Account): KiroError {
  return new KiroError(health === 'registration-expired' ? health : 'signed-out', { reason: 'login-ended' });
}
