import { join } from 'node:path';
import * as vscode from 'vscode';
import { accountCalled } from './accounts/label';
import { lazy, sleep } from './base/async';
import type { Accounts } from './createAccounts';
import type { Kiro } from './createKiro';
import type { Host } from './host';
import { LimitsRefresh } from './kiro/account/usage/limitsRefresh';
import { Budget } from './usage/budget';
import { Calendar } from './usage/calendar';
import { Spending } from './usage/spending';
import type { Turn } from './usage/turn';
import { CreditNotices } from './vscode/accounts/creditNotices';

export type Usage = ReturnType<typeof createUsage>;

/** What becomes of a turn's figures, and how those of the account stay fresh. */
export function createUsage(host: Host, { store }: Accounts, { limits }: Kiro) {
  const { context, memento, settings, errors, log, now } = host;
  const reportFailure = (error: unknown) => errors.note(error);
  const calendar = new Calendar();
  const history = lazy(async () => {
    const { UsageHistory } = await import('./usage/usageHistory');
    return new UsageHistory({
      folder: join(context.globalStorageUri.fsPath, 'usage'),
      now,
      logger: log,
    });
  });
  const spending = new Spending({
    history: { read: async (since) => (await history()).read(since) },
    calendar,
    now,
  });
  const refresh = new LimitsRefresh({
    limits,
    owner: async (id) => {
      const { accounts, activeId } = await store.read();
      return accounts.find((account) => account.id === (id ?? activeId));
    },
    isLookedAt: () => vscode.window.state.focused,
    retries: () => settings.usageRetries(),
    now,
    wait: sleep,
    reportFailure,
  });
  const notices = new CreditNotices({
    accounts: store,
    limits,
    memento,
    now,
    reportFailure,
  });
  const budget = new Budget({
    spending,
    calendar,
    limits: () => settings.budget(),
    accountId: async () => {
      const named = settings.budgetAccount();
      return named === '' ? undefined : accountCalled(named, await store.list())?.id;
    },
    warn: (period, spent, limit) => notices.budgetWarning(period, spent, limit),
    ask: (period, spent, limit) => notices.askBudget(period, spent, limit),
    store: memento,
    now,
  });
  context.subscriptions.push(
    refresh,
    notices,
    store.onDidChange(() => void refresh.look()),
    vscode.window.onDidChangeWindowState(() => void refresh.look()),
    // Not before: a window that only starts, or that nobody uses, has no need of the history.
    limits.onDidChange(() => void spending.look()),
  );
  return {
    history,
    refresh,
    spending,
    budget,
    onTurn: (turn: Turn) => {
      if (settings.keepsUsageHistory())
        history()
          .then((one) => one.record(turn))
          .catch(reportFailure);
      spending.add(turn);
      budget.turnEnded().catch(reportFailure);
      if (turn.credits !== undefined) limits.add(turn.accountId, turn.credits);
      void refresh.turnEnded(turn.accountId);
    },
  };
}
