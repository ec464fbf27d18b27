import { Emitter } from '../base/emitter';
import type { Calendar } from './calendar';
import type { Turn } from './turn';
import type { UsageHistory } from './usageHistory';
import { type Pace, paceOf, totalsOf } from './usageSummary';

export interface SpendingDeps {
  history: Pick<UsageHistory, 'read'>;
  calendar: Calendar;
  /** Epoch milliseconds. */
  now: () => number;
}

/** A month with its last week before, for budgets and the pace. */
const keptMs = 40 * 86_400_000;
/** What other windows spent is looked up this often at most. */
const freshMs = 30_000;

/** What was spent lately, by all windows, at hand without waiting: this window's turns at once, others' when it looks. */
export class Spending {
  /** This window's turns, whether or not they are kept. */
  private own: Turn[] = [];
  /** Of all windows, the earliest first. */
  private turns: readonly Turn[] = [];
  private readAt: number | undefined;
  private reading: Promise<void> | undefined;
  private lastChat: string | undefined;
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly deps: SpendingDeps) {}

  /** A turn of this window, which the history has as well. */
  add(turn: Turn): void {
    if (turn.kind === 'chat' && turn.chat !== undefined) this.lastChat = turn.chat;
    this.own.push(turn);
    this.turns = [...this.turns, turn];
    this.changed.fire();
  }

  /** Looks up what other windows spent, unless that was a moment ago. Never rejects. */
  look(): Promise<void> {
    const { now } = this.deps;
    if (this.readAt !== undefined && Math.abs(now() - this.readAt) < freshMs) return Promise.resolve();
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /**
   * Credits since midnight where the person is, of one account or all; undefined before the history was read, and where
   * nothing was metered.
   */
  today(accountId?: string): number | undefined {
    const { calendar, now } = this.deps;
    return this.since(calendar.dayOf(now()), accountId);
  }

  /** Credits since the first of the month. */
  thisMonth(accountId?: string): number | undefined {
    const { calendar, now } = this.deps;
    return this.since(`${calendar.dayOf(now()).slice(0, 7)}-01`, accountId);
  }

  /** Credits of the conversation of this window's last chat. */
  ofChat(): number | undefined {
    if (this.lastChat === undefined) return undefined;
    return totalsOf(this.turns.filter(({ chat }) => chat === this.lastChat)).credits;
  }

  /** How fast an account's credits go. */
  pace(accountId: string, of: { left: number | undefined; resetsAt?: number | undefined }): Pace | undefined {
    const turns = this.turns.filter((turn) => turn.accountId === accountId);
    return paceOf(turns, { now: this.deps.now(), ...of });
  }

  private since(day: string, accountId: string | undefined): number | undefined {
    if (this.readAt === undefined) return undefined;
    const { calendar } = this.deps;
    const turns = this.turns.filter(
      (turn) => (accountId === undefined || turn.accountId === accountId) && calendar.dayOf(turn.at) >= day,
    );
    // Who has used nothing has used nothing; of turns that were not metered nobody knows.
    return turns.length === 0 ? 0 : totalsOf(turns).credits;
  }

  private async read(): Promise<void> {
    const { history, now } = this.deps;
    const since = now() - keptMs;
    const { turns } = await history.read(since);
    this.own = this.own.filter(({ at }) => at >= since);
    const own = new Set(this.own.map(nameOf));
    const others = turns.filter((turn) => !own.has(nameOf(turn)));
    this.turns = [...others, ...this.own].sort((one, other) => one.at - other.at);
    this.readAt = now();
    this.changed.fire();
  }
}

// A turn that is kept is the same turn.
const nameOf = ({ at, accountId, durationMs }: Turn) => `${at} ${accountId} ${durationMs}`;
