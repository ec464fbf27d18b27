import type { Figures } from '../../kiro/account/usage/accountLimits';
import {
  type Allowance,
  type Credits,
  leftOf,
  type Overage,
  totalOf,
} from '../../kiro/account/usage/credits';
import type { Period } from '../../usage/budget';
import { creditsText, longDayText } from '../../usage/figures';
import type { Pace } from '../../usage/usageSummary';

// What is used and left, as a person would say it. What is not known is a dash, and never 0.

const cells = 20;
const dayMs = 86_400_000;

/** How little is left: `quiet` is not worth a word, and `critical` is worth a color. */
export type CreditLevel = 'unknown' | 'quiet' | 'low' | 'critical';

export const experimentalRemark = 'Kiro calls this model experimental: it may change or go away.';

/** What to say beside a model where little is left. */
export function lowCreditsRemark(level: CreditLevel): string | undefined {
  if (level === 'critical') return 'Less than 5% of your credits are left.';
  return level === 'low' ? 'Less than 20% of your credits are left.' : undefined;
}

export function levelOf(credits: Credits | undefined): CreditLevel {
  const total = credits && totalOf(credits);
  if (!total) return 'unknown';
  const left = total.limit - total.used;
  if (left < 0.05 * total.limit) return 'critical';
  return left < 0.2 * total.limit ? 'low' : 'quiet';
}

/** What is left, for the status bar: `37.5 left`, or what is charged beyond the plan. */
export function leftName(credits: Credits): string {
  const beyond = credits.overage?.status === 'on' ? (credits.overage.used ?? 0) : 0;
  return beyond > 0 ? `${creditsText(beyond)} over` : `${creditsText(leftOf(credits))} left`;
}

/** The allowances as a table in Markdown, with a bar for each that shows what is used. */
export function allowanceTable(all: readonly Credits[]): string {
  const rows = all.flatMap(({ name, allowances }) =>
    allowances.map((one) => {
      const ends = one.endsAt === undefined ? '' : `ends ${longDayText(one.endsAt)}`;
      const of = `${creditsText(one.used)} of ${creditsText(one.limit)}`;
      return `| ${escaped(allowanceName(one, name))} | ${barOf(one)} | ${of} | ${ends} |`;
    }),
  );
  return ['| | | | |', '|:--|:--|--:|:--|', ...rows].join('\n');
}

/** When the plan's credits are given anew; nothing where that is not known. */
export function resetSentence({ resetsAt }: Credits, now: number): string | undefined {
  if (resetsAt === undefined) return undefined;
  const days = Math.ceil((resetsAt - now) / dayMs);
  return `Resets ${longDayText(resetsAt)}, in ${days === 1 ? 'one day' : `${days} days`}`;
}

/** What there is beyond the plan; nothing where the service does not say. */
export function overageSentence(overage: Overage | undefined): string | undefined {
  if (!overage) return undefined;
  const { status, used, cap, charges, currency } = overage;
  if (status === 'off') return 'Overage is off';
  const of = cap === undefined ? '' : ` of ${creditsText(cap)}`;
  const cost = charges === undefined ? '' : `, ${money(charges, currency)} so far`;
  const isCapped = cap !== undefined && used !== undefined && used >= cap;
  return `Overage: ${creditsText(used)}${of} credits${cost}${isCapped ? ' (limit reached)' : ''}`;
}

/** How long the credits last. */
export function paceSentence(pace: Pace | undefined, now: number): string | undefined {
  if (!pace) return undefined;
  if (pace.runsOutAt === undefined) return 'At this pace they last until the reset';
  return pace.runsOutAt <= now ? undefined : `At this pace until ${longDayText(pace.runsOutAt)}`;
}

/** What the conversation and the day cost so far. */
export function spentSentence({
  chat,
  today,
}: {
  chat?: number | undefined;
  today?: number | undefined;
}): string {
  return `This chat: ${creditsText(chat)} · Today: ${creditsText(today)} credits`;
}

/** Says once per period that so much of an account's credits is used. */
export function usedSentence(label: string, percent: number, resetsAt: number | undefined): string {
  const reset = resetsAt === undefined ? '' : ` They reset on ${longDayText(resetsAt)}.`;
  return `${percent}% of the Kiro credits of ${label} are used.${reset}`;
}

export const usedButtons = { showUsage: 'Show Usage', switchAccount: 'Switch Account…' };

/** Says that most of the person's own budget is used. */
export function budgetWarning(period: Period, spent: number, limit: number): string {
  return `You have used ${creditsText(spent)} of the ${creditsText(limit)} Kiro credits you set for ${periodName(period)}.`;
}

/** Asks what to do once the person's own budget is used up. */
export function budgetQuestion(period: Period, spent: number, limit: number): string {
  return `Your budget of ${creditsText(limit)} Kiro credits for ${periodName(period)} is used up: ${creditsText(spent)} so far. Go on?`;
}

export const goOnToday = 'Go On Today';
export const stopUntilTomorrow = 'Stop Until Tomorrow';

function periodName(period: Period): string {
  return period === 'day' ? 'today' : 'this month';
}

/** How fresh the figures are, and why they are not. `failure` says what went wrong. */
export function freshnessSentence({ readAt }: Figures, failure: string | undefined, now: number): string {
  const when = readAt === undefined ? undefined : momentName(readAt, now);
  if (failure === undefined) return when === undefined ? 'Not read yet' : `As of ${when}`;
  return `${when === undefined ? 'Not known' : `Stale, as of ${when}`}: ${failure}`;
}

function allowanceName({ kind, name }: Allowance, resource: string | undefined): string {
  switch (kind) {
    case 'plan':
      return resource ?? 'Credits';
    case 'trial':
      return 'Trial';
    case 'bonus':
      return name ?? 'Bonus';
    case 'add-on':
      return name ?? 'Add-on';
  }
}

function barOf({ used, limit }: Allowance): string {
  if (used === undefined || !limit) return '░'.repeat(cells);
  // What is used shows, and so does what is left.
  const exact = (used / limit) * cells;
  const filled = used >= limit ? cells : Math.min(cells - 1, used > 0 ? Math.max(1, Math.round(exact)) : 0);
  return '█'.repeat(filled) + '░'.repeat(cells - filled);
}

function money(amount: number, currency: string | undefined): string {
  const isCode = /^[A-Z]{3}$/.test(currency ?? '');
  return amount.toLocaleString('en-US', { style: 'currency', currency: isCode ? currency : 'USD' });
}

function momentName(at: number, now: number): string {
  const [moment, today] = [new Date(at), new Date(now)];
  const time = moment.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' });
  return moment.toDateString() === today.toDateString() ? time : `${longDayText(at)}, ${time}`;
}

/** Text that means nothing in Markdown: `appendText` would leave e-mail addresses as links, and lines that never break. */
export function escaped(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
