import { sleep } from '../../base/async';
import { KiroError } from '../../base/errors';
import type { Account } from '../account';
import { sameTokens } from '../identity';
import type { AccountStore } from '../storage/accountStore';

export interface MachineTurnsDeps {
  accounts: AccountStore;
  /** Which machine this window's files are on; without it, nothing is known of others. */
  machine?: string;
  /** Whether this window is not on the machine where the secrets are. */
  isRemote?: boolean;
  wait?: typeof sleep;
  /** Epoch milliseconds. */
  now: () => number;
}

// More than the clocks of two machines differ.
const precedenceMs = 60 * 60_000;
// A claim outranks the end of another one, a moment earlier, that its window has not heard of yet.
const changesPerMs = 8;
// What a window stores, the others hear of within a fraction of that (see `SecretRecords`).
const heardAfterMs = 1000;
const pauseMs = 200;
// Longer than a refresh takes.
const patienceMs = 30_000;
// Who has claimed may have new tokens that its storage does not take for hours. A machine that is gone gives up in a day.
const abandonedMs = 24 * 60 * 60_000;

/**
 * Windows on several machines share accounts and no locks, so that two would send one refresh token. Each says in the
 * account that it is about to. One on the desktop itself goes on at once; a remote one waits until it would have heard of
 * another, whose word wins.
 */
export class MachineTurns {
  /** The claim of another machine on an account, and when this window saw it first. */
  private readonly seen = new Map<string, { claim: string; at: number }>();

  constructor(private readonly deps: MachineTurnsDeps) {}

  /**
   * Settles when it is this machine's turn to refresh an account; the answer is the account where another was faster.
   * Throws KiroError `signed-out` with reason `spent` where the service has refused its token elsewhere, `timeout` with
   * reason `refresh-lock` where another machine does not finish, and `storage`.
   */
  async turnOf(account: Account, signal: AbortSignal): Promise<Account | undefined> {
    const { accounts, machine, isRemote, wait = sleep, now } = this.deps;
    let ours: string | undefined;
    for (let waited = 0; waited <= patienceMs; waited += pauseMs) {
      const found = await accounts.claimed(account.id);
      if (!found) throw new KiroError('signed-out', { reason: 'account-gone' });
      if (!sameTokens(found.account.tokens, account.tokens)) return found.account;
      if (found.account.condition?.isRefused) throw new KiroError('signed-out', { reason: 'spent' });
      if (machine === undefined || (ours && found.claim === ours)) return undefined;
      if (this.isFree(account.id, found.claim)) {
        ours = `${machine} ${now()}`;
        const rank = changesPerMs * (now() + (isRemote ? 0 : precedenceMs));
        await accounts.claim(account.id, ours, rank);
        // What was claimed is looked at once more: by now another one may have it.
        if (isRemote) await wait(heardAfterMs, signal);
        continue;
      }
      await wait(pauseMs, signal);
    }
    throw new KiroError('timeout', { reason: 'refresh-lock' });
  }

  /** A refresh that came to nothing is over. */
  async release({ id }: Account): Promise<void> {
    const { accounts } = this.deps;
    if (this.isOurs((await accounts.claimed(id))?.claim)) await accounts.claim(id, undefined);
  }

  private isFree(id: string, claim: string | undefined): boolean {
    if (claim === undefined || this.isOurs(claim)) return true;
    const now = this.deps.now();
    const known = this.seen.get(id);
    if (known?.claim === claim) return now - known.at > abandonedMs;
    this.seen.set(id, { claim, at: now });
    return false;
  }

  private isOurs(claim: string | undefined): boolean {
    return claim?.startsWith(`${this.deps.machine} `) ?? false;
  }
}
