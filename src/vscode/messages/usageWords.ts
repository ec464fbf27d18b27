import { languageTag, listed, sentences, t } from '../../base/words/l10n';
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

export const experimentalRemark = t('Kiro calls this model experimental: it may change or go away.');

/** What to say beside a model where little is left. */
export function lowCreditsRemark(level: CreditLevel): string | undefined {
  if (level === 'critical') return t('Less than 5% of your credits are left.');
  return level === 'low' ? t('Less than 20% of your credits are left.') : undefined;
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
  return beyond > 0 ? t('{0} over', creditsText(beyond)) : t('{0} left', creditsText(leftOf(credits)));
}

/** The allowances as a table in Markdown, with a bar for each that shows what is used. */
export function allowanceTable(all: readonly Credits[]): string {
  const rows = all.flatMap(({ name, allowances }) =>
    allowances.map((one) => {
      const ends = one.endsAt === undefined ? '' : t('ends {0}', longDayText(one.endsAt));
      const of = t('{0} of {1}', creditsText(one.used), creditsText(one.limit));
      return `| ${escaped(allowanceName(one, name))} | ${barOf(one)} | ${of} | ${ends} |`;
    }),
  );
  return ['| | | | |', '|:--|:--|--:|:--|', ...rows].join('\n');
}

/** When the plan's credits are given anew; nothing where that is not known. */
export function resetSentence({ resetsAt }: Credits, now: number): string | undefined {
  if (resetsAt === undefined) return undefined;
  const days = Math.ceil((resetsAt - now) / dayMs);
  return days === 1
    ? t('Resets {0}, in one day', longDayText(resetsAt))
    : t('Resets {0}, in {1} days', longDayText(resetsAt), days);
}

/** What there is beyond the plan; nothing where the service does not say. */
export function overageSentence(overage: Overage | undefined): string | undefined {
  if (!overage) return undefined;
  const { status, used, cap, charges, currency } = overage;
  if (status === 'off') return t('Overage is off');
  const amount =
    cap === undefined
      ? t('Overage: {0} credits', creditsText(used))
      : t('Overage: {0} of {1} credits', creditsText(used), creditsText(cap));
  const isCapped = cap !== undefined && used !== undefined && used >= cap;
  const cost = charges === undefined ? amount : listed([amount, t('{0} so far', money(charges, currency))]);
  return isCapped ? t('{0} (limit reached)', cost) : cost;
}

/** How long the credits last. */
export function paceSentence(pace: Pace | undefined, now: number): string | undefined {
  if (!pace) return undefined;
  if (pace.runsOutAt === undefined) return t('At this pace they last until the reset');
  return pace.runsOutAt <= now ? undefined : t('At this pace until {0}', longDayText(pace.runsOutAt));
}

/** What the conversation and the day cost so far. */
export function spentSentence({
  chat,
  today,
}: {
  chat?: number | undefined;
  today?: number | undefined;
}): string {
  return t('This chat: {0} · Today: {1} credits', creditsText(chat), creditsText(today));
}

/** Says once per period that so much of an account's credits is used. */
export function usedSentence(label: string, percent: number, resetsAt: number | undefined): string {
  return sentences(
    t('{0}% of the Kiro credits of {1} are used.', percent, label),
    resetsAt !== undefined && t('They reset on {0}.', longDayText(resetsAt)),
  );
}

export const usedButtons = { showUsage: t('Show Usage'), switchAccount: t('Switch Account…') };

/** Says that most of the person's own budget is used. */
export function budgetWarning(period: Period, spent: number, limit: number): string {
  return period === 'day'
    ? t(
        'You have used {0} of the {1} Kiro credits you set for today.',
        creditsText(spent),
        creditsText(limit),
      )
    : t(
        'You have used {0} of the {1} Kiro credits you set for this month.',
        creditsText(spent),
        creditsText(limit),
      );
}

/** Asks what to do once the person's own budget is used up. */
export function budgetQuestion(period: Period, spent: number, limit: number): string {
  return period === 'day'
    ? t(
        'Your budget of {0} Kiro credits for today is used up: {1} so far. Go on?',
        creditsText(limit),
        creditsText(spent),
      )
    : t(
        'Your budget of {0} Kiro credits for this month is used up: {1} so far. Go on?',
        creditsText(limit),
        creditsText(spent),
      );
}

/** What is said beside the page of what chats cost. */
export const usageViewWords = {
  title: t('Kiro Usage'),
  removedAccount: t('Removed account'),
  dialog: { title: t('Export Kiro usage'), saveLabel: t('Export') },
  exported: (path: string) => t('The usage was exported to {0}.', path),
};

export const goOnToday = t('Go On Today');
export const stopUntilTomorrow = t('Stop Until Tomorrow');

/** How fresh the figures are, and why they are not. `failure` says what went wrong. */
export function freshnessSentence({ readAt }: Figures, failure: string | undefined, now: number): string {
  const when = readAt === undefined ? undefined : momentName(readAt, now);
  if (failure === undefined) return when === undefined ? t('Not read yet') : t('As of {0}', when);
  return when === undefined ? t('Not known: {0}', failure) : t('Stale, as of {0}: {1}', when, failure);
}

function allowanceName({ kind, name }: Allowance, resource: string | undefined): string {
  switch (kind) {
    case 'plan':
      return resource ?? t('Credits');
    case 'trial':
      return t('Trial');
    case 'bonus':
      return name ?? t('Bonus');
    case 'add-on':
      return name ?? t('Add-on');
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
  return amount.toLocaleString(languageTag(), { style: 'currency', currency: isCode ? currency : 'USD' });
}

function momentName(at: number, now: number): string {
  const [moment, today] = [new Date(at), new Date(now)];
  const time = moment.toLocaleTimeString(languageTag(), { hour: 'numeric', minute: '2-digit' });
  return moment.toDateString() === today.toDateString() ? time : listed([longDayText(at), time]);
}

/** Text that means nothing in Markdown: `appendText` would leave e-mail addresses as links, and lines that never break. */
export function escaped(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
