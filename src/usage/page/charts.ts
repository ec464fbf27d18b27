import { type Html, html } from '../../base/page/html';
import { languageTag } from '../../base/words/l10n';
import type { Day } from '../calendar';
import { compactText, creditsText, dayText } from '../figures';

/** A bar of a chart: what it is of, and how much each series has in it. */
export interface Bar {
  label: string;
  values: ReadonlyMap<string, number>;
}

const monthName = new Intl.DateTimeFormat(languageTag(), { month: 'short', timeZone: 'UTC' });
const width = 720;
const height = 160;
const left = 44;
// Half of the widest label below the last bar.
const right = 18;
const bottom = 20;
// Half of a label beside the topmost line.
const above = 10;

/** The class that colors a series, by its place among all: there are six colors of charts in a theme, then one for the rest. */
export function seriesClass(series: readonly string[], name: string): string {
  return `series-${Math.min(series.indexOf(name), 6)}`;
}

/** Bars side by side, stacked by series. `labelEvery` says how many of the labels below them are shown. */
export function stackedBars(
  title: string,
  bars: readonly Bar[],
  series: readonly string[],
  labelEvery: number,
): Html {
  const totals = bars.map(({ values }) => [...values.values()].reduce((sum, value) => sum + value, 0));
  const top = niceTop(Math.max(...totals, 0));
  const step = (width - left - right) / bars.length;
  const y = (value: number) => (height - bottom) * (1 - value / top) + above;
  const columns = bars.map(({ values, label }, index) => {
    let below = 0;
    const rects = series.map((name) => {
      const value = values.get(name) ?? 0;
      if (value === 0) return html``;
      const rect = html`<rect class="${seriesClass(series, name)}" x="${round(left + index * step + step * 0.1)}"
        width="${round(step * 0.8)}" y="${round(y(below + value))}" height="${round(y(below) - y(below + value))}"><title>${label}, ${name}: ${creditsText(value)}</title></rect>`;
      below += value;
      return rect;
    });
    // Counted from the end: the last one is today.
    const isLabeled = (bars.length - 1 - index) % labelEvery === 0;
    const x = round(left + (index + 0.5) * step);
    return html`${rects}${isLabeled ? html`<text class="below" x="${x}" y="${height + above - 2}">${label}</text>` : html``}`;
  });
  const lines = [0, top / 2, top].map(
    (value) => html`<line x1="${left}" x2="${width}" y1="${round(y(value))}" y2="${round(y(value))}"/>
      <text class="beside" x="${left - 6}" y="${round(y(value) + 3)}">${compactText(value)}</text>`,
  );
  return html`<svg role="img" aria-label="${title}" viewBox="0 0 ${width} ${height + above + 2}">${lines}${columns}</svg>`;
}

/** A line of what is left, by time, and a dashed one of what would be. Times are epoch milliseconds. */
export function burnLine(
  title: string,
  points: readonly { at: number; left: number }[],
  end: { at: number; left: number; label: string } | undefined,
): Html {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return html``;
  const until = Math.max(end?.at ?? 0, last.at);
  const top = niceTop(Math.max(...points.map((point) => point.left)));
  const x = (at: number) =>
    round(left + ((width - left - 8) * (at - first.at)) / Math.max(1, until - first.at));
  const y = (value: number) => round((height - bottom) * (1 - value / top) + above);
  const path = points.map((point) => `${x(point.at)},${y(point.left)}`).join(' ');
  const lines = [0, top / 2, top].map(
    (value) => html`<line x1="${left}" x2="${width}" y1="${y(value)}" y2="${y(value)}"/>
      <text class="beside" x="${left - 6}" y="${y(value) + 3}">${compactText(value)}</text>`,
  );
  const ahead = end
    ? html`<polyline class="ahead" points="${x(last.at)},${y(last.left)} ${x(end.at)},${y(end.left)}"/>
      <text class="end" x="${x(end.at)}" y="${height + above - 2}">${end.label}</text>`
    : html``;
  return html`<svg role="img" aria-label="${title}" viewBox="0 0 ${width} ${height + above + 2}">${lines}<polyline class="left" points="${path}"/>${ahead}
    <text class="start" x="${left}" y="${height + above - 2}">${dayText(first.at)}</text></svg>`;
}

/** The days of a year as squares, a column for each week, darker for more. `days` begin with any day of a week. */
export function heatMap(title: string, days: readonly { day: Day; credits: number }[]): Html {
  const square = 12;
  const most = Math.max(...days.map(({ credits }) => credits), 0);
  const offset = weekday(days[0]?.day);
  const cells = days.map(({ day, credits }, index) => {
    const place = index + offset;
    // Five steps, so that a day can be read off by eye.
    const level = credits === 0 || most === 0 ? 0 : Math.ceil((credits / most) * 4);
    return html`<rect class="heat-${level}" x="${Math.floor(place / 7) * square}" y="${(place % 7) * square}" width="10" height="10" rx="2"><title>${day}: ${creditsText(credits)}</title></rect>`;
  });
  const months = days.flatMap(({ day }, index) => {
    if (!day.endsWith('-01')) return [];
    const x = Math.floor((index + offset) / 7) * square;
    return [
      html`<text class="start" x="${x}" y="${7 * square + 14}">${monthName.format(new Date(day))}</text>`,
    ];
  });
  const weeks = Math.ceil((days.length + offset) / 7);
  return html`<svg class="heat" role="img" aria-label="${title}" viewBox="0 0 ${weeks * square} ${7 * square + 18}">${cells}${months}</svg>`;
}

/** Monday is 0. */
function weekday(day: Day | undefined): number {
  return day === undefined ? 0 : (new Date(day).getUTCDay() + 6) % 7;
}

/** A round figure at or above the largest, and not much above it, of which the half is round, too. */
function niceTop(largest: number): number {
  if (largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 1.2, 1.6, 2, 3, 4, 5, 6, 8].find((factor) => factor * power >= largest) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
