import * as vscode from 'vscode';
import type { Account, AccountsDocument } from '../accounts/account';
import type { AccountStore } from '../accounts/accountStore';
import { KiroError } from '../base/errors';
import { healthName, methodOf, originName, validity } from './accountWords';
import { sentenceFor, withoutMarkup } from './notify';

type Snapshot = AccountsDocument | KiroError;

/** One item: which account is active and whether it is well. Rendered from what is stored, never from an event's word. */
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
    item.command = 'kiroModels.rescueAccounts';
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
  const well = active.health === 'active';
  item.text = `${well ? '$(sparkle)' : '$(warning)'} Kiro: ${active.label}`;
  item.tooltip = accountTooltip(active, snapshot.accounts.length);
  if (!well) item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
}

function accountTooltip(account: Account, count: number): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendMarkdown('**Kiro** — ').appendText(account.label).appendMarkdown('\n\n');
  tooltip.appendText(`${healthName(account.health)} · ${methodOf(account)}`).appendMarkdown('\n\n');
  tooltip.appendText(`Login ${originName(account)} · ${validity(account)}`).appendMarkdown('\n\n');
  tooltip.appendMarkdown(count > 1 ? `Click to choose among ${count} accounts` : 'Click to manage accounts');
  return tooltip;
}
