import { isRenewable } from '../../auth/credentials';
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

/** A pause after a try; all in epoch milliseconds. */
interface Pause {
  /** How many tries in a row did not bring what they were for. */
  tries: number;
  from: number;
  /** The next try. */
  until: number;
  /** The earliest it may be brought forward to. */
  earliest: number;
}

const leastPauseMs = 30_000;
const mostPauseMs = 15 * 60_000;
// The other program has lost nothing until it wants to refresh itself.
const mostWriteBackPauseMs = 4 * 60 * 60_000;
const mostJitterMs = 60_000;

/** When which account wants care: by the ends of its token and its registration, and by how the last try went. */
export class RefreshSchedule {
  private readonly refreshes = new Map<string, Pause>();
  private readonly writeBacks = new Map<string, Pause>();
  private readonly jitters = new Map<string, { expiresAt: number; ms: number }>();

  constructor(private readonly deps: RefreshScheduleDeps) {}

  /** When an account is to be refreshed or written back, in epoch milliseconds; Infinity where never. */
  dueAt(account: Account): number {
    const { id, grant, health } = account;
    if (grant.kind === 'apiKey' || isSignedOut(account) || health === 'suspended') return Infinity;
    const refreshAt = Math.max(this.refreshAt(account), this.endOf(this.refreshes.get(id)));
    const isPending = this.deps.hasPendingWriteBack(account);
    return isPending ? Math.min(refreshAt, this.endOf(this.writeBacks.get(id))) : refreshAt;
  }

  /**
   * A try brought this. Where that still is not enough, the next one comes no sooner than its token's half life; what could
   * not be written back is tried later, and ever later.
   */
  succeeded(account: Account): void {
    const { id, tokens } = account;
    const now = this.deps.now();
    this.refreshes.delete(id);
    if (this.refreshAt(account) <= now) {
      const until = now + Math.max(leastPauseMs, (tokens.expiresAt - now) / 2);
      this.refreshes.set(id, { tries: 0, from: now, until, earliest: until });
    }
    if (this.deps.hasPendingWriteBack(account)) this.pause(this.writeBacks, id, 0, mostWriteBackPauseMs);
    else this.writeBacks.delete(id);
  }

  /** A try failed for now: later, and ever later. */
  failed(id: string, retryAfterMs = 0): void {
    this.pause(this.refreshes, id, retryAfterMs, mostPauseMs);
    this.pause(this.writeBacks, id, retryAfterMs, mostPauseMs);
  }

  /** The person is back, perhaps with a network: what failed is tried again as soon as is fair. */
  hurry(): void {
    for (const pauses of [this.refreshes, this.writeBacks])
      for (const pause of pauses.values()) pause.until = pause.earliest;
  }

  private pause(pauses: Map<string, Pause>, id: string, leastMs: number, mostMs: number): void {
    const from = this.deps.now();
    const tries = (pauses.get(id)?.tries ?? 0) + 1;
    const ms = Math.min(mostMs, leastPauseMs * 2 ** (tries - 1)) * (1 + this.deps.random() / 4);
    const earliest = from + Math.max(leastPauseMs, leastMs);
    pauses.set(id, { tries, from, until: Math.max(earliest, from + ms), earliest });
  }

  // A clock that was set back since would make it last until it has caught up.
  private endOf(pause: Pause | undefined): number {
    return pause && pause.from <= this.deps.now() ? pause.until : 0;
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
