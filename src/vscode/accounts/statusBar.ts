import * as vscode from 'vscode';
import type { Account, StoredAccounts } from '../../accounts/account';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { KiroError } from '../../base/errors';
import { statusBarWords } from '../messages/accountSentences';
import { sentenceFor, withoutMarkup } from '../messages/errorSentences';
import { type CreditLevel, leftName, levelOf } from '../messages/usageWords';
import { type AccountUsage, accountTooltip } from './accountTooltip';

export interface StatusBarDeps {
  accounts: AccountStore;
  usageOf: (account: Account) => AccountUsage;
  /** Fires when there is something else to show of usage. */
  onDidChangeUsage: (listener: () => void) => { dispose(): void };
  /** When the item says what is left. */
  showsCredits: () => 'always' | 'low' | 'never';
}

type Snapshot = StoredAccounts | KiroError;

/** One item: which account is active, whether it is healthy, and what is left where that matters. Rendered from what is stored. */
export class StatusBar implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly subscriptions: { dispose(): void }[];

  constructor(private readonly deps: StatusBarDeps) {
    this.item = vscode.window.createStatusBarItem('kiroModels.account', vscode.StatusBarAlignment.Right, 100);
    this.item.name = 'Kiro Models';
    this.subscriptions = [
      deps.accounts.onDidChange(() => void this.update()),
      deps.onDidChangeUsage(() => void this.update()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('kiroModels.statusBar')) void this.update();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  async update(): Promise<void> {
    this.render(await this.snapshot());
    this.item.show();
  }

  private async snapshot(): Promise<Snapshot> {
    try {
      return await this.deps.accounts.read();
    } catch (error) {
      if (error instanceof KiroError) return error;
      throw error;
    }
  }

  private render(snapshot: Snapshot): void {
    const { item } = this;
    item.backgroundColor = undefined;
    item.command = 'kiroModels.switchAccount';
    if (snapshot instanceof KiroError) {
      item.text = statusBarWords.failed;
      item.command = 'kiroModels.repairStorage';
      item.tooltip = withoutMarkup(sentenceFor(snapshot));
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
      return;
    }
    const active = snapshot.accounts.find(({ id }) => id === snapshot.activeId);
    if (!active) {
      item.text = statusBarWords.noAccount;
      item.tooltip = statusBarWords.noAccountTooltip;
      return;
    }
    this.renderAccount(active, snapshot.accounts.length);
  }

  private renderAccount(account: Account, count: number): void {
    const { item } = this;
    const usage = this.deps.usageOf(account);
    const credits = usage.figures.subscription?.credits;
    const level = levelOf(credits);
    const isHealthy = account.health === 'active';
    const shows = this.deps.showsCredits();
    const isShown = shows === 'always' ? level !== 'unknown' : shows === 'low' && isLow(level);
    const left = credits && isShown ? `${leftName(credits)} · ` : '';
    item.text = statusBarWords.account(account, left);
    item.tooltip = accountTooltip(account, count, usage);
    if (!isHealthy || (level === 'critical' && shows !== 'never')) {
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    }
  }
}

const isLow = (level: CreditLevel) => level === 'low' || level === 'critical';
