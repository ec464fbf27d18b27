import * as vscode from 'vscode';
import { NewLogins, type Seen } from './accounts/linked/newLogins';
import { SourceWatcher } from './accounts/linked/sourceWatcher';
import { BackgroundRefresh } from './accounts/tokens/backgroundRefresh';
import { sleep } from './base/async';
import type { Accounts } from './createAccounts';
import type { Ui } from './createUi';
import type { Host } from './host';
import { findKiroCliLogins } from './import/kiroCli/kiroCliDatabase';
import { kiroCliDatabaseCandidates } from './import/paths';

const seenKey = 'kiroModels.loginsOfKiroCli';

/** What goes on while nobody asks: tokens are refreshed, and other programs and pages are listened to. */
export async function startBackground(host: Host, accounts: Accounts, ui: Ui): Promise<void> {
  const { context, settings, errors, now, random, log } = host;
  const { store, sessions, refresher, lock, copies, otherPages } = accounts;
  const refresh = new BackgroundRefresh({
    accounts: store,
    sessions,
    marginMs: () => settings.refreshMarginMs(),
    settle: (signal) => refresher.settle(signal),
    hasPendingWriteBack: (account) => refresher.hasPendingWriteBack(account),
    lock,
    onWarnings: (warnings) => ui.notices.registrations(warnings),
    now,
    random,
    wait: sleep,
    logger: log,
  });
  const sources = watchSources(host, accounts, ui);
  const focus = vscode.window.onDidChangeWindowState(({ focused }) => {
    // The machine may have slept, and another program may have signed in.
    if (!focused) return;
    refresh.hurry();
    sources.look();
  });
  context.subscriptions.push(refresh, sources, focus);
  refresh.run().catch((error: unknown) => errors.note(error));
  if (!copies) return;
  copies.prepare().catch((error: unknown) => errors.note(error));
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(context.globalStorageUri, 'copies'));
  otherPages?.start();
}

/** Keeps up with Kiro CLI and the Kiro IDE, once one of the accounts came from there. */
function watchSources(host: Host, accounts: Accounts, ui: Ui): SourceWatcher {
  const { store, sessions, identity, isHere, lock } = accounts;
  const { context, settings, errors, machine, now, log } = host;
  const newLogins = new NewLogins({
    identity,
    read: (signal) =>
      findKiroCliLogins(kiroCliDatabaseCandidates(machine, settings.kiroCliDatabasePath()), { now, signal }),
    onNewLogin: (found, reread) =>
      settings.kiroCliWatch() === 'ask'
        ? ui.notices.newLogin(found, reread)
        : ui.onboarding.addWithProgress(found).catch((error: unknown) => errors.show(error)),
    seen: {
      get: () => context.globalState.get<Seen>(seenKey),
      set: (seen) => context.globalState.update(seenKey, seen),
    },
    isIgnored: (one) => ui.notices.isIgnored(one),
    lock,
    logger: log,
  });
  return new SourceWatcher({
    accounts: store,
    sessions,
    newLogins,
    isFollowed: (kind) => kind !== 'kiro-cli' || settings.kiroCliWatch() !== 'off',
    isHere,
    note: (error) => errors.note(error),
    logger: log,
  });
}
