import { isRenewable } from '../../auth/credentials';
import { orAborted, SingleFlight } from '../../base/async';
import type { Disposable } from '../../base/emitter';
import { KiroError, needsSignIn } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Session, SessionSource } from '../../kiro/transport/session';
import type { Account } from '../account';
import { isSignedOut } from '../health';
import type { AccountStore } from '../storage/accountStore';
import { sessionOf } from './loginSession';
import type { TokenRefresher } from './tokenRefresher';

export interface SessionsDeps {
  accounts: AccountStore;
  refresher: Pick<TokenRefresher, 'refresh' | 'revive' | 'writeBack' | 'adoptFromSource'>;
  /** How long before its expiry a token is refreshed, in milliseconds. */
  marginMs?: () => number;
  /** The service's region for logins whose profile does not tell; us-east-1 by default. */
  defaultRegion?: () => string;
  /** Epoch milliseconds. */
  now: () => number;
  logger: Logger;
}

/** How long before its expiry a token is refreshed where nothing else is said, in milliseconds. */
export const defaultMarginMs = 10 * 60_000;
// After a refresh the token serves at least this long before the next one: after a failed one, so that no request waits
// on a dead network; after a good one, because a service could hand out tokens that live shorter than the margin.
const restMs = 30_000;

/** Sessions of the stored accounts, with tokens that are good: one refresh at a time per account, whoever asks. */
export class Sessions implements SessionSource, Disposable {
  private readonly flights = new SingleFlight<Account>();
  /** Flights that wait for another window or process. */
  private readonly waiting = new Map<string, PromiseWithResolvers<void>>();
  private readonly restUntil = new Map<string, number>();
  private readonly closing = new AbortController();

  constructor(private readonly deps: SessionsDeps) {}

  dispose(): void {
    this.closing.abort();
  }

  /**
   * See SessionSource. A caller that gives up stops waiting; the refresh goes on for the others. A suspended account is
   * KiroError `suspended` at no request, until a person has it looked at again (`HealthRecorder.recheck`).
   */
  async current(options: {
    accountId?: string | undefined;
    rejected?: string | undefined;
    signal: AbortSignal;
  }): Promise<Session> {
    const { accountId, rejected, signal } = options;
    signal.throwIfAborted();
    const account = await this.account(accountId);
    if (account.health === 'suspended') {
      throw new KiroError('suspended', { reason: account.condition?.reason });
    }
    if (!isSignedOut(account) && this.serves(account, rejected)) return this.sessionOf(account);
    try {
      const refreshed = await this.awaited(account, rejected, signal);
      if (refreshed.tokens.access !== rejected) return this.sessionOf(refreshed);
      // A flight that was under way when the token was rejected may have brought that very token.
      return this.sessionOf(await this.awaited(refreshed, rejected, signal));
    } catch (error) {
      if (signal.aborted || needsSignIn(error) || !this.isValid(account, rejected)) throw error;
      if (!(error instanceof KiroError)) throw error;
      this.deps.logger.warn(
        `Refresh of account ${account.id} failed (${error.message}); its token still serves.`,
      );
      return this.sessionOf(account);
    }
  }

  /**
   * Refreshes an account's token if its time has come, and writes back what is pending for its source; for whoever keeps
   * accounts alive in the background. Does nothing for an account that has ended or is suspended. Throws as `current`, also where
   * the old token would still serve.
   */
  async keepAlive(accountId: string): Promise<Account> {
    const account = await this.account(accountId);
    if (isSignedOut(account) || account.health === 'suspended') return account;
    if (!this.isFresh(account)) return await orAborted(this.refreshed(account), this.closing.signal);
    await this.deps.refresher.writeBack(accountId, this.closing.signal);
    return await this.account(accountId);
  }

  /** Tries an account that has ended once more, for a person who asks. Throws as `current`. */
  async revive(accountId: string): Promise<void> {
    const account = await this.account(accountId);
    if (!isSignedOut(account)) return;
    await this.deps.refresher.revive(accountId, this.closing.signal);
  }

  /** Takes over what an account's source has newer, at once instead of at the next refresh. */
  async adoptFromSource(accountId: string): Promise<Account> {
    return await this.deps.refresher.adoptFromSource(accountId, this.closing.signal);
  }

  private sessionOf(account: Account): Session {
    return sessionOf(account.id, account, this.deps.defaultRegion?.() ?? 'us-east-1');
  }

  private async account(id: string | undefined): Promise<Account> {
    const { accounts } = this.deps;
    const account = id === undefined ? await accounts.active() : await accounts.find(id);
    if (!account)
      throw new KiroError('signed-out', { reason: id === undefined ? 'no-account' : 'account-gone' });
    return account;
  }

  /** Good for a while, or good for now and not the time to try again. */
  private serves(account: Account, rejected: string | undefined): boolean {
    if (!this.isValid(account, rejected)) return false;
    return this.isFresh(account) || this.deps.now() < (this.restUntil.get(account.id) ?? 0);
  }

  private isFresh(account: Account): boolean {
    if (account.grant.kind === 'apiKey') return true;
    const margin = isRenewable(account) ? (this.deps.marginMs?.() ?? defaultMarginMs) : 0;
    return account.tokens.expiresAt - this.deps.now() > margin;
  }

  private isValid({ tokens, grant }: Account, rejected: string | undefined): boolean {
    if (tokens.access === rejected) return false;
    return grant.kind === 'apiKey' || tokens.expiresAt > this.deps.now();
  }

  /** The refreshed account; or the one there is, if its token is good and another window or process is at it. */
  private async awaited(
    account: Account,
    rejected: string | undefined,
    signal: AbortSignal,
  ): Promise<Account> {
    const flight = this.refreshed(account);
    const waits = this.waiting.get(account.id)?.promise.then(() => account);
    const either = waits && this.isValid(account, rejected) ? Promise.race([flight, waits]) : flight;
    return await orAborted(orAborted(either, this.closing.signal), signal);
  }

  private refreshed(stale: Account): Promise<Account> {
    return this.flights.run(stale.id, async () => {
      const waiting = Promise.withResolvers<void>();
      this.waiting.set(stale.id, waiting);
      try {
        const options = { signal: this.closing.signal, onHeld: waiting.resolve };
        const account = await this.deps.refresher.refresh(stale, options);
        this.rest(stale.id, restMs);
        return account;
      } catch (error) {
        if (error instanceof KiroError) this.rest(stale.id, Math.max(restMs, error.retryAfterMs ?? 0));
        throw error;
      } finally {
        this.waiting.delete(stale.id);
      }
    });
  }

  private rest(id: string, ms: number): void {
    this.restUntil.set(id, this.deps.now() + ms);
  }
}
