import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import type { AccountStore } from '../../accounts/storage/accountStore';
import type { Limits } from '../../kiro/account/usage/accountLimits';
import { creditsReturn, totalOf } from '../../kiro/account/usage/credits';
import type { Period } from '../../usage/budget';
import {
  budgetQuestion,
  budgetWarning,
  goOnToday,
  stopUntilTomorrow,
  usedButtons,
  usedSentence,
} from '../messages/usageWords';

export interface CreditNoticesDeps {
  accounts: AccountStore;
  limits: Limits;
  memento: vscode.Memento;
  /** Epoch milliseconds. */
  now: () => number;
  reportFailure: (error: unknown) => void;
}

const toldKey = 'kiroModels.toldCredits.1';
const percents = [95, 80] as const;

/** What was told of an account: the highest of the percents, and of which period. */
type Told = Record<string, { period: number; percent: number }>;

/** Tells that credits come to their end: the plan's once per period and account at 80 and 95 %, and the person's own budget. */
export class CreditNotices implements vscode.Disposable {
  private readonly subscription: { dispose(): void };

  constructor(private readonly deps: CreditNoticesDeps) {
    this.subscription = deps.limits.onDidChange(() => void this.look().catch(deps.reportFailure));
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** Says that most of a budget is used. */
  budgetWarning(period: Period, spent: number, limit: number): void {
    void vscode.window.showWarningMessage(budgetWarning(period, spent, limit));
  }

  /** Asks whether to go on; undefined where the person turns away. */
  async askBudget(period: Period, spent: number, limit: number): Promise<'go-on' | 'stop' | undefined> {
    const question = budgetQuestion(period, spent, limit);
    const answers = [goOnToday, stopUntilTomorrow];
    const chosen = await vscode.window.showWarningMessage(question, { modal: true }, ...answers);
    if (chosen === undefined) return undefined;
    return chosen === goOnToday ? 'go-on' : 'stop';
  }

  private async look(): Promise<void> {
    const { accounts, limits, memento, now } = this.deps;
    const { accounts: all, activeId } = await accounts.read();
    const active = all.find(({ id }) => id === activeId);
    const credits = active && limits.figures(active).subscription?.credits;
    const total = credits && totalOf(credits);
    if (!active || !total) return;
    const percent = percents.find((one) => total.used >= (total.limit * one) / 100);
    if (percent === undefined) return;
    const period = creditsReturn(credits, now());
    const told = memento.get<Told>(toldKey, {});
    const before = told[active.id];
    if (before?.period === period && before.percent >= percent) return;
    await memento.update(toldKey, { ...told, [active.id]: { period, percent } });
    await this.tell(active, percent, credits.resetsAt);
  }

  private async tell({ label }: Account, percent: number, resetsAt: number | undefined): Promise<void> {
    const sentence = usedSentence(label, percent, resetsAt);
    const { showUsage, switchAccount } = usedButtons;
    const chosen = await vscode.window.showWarningMessage(sentence, showUsage, switchAccount);
    if (chosen === showUsage) await vscode.commands.executeCommand('kiroModels.showUsage');
    else if (chosen) await vscode.commands.executeCommand('kiroModels.switchAccount');
  }
}
