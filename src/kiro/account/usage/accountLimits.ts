import { Emitter } from '../../../base/emitter';
import { type Owner, PerAccountCache, type Store } from '../perAccountCache';
import { creditsAt, withMetered } from './credits';
import type { Subscription } from './usageLimits';

interface Reading {
  /** When the service was asked, in epoch milliseconds: what was metered later may not be part of it. */
  askedAt: number;
  subscription: Subscription;
}

/** What is known of an account's limits now. */
export interface Figures {
  subscription?: Subscription | undefined;
  /** When the service was last asked successfully, in epoch milliseconds. */
  readAt?: number | undefined;
  /** Why the last question to the service found no answer. */
  failure?: unknown;
}

export interface LimitsDeps {
  store: Store;
  /** Asks the service. Throws KiroError. */
  read: (owner: Owner, signal: AbortSignal) => Promise<Subscription>;
  /** Epoch milliseconds. */
  now: () => number;
  reportFailure: (error: unknown) => void;
}

/**
 * What each account has and what is used of it: as the service said last, and what it metered since. A reply's metering is
 * exact, and there at once; a reading corrects what became of it.
 */
export class Limits {
  private readonly readings: PerAccountCache<Reading>;
  private readonly metered = new Map<string, { at: number; credits: number }[]>();
  private readonly failures = new Map<string, unknown>();
  private readonly changed = new Emitter<void>();
  /** Fires when there is something else to show: a figure, how fresh it is, or why it is not. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly deps: LimitsDeps) {
    this.readings = new PerAccountCache({
      store: deps.store,
      key: 'kiroModels.limits.1',
      read: (owner, signal) => this.ask(owner, signal),
      maxAgeMs: 5 * 60_000,
      now: deps.now,
      reportFailure: deps.reportFailure,
    });
    this.readings.onDidChange(() => this.changed.fire());
  }

  /** An account's subscription as known now. Never waits; what is old is read again behind the caller's back. */
  get(owner: Owner): Subscription | undefined {
    return this.current(owner.id, this.readings.get(owner));
  }

  /** The same, with how fresh it is; nothing is read for that. */
  figures(owner: Owner): Figures {
    const reading = this.readings.peek(owner);
    return {
      subscription: this.current(owner.id, reading),
      readAt: reading?.askedAt,
      failure: this.failures.get(owner.id),
    };
  }

  /** Asks for an account's limits now. Callers at the same time share one reading. Throws what `read` throws. */
  refresh(owner: Owner, signal: AbortSignal): Promise<void> {
    return this.readings.refresh(owner, signal);
  }

  /** Takes over what was just read. */
  async remember(owner: Owner, subscription: Subscription): Promise<void> {
    const reading = { askedAt: this.deps.now(), subscription };
    this.succeeded(owner.id, reading.askedAt);
    await this.readings.remember(owner, reading);
  }

  /** A reply cost so many credits. */
  add(accountId: string, credits: number): void {
    const since = this.metered.get(accountId) ?? [];
    this.metered.set(accountId, [...since, { at: this.deps.now(), credits }]);
    this.changed.fire();
  }

  /** Forgets accounts that are gone. */
  keepOnly(ids: readonly string[]): Promise<void> {
    return this.readings.keepOnly(ids);
  }

  private async ask(owner: Owner, signal: AbortSignal): Promise<Reading> {
    const askedAt = this.deps.now();
    try {
      const subscription = await this.deps.read(owner, signal);
      this.succeeded(owner.id, askedAt);
      return { askedAt, subscription };
    } catch (error) {
      this.failures.set(owner.id, error);
      this.changed.fire();
      throw error;
    }
  }

  private succeeded(accountId: string, askedAt: number): void {
    this.failures.delete(accountId);
    const later = this.metered.get(accountId)?.filter(({ at }) => at >= askedAt) ?? [];
    this.metered.set(accountId, later);
  }

  private current(accountId: string, reading: Reading | undefined): Subscription | undefined {
    if (!reading) return undefined;
    const { subscription, askedAt } = reading;
    const credits = (this.metered.get(accountId) ?? [])
      .filter(({ at }) => at >= askedAt)
      .reduce((sum, one) => sum + one.credits, 0);
    const now = this.deps.now();
    return {
      ...subscription,
      credits: subscription.credits && withMetered(creditsAt(subscription.credits, now), credits),
      others: subscription.others?.map((one) => creditsAt(one, now)),
    };
  }
}
