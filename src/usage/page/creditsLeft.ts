import { type Html, html } from '../../base/page/html';
import { t } from '../../base/words/l10n';
import { creditsText, longDayText, timeText } from '../figures';
import type { Turn } from '../turn';
import { type Pace, paceOf } from '../usageSummary';
import { burnLine } from './charts';
import { table } from './tables';
import type { UsagePage } from './usagePage';

const dayMs = 86_400_000;
const drawnPoints = 360;

/** Whose credits are looked at, and how fast they go. */
export type Spending = ReturnType<typeof spendingOf>;

/** The turns that take from the credits of which it is known how many are left, and how fast. */
export function spendingOf({ turns, now, limits }: UsagePage): { own: Turn[]; pace: Pace | undefined } {
  const own = turns.filter(({ accountId }) => accountId === limits?.accountId);
  return { own, pace: paceOf(own, { now, left: limits?.left, resetsAt: limits?.resetsAt }) };
}

/** What is left of the active account’s credits, how it became so, and when they end at this pace. */
export function burn({ now, limits, labelOf }: UsagePage, { own, pace }: Spending): Html {
  if (limits?.left === undefined) return html``;
  const points = pointsOf(own, { ...limits, left: limits.left, now });
  const end = pace && endOf(pace, limits.left, now, limits.resetsAt);
  const rows = thinned(points, 30).map(
    (point) => html`<tr><th scope="row">${timeText(point.at)}</th><td>${creditsText(point.left)}</td></tr>`,
  );
  return html`<section><h2>${t('Credits left of {0}', labelOf(limits.accountId))}</h2>${burnLine(t('Credits left, so far and at this pace'), thinned(points, drawnPoints), end)}${table(t('Credits left, by time'), [t('Time'), t('Left')], rows)}</section>`;
}

/** What was left after each turn, the earliest first, as far back as these credits go. */
function pointsOf(
  own: readonly Turn[],
  {
    left,
    limit,
    resetsAt,
    now,
  }: { left: number; limit?: number | undefined; resetsAt?: number | undefined; now: number },
): { at: number; left: number }[] {
  const points = [{ at: now, left }];
  // Plans are monthly: what was spent before the last reset was not of what is left now.
  const since = Math.max(now - 30 * dayMs, (resetsAt ?? 0) - 31 * dayMs);
  let before = left;
  for (const { at, credits } of own.toReversed()) {
    before += credits ?? 0;
    if (at <= since || before > (limit ?? Number.POSITIVE_INFINITY)) break;
    points.push({ at, left: before });
  }
  return points.reverse();
}

/** So many of them at most, with the last: a line of a few hundred pixels shows no more, and drawing them is waited for. */
function thinned<Point>(points: readonly Point[], most: number): Point[] {
  const every = Math.ceil(points.length / most);
  return points.filter((_, index) => index === points.length - 1 || index % every === 0);
}

function endOf(
  { runsOutAt, creditsPerDay }: { runsOutAt: number | undefined; creditsPerDay: number },
  left: number,
  now: number,
  resetsAt: number | undefined,
): { at: number; left: number; label: string } | undefined {
  if (runsOutAt !== undefined)
    return { at: runsOutAt, left: 0, label: t('Runs out {0}', longDayText(runsOutAt)) };
  if (resetsAt === undefined || resetsAt < now) return undefined;
  const then = Math.max(0, left - ((resetsAt - now) / dayMs) * creditsPerDay);
  return { at: resetsAt, left: then, label: t('Resets {0}', longDayText(resetsAt)) };
}
