import { join } from 'node:path';
import * as vscode from 'vscode';
import { sleep } from './base/async';
import type { Accounts } from './createAccounts';
import type { Kiro } from './createKiro';
import type { Host } from './host';
import { LimitsRefresh } from './kiro/account/usage/limitsRefresh';
import { Calendar } from './usage/calendar';
import { Spending } from './usage/spending';
import type { Turn } from './usage/turn';
import { UsageHistory } from './usage/usageHistory';

export type Usage = ReturnType<typeof createUsage>;

/** What becomes of a turn's figures, and how those of the account stay fresh. */
export function createUsage({ context, errors, log, now }: Host, { store }: Accounts, { limits }: Kiro) {
  const history = new UsageHistory({
    folder: join(context.globalStorageUri.fsPath, 'usage'),
    now,
    logger: log,
  });
  const spending = new Spending({ history, calendar: new Calendar(), now });
  const refresh = new LimitsRefresh({
    limits,
    owner: async (id) => {
      const { accounts, activeId } = await store.read();
      return accounts.find((account) => account.id === (id ?? activeId));
    },
    isLookedAt: () => vscode.window.state.focused,
    now,
    wait: sleep,
    reportFailure: (error) => errors.note(error),
  });
  context.subscriptions.push(
    refresh,
    store.onDidChange(() => void refresh.look()),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      void refresh.look();
      if (focused) void spending.look();
    }),
    // Not before: a window that nobody uses has no need of it.
    limits.onDidChange(() => void spending.look()),
  );
  return {
    history,
    refresh,
    spending,
    onTurn: (turn: Turn) => {
      void history.record(turn);
      spending.add(turn);
      if (turn.credits !== undefined) limits.add(turn.accountId, turn.credits);
      void refresh.turnEnded(turn.accountId);
    },
  };
}
