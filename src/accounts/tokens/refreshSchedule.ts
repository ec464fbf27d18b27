import { isRenewable } from '../../auth/refresh';
import type { Account } from '../account';
import { isSignedOut } from '../health';

export interface RefreshScheduleDeps {
  /** Epoch milliseconds. */
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  /** How long before its expiry a token is refreshed, in milliseconds. */
  marginMs: () => number;
  /** Whether new tokens still wait to be written back. */
  hasPendingWriteBack: (account: Account) => boolean;
}

interface Attempt {
  failures: number;
  /** The next try; all in epoch milliseconds. */
  at: number;
  /** The earliest it may be brought forward to. */
  earliest: number;
}

const leastPauseMs = 30_000;
const mostPauseMs = 15 * 60_000;
const mostJitterMs = 60_000;

/** When which account wants care: by the ends of its token and its registration, and by how the last try went. */
export class RefreshSchedule {
  private readonly attempts = new Map<string, Attempt>();
  private readonly jitters = new Map<string, { expiresAt: number; ms: number }>();

  constructor(private readonly deps: RefreshScheduleDeps) {}

  /** When an account is to be refreshed or written back, in epoch milliseconds; Infinity where never. */
  dueAt(account: Account): number {
    if (account.grant.kind === 'apiKey' || isSignedOut(account) || account.health === 'suspended')
      return Infinity;
    const wanted = this.deps.hasPendingWriteBack(account) ? 0 : this.refreshAt(account);
    return Math.max(wanted, this.attempts.get(account.id)?.at ?? 0);
  }

  /** A try brought this. Where that still is not enough, the next one comes no sooner than its token's half life. */
  succeeded(account: Account): void {
    this.attempts.delete(account.id);
    const now = this.deps.now();
    if (this.dueAt(account) > now) return;
    const pause = this.deps.hasPendingWriteBack(account)
      ? leastPauseMs * 2
      : (account.tokens.expiresAt - now) / 2;
    const at = now + Math.max(leastPauseMs, pause);
    this.attempts.set(account.id, { failures: 0, at, earliest: at });
  }

  /** A try failed for now: later, and ever later. */
  failed(id: string, retryAfterMs = 0): void {
    const now = this.deps.now();
    const failures = (this.attempts.get(id)?.failures ?? 0) + 1;
    const pause = Math.min(mostPauseMs, leastPauseMs * 2 ** (failures - 1)) * (1 + this.deps.random() / 4);
    const earliest = now + Math.max(leastPauseMs, retryAfterMs);
    this.attempts.set(id, { failures, at: Math.max(earliest, now + pause), earliest });
  }

  /** The person is back, perhaps with a network: what failed is tried again as soon as is fair. */
  hurry(): void {
    for (const attempt of this.attempts.values()) attempt.at = attempt.earliest;
  }

  // Spread a little, so that accounts that were added together do not stay in step for ever.
  private refreshAt(account: Account): number {
    const { id, tokens } = account;
    const margin = isRenewable(account) ? this.deps.marginMs() : 0;
    let jitter = this.jitters.get(id);
    if (jitter?.expiresAt !== tokens.expiresAt) {
      const ms = this.deps.random() * Math.min(mostJitterMs, margin / 4);
      jitter = { expiresAt: tokens.expiresAt, ms };
      this.jitters.set(id, jitter);
    }
    return tokens.expiresAt - margin + jitter.ms;
  }
}
