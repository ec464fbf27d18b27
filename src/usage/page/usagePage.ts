/**
 * The page of what chats cost, as a document that needs next to no script: charts and tables are drawn here. Figures are
 * written in one place (`../figures.ts`), and every text is escaped (`html.ts`). Nothing here knows where it is shown.
 *
 * It comes in two parts: what a person looks at first is made of the turns of the last weeks, and there at once, however
 * long the history is. What is further down, or of a year, follows when the page is ready.
 */
import { type Html, html } from '../../base/page/html';
import { pageDocument } from '../../base/page/pageDocument';
import type { Calendar } from '../calendar';
import { creditsText, longDayText, shareText, unknown } from '../figures';
import type { Turn } from '../turn';
import { backgroundShare, cacheShare, creditsByDay, totalsBy, totalsOf } from '../usageSummary';
import { byDay, months } from './creditsByModel';
import { burn, type Spending, spendingOf } from './creditsLeft';
import { pageStyle } from './pageStyle';
import { lastTurns, totalsTable, year } from './tables';

/** What the page is made of. */
export interface UsagePage {
  /** Epoch milliseconds. */
  now: number;
  /** The turns of the last weeks, or of thirteen months, the oldest first. */
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

const dayMs = 86_400_000;
/** Of a leap year, so that the earliest of twelve months is whole. */
const daysOfYear = 366;

/** The whole document. `nonce` is what its one style and its one script are known by. */
export function usageDocument(page: UsagePage, nonce: string): string {
  const body = page.turns.length ? full(page) : empty(page);
  return pageDocument({ title: 'Kiro Usage', style: pageStyle, body }, nonce);
}

/** What follows, once all turns of thirteen months are known: pieces of the document, each by the id of its place, the lowest last. */
export function usageRest(page: UsagePage): Record<string, string> {
  const { turns, calendar, now, nameOf, unreadable } = page;
  const days = creditsByDay(turns, calendar.daysUntil(now, daysOfYear), { calendar, nameOf });
  const parts = {
    damaged: damaged(unreadable),
    months: months(page, days),
    year: year(days),
    requests: lastTurns(page),
  };
  return Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, part.text]));
}

function empty({ unreadable }: UsagePage): Html {
  return html`<main><h1>Kiro Usage</h1>
    <p>Nothing yet. After your first answer, this page shows what each model, day, and chat costs.</p>${damaged(unreadable)}</main>`;
}

function full(page: UsagePage): Html {
  const { turns, now } = page;
  const month = turns.filter(({ at }) => at > now - 30 * dayMs);
  const spending = spendingOf(page);
  return html`<main><header><h1>Kiro Usage</h1><span class="buttons">
      <button data-ask="refresh">Refresh</button><button data-ask="csv">Export CSV…</button><button data-ask="json">Export JSON…</button></span></header>
    <div id="damaged"></div>
    <section aria-label="At a glance" class="cards">${glance(page, month, spending)}</section>
    ${byDay(page)}${burn(page, spending)}
    ${totalsTable('Models, last 30 days', 'Model', month, ({ model }) => page.nameOf(model))}
    ${totalsTable('Accounts, last 30 days', 'Account', month, ({ accountId }) => page.labelOf(accountId))}
    <section id="year"></section><section id="requests"></section></main>`;
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

function willItLast({ limits }: UsagePage, { pace }: Spending): Html {
  const left = limits?.left === undefined ? unknown : `${creditsText(limits.left)} credits left`;
  if (limits?.left === undefined || !pace) return card('Will it last?', unknown, left);
  if (pace.runsOutAt === undefined) {
    const reset = limits.resetsAt === undefined ? 'at this pace' : `until ${longDayText(limits.resetsAt)}`;
    return card('Will it last?', 'Yes', `${left}, ${reset}`);
  }
  return card('Will it last?', `Until ${longDayText(pace.runsOutAt)}`, `at this pace, ${left}`);
}

function card(title: string, figure: string, below: string): Html {
  return html`<div class="card"><h2>${title}</h2><p class="figure">${figure}</p><p>${below}</p></div>`;
}
