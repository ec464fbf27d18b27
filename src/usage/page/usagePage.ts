/**
 * The page of what chats cost, as a document that needs next to no script: charts and tables are drawn here. Figures are
 * written in one place (`../figures.ts`), and every text is escaped (`html.ts`). Nothing here knows where it is shown.
 */
import { type Html, html } from '../../base/page/html';
import { pageDocument } from '../../base/page/pageDocument';
import type { Calendar } from '../calendar';
import { compactText, creditsText, priceText, secondsText, shareText, unknown } from '../figures';
import type { Turn } from '../turn';
import {
  backgroundShare,
  cacheShare,
  creditsByDay,
  creditsPerThousand,
  type DayCredits,
  type Pace,
  paceOf,
  type Totals,
  totalsBy,
  totalsOf,
} from '../usageSummary';
import { type Bar, burnLine, heatMap, seriesClass, stackedBars } from './charts';
import { pageStyle } from './pageStyle';

/** What the page is made of. */
export interface UsagePage {
  /** Epoch milliseconds. */
  now: number;
  /** The turns of thirteen months, the oldest first. */
  turns: readonly Turn[];
  /** Lines of the history that could not be read. */
  unreadable: number;
  calendar: Calendar;
  labelOf: (accountId: string) => string;
  nameOf: (model: string) => string;
  /** Of the active account, as far as the service told. */
  limits?:
    | {
        accountId: string;
        left: number | undefined;
        limit?: number | undefined;
        resetsAt?: number | undefined;
      }
    | undefined;
}

type Spending = ReturnType<typeof spendingOf>;

const dayMs = 86_400_000;
/** Of a leap year, so that the earliest of twelve months is whole. */
const daysOfYear = 366;
const shownTurns = 200;
const drawnPoints = 360;
const monthName = new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' });
const dayName = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
const longDay = new Intl.DateTimeFormat('en-US', { month: 'long', day: 'numeric' });
const timeOf = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});

/** The whole document. `nonce` is what its one style and its one script are known by. */
export function usageDocument(page: UsagePage, nonce: string): string {
  const body = page.turns.length ? full(page) : empty(page);
  return pageDocument({ title: 'Kiro Usage', style: pageStyle, body }, nonce);
}

function empty({ unreadable }: UsagePage): Html {
  return html`<main><h1>Kiro Usage</h1>
    <p>Nothing yet. After your first answer, this page shows what each model, day, and chat costs.</p>${damaged(unreadable)}</main>`;
}

function full(page: UsagePage): Html {
  const { turns, calendar, now, nameOf } = page;
  const month = turns.filter(({ at }) => at > now - 30 * dayMs);
  const days = creditsByDay(turns, calendar.daysUntil(now, daysOfYear), { calendar, nameOf });
  const spending = spendingOf(page);
  return html`<main><header><h1>Kiro Usage</h1><span class="buttons">
      <button data-ask="refresh">Refresh</button><button data-ask="csv">Export CSV…</button><button data-ask="json">Export JSON…</button></span></header>
    ${damaged(page.unreadable)}
    <section aria-label="At a glance" class="cards">${glance(page, month, spending)}</section>
    ${byDay(page, days)}${burn(page, spending)}
    ${totalsTable('Models, last 30 days', 'Model', month, ({ model }) => page.nameOf(model))}
    ${totalsTable('Accounts, last 30 days', 'Account', month, ({ accountId }) => page.labelOf(accountId))}
    ${year(days)}${lastTurns(page)}</main>`;
}

function damaged(unreadable: number): Html {
  if (unreadable === 0) return html``;
  const what = unreadable === 1 ? '1 entry' : `${unreadable} entries`;
  return html`<p class="note">${what} of the history could not be read and ${unreadable === 1 ? 'is' : 'are'} left out.</p>`;
}

function glance(page: UsagePage, month: readonly Turn[], spending: Spending): Html[] {
  const { calendar, now, nameOf } = page;
  const today = month.filter(({ at }) => calendar.dayOf(at) === calendar.dayOf(now));
  const spent = totalsOf(month).credits;
  const [dearest] = totalsBy(month, ({ model }) => nameOf(model));
  const share = spent ? (dearest?.totals.credits ?? 0) / spent : undefined;
  return [
    card('Today', creditsText(today.length ? totalsOf(today).credits : 0), 'credits'),
    card('Last 30 days', creditsText(spent), 'credits'),
    latestChat(page),
    card('Top model', dearest?.key ?? unknown, `${shareText(share)} of the last 30 days`),
    willItLast(page, spending),
    card('Read from cache', shareText(cacheShare(month)), 'of the input, last 30 days'),
    card('In the background', shareText(backgroundShare(month)), 'titles, summaries, and subagents'),
  ];
}

