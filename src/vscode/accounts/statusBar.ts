import * as vscode from 'vscode';
import type { Account, StoredAccounts } from '../../accounts/account';
import { isSignedOut } from '../../accounts/health';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { KiroError } from '../../base/errors';
import { healthOf, methodOf, originName, validity } from '../messages/accountWords';
import { accountPageOf, sentenceFor, withoutMarkup } from '../messages/errorSentences';

const checkCommand = 'kiroModels.checkAccounts';
const signInAgainCommand = 'kiroModels.signInAgain';

type Snapshot = StoredAccounts | KiroError;

/** One item: which account is active and whether it is healthy. Rendered from what is stored, never from an event's word. */
export class StatusBar implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly subscription: { dispose(): void };

  constructor(private readonly accounts: AccountStore) {
    this.item = vscode.window.createStatusBarItem('kiroModels.account', vscode.StatusBarAlignment.Right, 100);
    this.item.name = 'Kiro Account';
    this.subscription = accounts.onDidChange(() => void this.update());
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  async update(): Promise<void> {
    render(this.item, await this.snapshot());
    this.item.show();
  }

  private async snapshot(): Promise<Snapshot> {
    try {
      return await this.accounts.read();
    } catch (error) {
      if (error instanceof KiroError) return error;
      throw error;
    }
  }
}

function render(item: vscode.StatusBarItem, snapshot: Snapshot): void {
  item.backgroundColor = undefined;
  item.command = 'kiroModels.switchAccount';
  if (snapshot instanceof KiroError) {
    item.text = '$(error) Kiro';
    item.command = 'kiroModels.repairStorage';
    item.tooltip = withoutMarkup(sentenceFor(snapshot));
    item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
    return;
  }
  const active = snapshot.accounts.find(({ id }) => id === snapshot.activeId);
  if (!active) {
    item.text = '$(sparkle) Kiro: Add Account';
    item.tooltip = 'Use the models of your Kiro subscription in chat';
    return;
  }
  const isHealthy = active.health === 'active';
  item.text = `${isHealthy ? '$(sparkle)' : '$(warning)'} Kiro: ${active.label}`;
  item.tooltip = accountTooltip(active, snapshot.accounts.length);
  if (!isHealthy) item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
}

function accountTooltip(account: Account, count: number): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.isTrusted = { enabledCommands: [checkCommand, signInAgainCommand] };
  const lines = [
    `**Kiro** — ${plain(account.label)}`,
    plain(`${healthOf(account)} · ${methodOf(account)}`),
    plain(capitalized([originName(account), ...(isKept(account) ? [validity(account)] : [])].join(' · '))),
    linksFor(account),
    count > 1 ? `Click to switch between ${count} accounts` : 'Click to manage accounts',
  ];
  tooltip.appendMarkdown(lines.filter(Boolean).join('\n\n'));
  return tooltip;
}

// What has ended or is suspended is renewed no more.
function isKept(account: Account): boolean {
  return !isSignedOut(account) && account.health !== 'suspended';
}

/** What helps an account that is not healthy. */
function linksFor({ health }: Account): string {
  if (health === 'active') return '';
  const page = accountPageOf(health);
  if (!page) return `[Sign In Again…](command:${signInAgainCommand})`;
  return `[${page.label}](${page.page}) · [Check Again](command:${checkCommand})`;
}

/** Text that means nothing in Markdown: `appendText` would leave e-mail addresses as links, and lines that never break. */
function plain(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
