import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { isSignedOut } from '../../accounts/health';
import { KiroError } from '../../base/errors';
import type { Figures } from '../../kiro/account/usage/accountLimits';
import type { Pace } from '../../usage/usageSummary';
import { clickSentence, tooltipLinks } from '../messages/accountSentences';
import { healthOf, methodOf, originName, validity } from '../messages/accountWords';
import { accountPageOf, sentenceFor, usageAtKiro, withoutMarkup } from '../messages/errorSentences';
import {
  allowanceTable,
  escaped,
  freshnessSentence,
  overageSentence,
  paceSentence,
  resetSentence,
  spentSentence,
} from '../messages/usageWords';

const checkCommand = 'kiroModels.checkAccounts';
const signInAgainCommand = 'kiroModels.signInAgain';
const switchCommand = 'kiroModels.switchAccount';
const usageCommand = 'kiroModels.showUsage';

/** What is known of an account's usage. Credits; undefined where that is not known. */
export interface AccountUsage {
  figures: Figures;
  chat: number | undefined;
  today: number | undefined;
  pace: Pace | undefined;
  /** Epoch milliseconds. */
  now: number;
}

/** Who the active account is, how it is, what is left and for how long, and what can be done. */
export function accountTooltip(account: Account, count: number, usage: AccountUsage): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.isTrusted = { enabledCommands: [checkCommand, signInAgainCommand, switchCommand, usageCommand] };
  const { plan } = usage.figures.subscription ?? {};
  const parts = [
    `**Kiro Models** — ${escaped([account.label, plan].filter(Boolean).join(' · '))}`,
    escaped(`${healthOf(account)} · ${methodOf(account)}`),
    escaped(capitalized([originName(account), ...(isKept(account) ? [validity(account)] : [])].join(' · '))),
    linksFor(account),
    ...(isSignedOut(account) ? [] : usageParts(account, usage)),
    clickSentence(count),
  ];
  tooltip.appendMarkdown(parts.filter(Boolean).join('\n\n'));
  return tooltip;
}

function usageParts(
  { health }: Account,
  { figures, chat, today, pace, now }: AccountUsage,
): (string | undefined)[] {
  const { credits, others = [] } = figures.subscription ?? {};
  const { showUsage, switchAccount } = tooltipLinks;
  const known = credits ? [credits, ...others] : others;
  const failure =
    figures.failure instanceof KiroError ? withoutMarkup(sentenceFor(figures.failure)) : undefined;
  // Of an account that is out of credits, it is said already, with a link to Kiro's page.
  const isOut = health === 'out-of-credits';
  const lasts = isOut ? undefined : paceSentence(pace, now);
  const atKiro = isOut ? [] : [`[${usageAtKiro.label}](${usageAtKiro.page})`];
  const reset = credits && [resetSentence(credits, now), overageSentence(credits.overage)];
  return [
    known.length > 0 ? allowanceTable(known) : undefined,
    reset && escaped(reset.filter(Boolean).join(' · ')),
    escaped([spentSentence({ chat, today }), lasts].filter(Boolean).join(' · ')),
    escaped(freshnessSentence(figures, failure, now)),
    [
      `[${showUsage}](command:${usageCommand})`,
      ...atKiro,
      `[${switchAccount}](command:${switchCommand})`,
    ].join(' · '),
  ];
}

// What has ended or is suspended is renewed no more.
function isKept(account: Account): boolean {
  return !isSignedOut(account) && account.health !== 'suspended';
}

/** What helps an account that is not healthy. */
function linksFor({ health }: Account): string {
  if (health === 'active') return '';
  const page = accountPageOf(health);
  if (!page) return `[${tooltipLinks.signInAgain}](command:${signInAgainCommand})`;
  return `[${page.label}](${page.page}) · [${tooltipLinks.checkAgain}](command:${checkCommand})`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
