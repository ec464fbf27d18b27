/**
 * The page of what chats cost, as a document that needs next to no script: charts and tables are drawn here. Figures are
 * written in one place (`../figures.ts`), and every text is escaped (`html.ts`). Nothing here knows where it is shown.
 *
 * It comes in two parts: what a person looks at first is made of the turns of the last weeks, and there at once, however
 * long the history is. What is further down, or of a year, follows when the page is ready.
 */

import { type Html, html } from '../../base/page/html';
import { pageDocument } from '../../base/page/pageDocument';
import { listed, t } from '../../base/words/l10n';
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
  return pageDocument({ title: t('Kiro Usage'), style: pageStyle, body }, nonce);
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
  return html`<main><h1>${t('Kiro Usage')}</h1>
    <p>${t('Nothing yet. After your first answer, this page shows what each model, day, and chat costs.')}</p>${damaged(unreadable)}</main>`;
}

function full(page: UsagePage): Html {
  const { turns, now } = page;
  const month = turns.filter(({ at }) => at > now - 30 * dayMs);
  const spending = spendingOf(page);
  return html`<main><header><h1>${t('Kiro Usage')}</h1><span class="buttons">
      <button data-ask="refresh">${t('Refresh')}</button><button data-ask="csv">${t('Export CSV…')}</button><button data-ask="json">${t('Export JSON…')}</button></span></header>
    <div id="damaged"></div>
    <section aria-label="${t('At a glance')}" class="cards">${glance(page, month, spending)}</section>
    ${byDay(page)}${burn(page, spending)}
    ${totalsTable(t('Models, last 30 days'), t('Model'), month, ({ model }) => page.nameOf(model))}
    ${totalsTable(t('Accounts, last 30 days'), t('Account'), month, ({ accountId }) => page.labelOf(accountId))}
    <section id="year"></section><section id="requests"></section></main>`;
}

function damaged(unreadable: number): Html {
  if (unreadable === 0) return html``;
  const what =
    unreadable === 1
      ? t('1 entry of the history could not be read and is left out.')
      : t('{0} entries of the history could not be read and are left out.', unreadable);
  return html`<p class="note">${what}</p>`;
}

function glance(page: UsagePage, month: readonly Turn[], spending: Spending): Html[] {
  const { calendar, now, nameOf } = page;
  const today = month.filter(({ at }) => calendar.dayOf(at) === calendar.dayOf(now));
  const spent = totalsOf(month).credits;
  const [dearest] = totalsBy(month, ({ model }) => nameOf(model));
  const share = spent ? (dearest?.totals.credits ?? 0) / spent : undefined;
  return [
    card(t('Today'), creditsText(today.length ? totalsOf(today).credits : 0), t('credits')),
    card(t('Last 30 days'), creditsText(spent), t('credits')),
    latestChat(page),
    card(t('Top model'), dearest?.key ?? unknown, t('{0} of the last 30 days', shareText(share))),
    willItLast(page, spending),
    card(t('Read from cache'), shareText(cacheShare(month)), t('of the input, last 30 days')),
    card(t('In the background'), shareText(backgroundShare(month)), t('titles, summaries, and subagents')),
  ];
}

function latestChat({ turns }: UsagePage): Html {
  const latest = turns.findLast(({ kind, chat }) => kind === 'chat' && chat !== undefined);
  if (!latest) return card(t('Latest chat'), unknown, '');
  const ofChat = totalsOf(turns.filter(({ chat }) => chat === latest.chat));
  const below = ofChat.turns === 1 ? t('credits in 1 request') : t('credits in {0} requests', ofChat.turns);
  return card(t('Latest chat'), creditsText(ofChat.credits), below);
}

function willItLast({ limits }: UsagePage, { pace }: Spending): Html {
  const title = t('Will it last?');
  if (limits?.left === undefined) return card(title, unknown, unknown);
  const left = t('{0} credits left', creditsText(limits.left));
  if (!pace) return card(title, unknown, left);
  if (pace.runsOutAt !== undefined)
    return card(title, t('Until {0}', longDayText(pace.runsOutAt)), listed([t('at this pace'), left]));
  const until =
    limits.resetsAt === undefined ? t('at this pace') : t('until {0}', longDayText(limits.resetsAt));
  return card(title, t('Yes'), listed([left, until]));
}

function card(title: string, figure: string, below: string): Html {
  return html`<div class="card"><h2>${title}</h2><p class="figure">${figure}</p><p>${below}</p></div>`;
}