function latestChat({ turns }: UsagePage): Html {
  const latest = turns.findLast(({ kind, chat }) => kind === 'chat' && chat !== undefined);
  if (!latest) return card('Latest chat', unknown, '');
  const ofChat = totalsOf(turns.filter(({ chat }) => chat === latest.chat));
  const count = ofChat.turns === 1 ? '1 request' : `${ofChat.turns} requests`;
  return card('Latest chat', creditsText(ofChat.credits), `credits in ${count}`);
}

/** The turns that take from the credits of which it is known how many are left, and how fast. */
function spendingOf({ turns, now, limits }: UsagePage): { own: Turn[]; pace: Pace | undefined } {
  const own = turns.filter(({ accountId }) => accountId === limits?.accountId);
  return { own, pace: paceOf(own, { now, left: limits?.left, resetsAt: limits?.resetsAt }) };
}

function willItLast({ limits }: UsagePage, { pace }: Spending): Html {
  const left = limits?.left === undefined ? unknown : `${creditsText(limits.left)} credits left`;
  if (limits?.left === undefined || !pace) return card('Will it last?', unknown, left);
  if (pace.runsOutAt === undefined) {
    const reset = limits.resetsAt === undefined ? 'at this pace' : `until ${longDay.format(limits.resetsAt)}`;
    return card('Will it last?', 'Yes', `${left}, ${reset}`);
  }
  return card('Will it last?', `Until ${longDay.format(pace.runsOutAt)}`, `at this pace, ${left}`);
}

function card(title: string, figure: string, below: string): Html {
  return html`<div class="card"><h2>${title}</h2><p class="figure">${figure}</p><p>${below}</p></div>`;
}

function byDay({ turns, nameOf }: UsagePage, days: readonly DayCredits[]): Html {
  const months = byMonth(days);
  const series = totalsBy(turns, ({ model }) => nameOf(model)).map(({ key }) => key);
  const dayBars = days
    .slice(-30)
    .map(({ day, byModel }) => ({ label: dayName.format(new Date(day)), values: byModel }));
  return html`<section class="by-day"><h2 id="by-day">Credits by model</h2>
    <div class="switch" role="radiogroup" aria-labelledby="by-day">
      <label><input type="radio" name="span" class="days" checked> 30 days</label>
      <label><input type="radio" name="span" class="months"> 12 months</label></div>
    <ul class="legend">${series.slice(0, 7).map((name, index) => html`<li><span class="swatch ${seriesClass(series, name)}"></span>${index < 6 ? name : 'Others'}</li>`)}</ul>
    <div class="of-days">${stackedBars('Credits of the last 30 days, by day and model', dayBars, series, 7)}${barTable('Day', dayBars, series)}</div>
    <div class="of-months">${stackedBars('Credits of the last 12 months, by month and model', months, series, 1)}${barTable('Month', months, series)}</div>
  </section>`;
}

function byMonth(days: readonly DayCredits[]): Bar[] {
  const months = [...Map.groupBy(days, ({ day }) => day.slice(0, 7))].slice(-12);
  return months.map(([month, inside]) => {
    const values = new Map<string, number>();
    for (const { byModel } of inside) {
      for (const [model, credits] of byModel) values.set(model, (values.get(model) ?? 0) + credits);
    }
    return { label: monthName.format(new Date(`${month}-01`)), values };
  });
}

function barTable(head: string, bars: readonly Bar[], series: readonly string[]): Html {
  const rows = bars.map(
    ({ label, values }) =>
      html`<tr><th scope="row">${label}</th>${series.map((name) => html`<td>${creditsText(values.get(name) ?? 0)}</td>`)}</tr>`,
  );
  return table(`Credits by ${head.toLowerCase()} and model`, [head, ...series], rows);
}

/** A table behind a chart, for whoever cannot see the chart or wants the figures. */
function table(title: string, head: readonly string[], rows: readonly Html[]): Html {
  return html`<details><summary>Show as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="${title}">${grid(head, rows)}</div></details>`;
}

