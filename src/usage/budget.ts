import { orAborted, sleep } from '../base/async';
import { KiroError, ownBudget } from '../base/errors';
import type { Calendar } from './calendar';
import type { Spending } from './spending';

/** What a person wants to spend at most, in credits. Absent where they set no limit. */
export interface BudgetLimits {
  day?: number | undefined;
  month?: number | undefined;
}

export type Period = keyof BudgetLimits;

export interface BudgetDeps {
  spending: Pick<Spending, 'look' | 'today' | 'thisMonth'>;
  calendar: Calendar;
  limits: () => BudgetLimits;
  /** The account that is meant; undefined for all of them together. */
  accountId: () => Promise<string | undefined>;
  /** Says that most of it is used. */
  warn: (period: Period, spent: number, limit: number) => void;
  /** Asks whether to go on today. Undefined where nobody answers. */
  ask: (period: Period, spent: number, limit: number) => Promise<'go-on' | 'stop' | undefined>;
  /** Keeps what was said and answered, for all windows. */
  store: { get(key: string): unknown; update(key: string, value: unknown): PromiseLike<void> };
  /** Epoch milliseconds. */
  now: () => number;
}

const storeKey = 'kiroModels.budget.1';
const warnsFrom = 0.8;
const patienceMs = 1000;

/** A budget of which most is used, and the name of its day or month. */
interface Due {
  period: Period;
  spent: number;
  limit: number;
  name: string;
}

/** What was said and answered, each with the day or month it was said in. */
interface Said {
  warned?: { [period in Period]?: string };
  answer?: { day: string; is: 'go-on' | 'stop' };
}

/** Keeps spending within what the person wants: says so at 80 %, and asks once a day at 100 %. */
export class Budget {
  private question: Promise<'go-on' | 'stop' | undefined> | undefined;

  constructor(private readonly deps: BudgetDeps) {}

  /**
   * Settles when a request of this account may start; without a budget, at once. Throws KiroError `quota` with reason
   * `OWN_BUDGET` where the person chose to stop, or does not say.
   */
  async admit(accountId: string, signal: AbortSignal): Promise<void> {
    const { spending, limits, accountId: meant } = this.deps;
    const wanted = limits();
    if (wanted.day === undefined && wanted.month === undefined) return;
    const only = await orAborted(meant(), signal);
    if (only !== undefined && only !== accountId) return;
    // Where the history cannot be had, what this window knows has to do.
    await Promise.race([spending.look(), sleep(patienceMs, signal)]);
    for (const { period, spent, limit } of this.due(wanted, only)) {
      if (spent >= limit) await this.settle(period, spent, limit, signal);
    }
  }

  /** A turn has ended: says so where most of a budget is used. */
  async turnEnded(): Promise<void> {
    const wanted = this.deps.limits();
    if (wanted.day === undefined && wanted.month === undefined) return;
    for (const { period, spent, limit, name } of this.due(wanted, await this.deps.accountId())) {
      const said = this.said();
      // A budget of nothing is asked about, and nothing is used of it.
      if (spent === 0 || said.warned?.[period] === name) continue;
      await this.say({ ...said, warned: { ...said.warned, [period]: name } });
      this.deps.warn(period, spent, limit);
    }
  }

  /** The budgets that are used for the most part. */
  private due(wanted: BudgetLimits, only: string | undefined): Due[] {
    const { spending, calendar, now } = this.deps;
    const today = calendar.dayOf(now());
    return [
      { period: 'day', spent: spending.today(only), limit: wanted.day, name: today } as const,
      {
        period: 'month',
        spent: spending.thisMonth(only),
        limit: wanted.month,
        name: today.slice(0, 7),
      } as const,
    ].filter(
      (one): one is Due =>
        one.limit !== undefined && one.spent !== undefined && one.spent >= one.limit * warnsFrom,
    );
  }

  private async settle(period: Period, spent: number, limit: number, signal: AbortSignal): Promise<void> {
    const { calendar, now, ask } = this.deps;
    const day = calendar.dayOf(now());
    const said = this.said().answer;
    let answer = said?.day === day ? said.is : undefined;
    if (answer === undefined) {
      this.question ??= ask(period, spent, limit).finally(() => {
        this.question = undefined;
      });
      answer = await orAborted(this.question, signal);
      if (answer) await this.say({ ...this.said(), answer: { day, is: answer } });
    }
    if (answer !== 'go-on') throw new KiroError('quota', { reason: ownBudget });
  }

  private said(): Said {
    return (this.deps.store.get(storeKey) as Said | undefined) ?? {};
  }

  private async say(said: Said): Promise<void> {
    await this.deps.store.update(storeKey, said);
  }
}
