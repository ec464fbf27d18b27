import * as vscode from 'vscode';
import { BackgroundRefresh } from './accounts/tokens/backgroundRefresh';
import { sleep } from './base/async';
import type { Accounts } from './createAccounts';
import type { Ui } from './createUi';
import type { Host } from './host';
import { followSources } from './vscode/accounts/followSources';

/** What goes on while nobody asks: tokens are refreshed, and other programs and pages are listened to. */
export async function startBackground(host: Host, accounts: Accounts, ui: Ui): Promise<void> {
  const { context, settings, errors, machine, now, random, log } = host;
  const { store, sessions, writeBack, lock, identify, otherPages } = accounts;
  const refresh = new BackgroundRefresh({
    accounts: store,
    sessions,
    marginMs: () => settings.refreshMarginMs(),
    owes: (account) => writeBack.owes(account),
    lock,
    onWarnings: (warnings) => ui.notices.registrations(warnings),
    now,
    random,
    wait: sleep,
    logger: log,
  });
  const follower = followSources({
    accounts: store,
    sessions,
    identify,
    notices: ui.notices,
    onboarding: ui.onboarding,
    failures: errors,
    settings,
    machine,
    now,
    log,
  });
  const focus = vscode.window.onDidChangeWindowState(({ focused }) => {
    // The machine may have slept, and another program may have signed in.
    if (!focused) return;
    refresh.wake();
    follower.look();
  });
  context.subscriptions.push(refresh, follower, focus);
  refresh.run().catch((error: unknown) => errors.note(error));
  if (!host.isPage) return;
  await vscode.workspace.fs.createDirectory(context.globalStorageUri);
  otherPages.start();
}