function grid(head: readonly string[], rows: readonly Html[]): Html {
  return html`<table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

function burn({ now, limits, labelOf }: UsagePage, { own, pace }: Spending): Html {
  if (limits?.left === undefined) return html``;
  const points = pointsOf(own, { ...limits, left: limits.left, now });
  const end = pace && endOf(pace, limits.left, now, limits.resetsAt);
  const rows = thinned(points, 30).map(
    (point) =>
      html`<tr><th scope="row">${timeOf.format(point.at)}</th><td>${creditsText(point.left)}</td></tr>`,
  );
  return html`<section><h2>Credits left of ${labelOf(limits.accountId)}</h2>${burnLine('Credits left, so far and at this pace', thinned(points, drawnPoints), end)}${table('Credits left, by time', ['Time', 'Left'], rows)}</section>`;
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
    return { at: runsOutAt, left: 0, label: `Runs out ${longDay.format(runsOutAt)}` };
  if (resetsAt === undefined || resetsAt < now) return undefined;
  const then = Math.max(0, left - ((resetsAt - now) / dayMs) * creditsPerDay);
  return { at: resetsAt, left: then, label: `Resets ${longDay.format(resetsAt)}` };
}

function totalsTable(
  title: string,
  what: string,
  turns: readonly Turn[],
  keyOf: (turn: Turn) => string,
): Html {
  const groups = Map.groupBy(turns, keyOf);
  const rows = totalsBy(turns, keyOf);
  const most = Math.max(...rows.map(({ totals }) => totals.credits ?? 0), 0);
  const lines = rows.map(({ key, totals }) => {
    const share = most > 0 ? (totals.credits ?? 0) / most : 0;
    const price = creditsPerThousand(groups.get(key) ?? []);
    return html`<tr><th scope="row">${key}</th><td class="bar"><svg aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none"><rect class="series-0" width="${Math.round(share * 100)}" height="8"/></svg></td>
      ${totalCells(totals)}<td>${priceText(price)}</td></tr>`;
  });
  const head = [what, 'Share', 'Credits', 'Requests', 'Input', 'Cached', 'Output', 'Credits per 1K tokens'];
  return html`<section><h2>${title}</h2><div class="scroll" tabindex="0" role="region" aria-label="${title}">${grid(head, lines)}</div></section>`;
}

function totalCells({ credits, turns, input, cached, output }: Totals): Html {
  return html`<td>${creditsText(credits)}</td><td>${turns}</td><td>${compactText(input)}</td><td>${compactText(cached)}</td><td>${compactText(output)}</td>`;
}

function year(days: readonly DayCredits[]): Html {
  const rows = days
    .filter(({ credits }) => credits > 0)
    .toReversed()
    .map(({ day, credits }) => html`<tr><th scope="row">${day}</th><td>${creditsText(credits)}</td></tr>`);
  return html`<section><h2>Days of the last year</h2>${heatMap('Credits of each day of the last year', days)}${table('Credits by day', ['Day', 'Credits'], rows)}</section>`;
}

function lastTurns({ turns, nameOf, labelOf }: UsagePage): Html {
  const rows = turns.slice(-shownTurns).toReversed();
  const lines = rows.map(
    (turn) =>
      html`<tr><th scope="row">${timeOf.format(turn.at)}</th><td class="words">${nameOf(turn.model)}</td><td class="words">${turn.effort ?? unknown}</td><td class="words">${kindNames[turn.kind]}</td><td class="words">${labelOf(turn.accountId)}</td>
      <td>${compactText(turn.input)}</td><td>${compactText(turn.cached)}</td><td>${compactText(turn.output)}</td><td>${creditsText(turn.credits)}</td><td>${secondsText(turn.firstPartMs)}</td><td>${secondsText(turn.durationMs)}</td></tr>`,
  );
  const head = [
    ...['Time', 'Model', 'Effort', 'For', 'Account'],
    ...['Input', 'Cached', 'Output', 'Credits', 'First text', 'Duration'],
  ];
  return html`<section><h2>Last ${rows.length === 1 ? 'request' : `${rows.length} requests`}</h2><div class="scroll tall requests" tabindex="0" role="region" aria-label="Last requests">${grid(head, lines)}</div></section>`;
}

const kindNames: Readonly<Record<Turn['kind'], string>> = {
  chat: 'Chat',
  background: 'Background',
  subagent: 'Subagent',
};
