import type { Calendar, Day } from './calendar';
import type { Turn } from './turn';

/** What turns add up to. A figure that no turn has is undefined: what the service did not tell is not nothing. */
export interface Totals {
  turns: number;
  credits: number | undefined;
  /** Tokens that were not read from the cache. */
  input: number | undefined;
  output: number | undefined;
  /** Tokens that were read from the cache. */
  cached: number | undefined;
}

const dayMs = 86_400_000;

/** All that turns add up to. */
export function totalsOf(turns: readonly Turn[]): Totals {
  const totals: Totals = {
    turns: turns.length,
    credits: undefined,
    input: undefined,
    output: undefined,
    cached: undefined,
  };
  for (const { credits, input, output, cached } of turns) {
    if (credits !== undefined) totals.credits = (totals.credits ?? 0) + credits;
    if (input !== undefined) totals.input = (totals.input ?? 0) + input;
    if (output !== undefined) totals.output = (totals.output ?? 0) + output;
    if (cached !== undefined) totals.cached = (totals.cached ?? 0) + cached;
  }
  return totals;
}

/** Totals by what turns have in common, the one with the most credits first. */
export function totalsBy(
  turns: readonly Turn[],
  keyOf: (turn: Turn) => string,
): { key: string; totals: Totals }[] {
  const groups = [...Map.groupBy(turns, keyOf)].map(([key, group]) => ({ key, totals: totalsOf(group) }));
  return groups.sort((one, other) => (other.totals.credits ?? 0) - (one.totals.credits ?? 0));
}

/** Credits for a thousand tokens, of the turns that tell both. */
export function creditsPerThousand(turns: readonly Turn[]): number | undefined {
  let credits = 0;
  let tokens = 0;
  for (const { credits: cost, input, output, cached = 0 } of turns) {
    if (cost === undefined || input === undefined || output === undefined) continue;
    credits += cost;
    tokens += input + output + cached;
  }
  return tokens > 0 ? (credits / tokens) * 1000 : undefined;
}

/** What a day cost. */
export interface DayCredits {
  day: Day;
  credits: number;
  byModel: Map<string, number>;
}

/** Credits of each of these days, by the name of the model. A day without turns is there, and has none. */
export function creditsByDay(
  turns: readonly Turn[],
  days: readonly Day[],
  { calendar, nameOf }: { calendar: Calendar; nameOf: (model: string) => string },
): DayCredits[] {
  const rows = new Map(days.map((day) => [day, { day, credits: 0, byModel: new Map<string, number>() }]));
  for (const { at, model, credits = 0 } of turns) {
    const row = rows.get(calendar.dayOf(at));
    if (!row) continue;
    row.credits += credits;
    const name = nameOf(model);
    row.byModel.set(name, (row.byModel.get(name) ?? 0) + credits);
  }
  return [...rows.values()];
}

/** The part of the input that was read from the cache, of the turns in which the service told; undefined for none. */
export function cacheShare(turns: readonly Turn[]): number | undefined {
  let input = 0;
  let cached = 0;
  for (const turn of turns) {
    if (turn.cached === undefined || turn.input === undefined) continue;
    input += turn.input + turn.cached;
    cached += turn.cached;
  }
  return input > 0 ? cached / input : undefined;
}

/** The part of the credits that nobody asked for in person: titles, summaries, subagents. Undefined without credits. */
export function backgroundShare(turns: readonly Turn[]): number | undefined {
  const all = totalsOf(turns).credits;
  if (!all) return undefined;
  return (totalsOf(turns.filter(({ kind }) => kind !== 'chat')).credits ?? 0) / all;
}

export interface Pace {
  creditsPerDay: number;
  /** When nothing would be left, in epoch milliseconds; undefined where the credits come back before. */
  runsOutAt: number | undefined;
}

/**
 * How fast credits go, by the last seven days (or since the first turn, but at least one day), and when none would be
 * left. Undefined where no credits were spent.
 */
export function paceOf(
  turns: readonly Turn[],
  { now, left, resetsAt }: { now: number; left: number | undefined; resetsAt?: number | undefined },
): Pace | undefined {
  const recent = turns.filter(({ at }) => at > now - 7 * dayMs && at <= now);
  const credits = totalsOf(recent).credits;
  const first = recent[0];
  if (!credits || !first) return undefined;
  const creditsPerDay = credits / Math.max(1, (now - first.at) / dayMs);
  const end = left === undefined ? undefined : now + (Math.max(0, left) / creditsPerDay) * dayMs;
  const isBefore = end !== undefined && (resetsAt === undefined || end < resetsAt);
  return { creditsPerDay, runsOutAt: isBefore ? end : undefined };
}
