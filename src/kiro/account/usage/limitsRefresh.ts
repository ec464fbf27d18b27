import { type sleep, timeLimit } from '../../../base/async';
import { isPassing } from '../../../base/errors';
import type { Owner } from '../perAccountCache';
import type { Limits } from './accountLimits';

export interface LimitsRefreshDeps {
  limits: Pick<Limits, 'refresh' | 'figures'>;
  /** The account of this id, or the active one; undefined where there is none. */
  owner: (id?: string) => Promise<Owner | undefined>;
  /** Whether somebody may be looking at this window. */
  isLookedAt: () => boolean;
  /** How often a reading after a turn is tried again. */
  retries: () => number;
  /** Epoch milliseconds. */
  now: () => number;
  wait: typeof sleep;
  reportFailure: (error: unknown) => void;
}

/** The service adds up what was used a moment later, and the next turn of an agent comes soon. */
const quietMs = 10_000;
/** A chat that goes on and on is read about all the same. */
const longestMs = 60_000;
/** What was read a moment ago, by this window or another, is fresh. */
const freshMs = 60_000;
const limitMs = 30_000;
/** The first pause after a reading that failed; each next one is twice as long. */
const pauseMs = 5000;

/** Has the limits read when they may have changed: after a turn, and when somebody looks. Never by the clock alone. */
export class LimitsRefresh {
  private readonly closing = new AbortController();
  private readonly waiting = new Map<string, { since: number; again: AbortController }>();

  constructor(private readonly deps: LimitsRefreshDeps) {}

  dispose(): void {
    this.closing.abort();
  }

  /** A turn of this account has ended. Settles when its limits were read, or another turn came before. Never rejects. */
  async turnEnded(accountId: string): Promise<void> {
    const { now, wait, owner, reportFailure } = this.deps;
    const before = this.waiting.get(accountId);
    before?.again.abort();
    const turn = { since: before?.since ?? now(), again: new AbortController() };
    this.waiting.set(accountId, turn);
    const signal = AbortSignal.any([turn.again.signal, this.closing.signal]);
    try {
      await wait(Math.min(quietMs, Math.max(0, turn.since + longestMs - now())), signal);
      await this.readAtLast(await owner(accountId), signal);
    } catch (error) {
      if (!signal.aborted) reportFailure(error);
    } finally {
      if (this.waiting.get(accountId) === turn) this.waiting.delete(accountId);
    }
  }

  /** Somebody looks at the active account, or may do so now. Never rejects. */
  async look(): Promise<void> {
    const { limits, owner, isLookedAt, now, reportFailure } = this.deps;
    if (!isLookedAt()) return;
    try {
      const active = await owner();
      const { readAt, failure } = active ? limits.figures(active) : {};
      const isFresh = failure === undefined && readAt !== undefined && Math.abs(now() - readAt) < freshMs;
      if (!isFresh) await this.read(active);
    } catch (error) {
      reportFailure(error);
    }
  }

  /** Tries again what may be over in a moment, until another turn comes. */
  private async readAtLast(owner: Owner | undefined, signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.read(owner);
      } catch (error) {
        if (!isPassing(error) || failures >= this.deps.retries()) throw error;
        await this.deps.wait(Math.max(error.retryAfterMs ?? 0, pauseMs * 2 ** failures), signal);
      }
    }
  }

  private async read(owner: Owner | undefined): Promise<void> {
    if (owner && !this.closing.signal.aborted) await this.deps.limits.refresh(owner, timeLimit(limitMs));
  }
}
