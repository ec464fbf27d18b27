import * as vscode from 'vscode';
import { BackgroundRefresh } from './accounts/tokens/backgroundRefresh';
import { lazy, sleep } from './base/async';
import type { Accounts } from './createAccounts';
import type { Kiro } from './createKiro';
import type { Ui } from './createUi';
import type { Host } from './host';

/** What goes on while nobody asks: tokens are refreshed, and other programs and pages are listened to. */
export function startBackground(host: Host, accounts: Accounts, kiro: Kiro, ui: Ui): void {
  const { context, memento, settings, errors, now, random, log } = host;
  const { store, sessions, lock } = accounts;
  const note = (error: unknown) => errors.note(error);
  const refresh = new BackgroundRefresh({
    accounts: store,
    sessions,
    marginMs: () => settings.refreshMarginMs(),
    settle: (signal) => accounts.settle(signal),
    hasPendingWriteBack: (account) => accounts.hasPendingWriteBack(account),
    lock,
    onWarnings: (warnings) => ui.notices.registrations(warnings),
    now,
    random,
    wait: sleep,
    logger: log,
  });
  const lookAtSources = followSources(host, accounts, ui);
  const focus = vscode.window.onDidChangeWindowState(({ focused }) => {
    // The machine may have slept, and another program may have signed in.
    if (!focused) return;
    refresh.hurry();
    lookAtSources();
    store.active().then((account) => account && kiro.catalog.list(account), note);
  });
  context.subscriptions.push(refresh, focus);
  tellOfHiddenModels(accounts, ui).catch(note);
  // Where nobody is known to have it, a chat finds out.
  if (memento.get('kiroModels.searchRights.1')) ui.webSearch().catch(note);
  refresh.run().catch(note);
  listenToPages(host, accounts).catch(note);
}

/** Keeps up with the programs that accounts share a login with, once there is such an account. Answers a way to look at once. */
function followSources(host: Host, accounts: Accounts, ui: Ui): () => void {
  const { context, errors } = host;
  const { store } = accounts;
  const note = (error: unknown) => errors.note(error);
  const sources = lazy(async () => {
    const { watchSources } = await import('./createSources');
    const watcher = await watchSources(host, accounts, ui);
    context.subscriptions.push(watcher);
    return watcher;
  });
  let isFollowing = false;
  const begin = async () => {
    if (isFollowing || !(await store.list()).some(({ origin }) => origin.kind !== 'own')) return;
    isFollowing = true;
    await sources();
  };
  const look = () => {
    begin().catch(note);
    if (isFollowing) sources().then((watcher) => watcher.look(), note);
  };
  context.subscriptions.push(store.onDidChange(() => void begin().catch(note)));
  begin().catch(note);
  return look;
}

/** Who would miss the models because chats begin where they are hidden is told so at once; for the rest, a chat is early enough. */
async function tellOfHiddenModels({ store }: Accounts, ui: Ui): Promise<void> {
  if (vscode.workspace.getConfiguration('chat').get('defaultToCopilotHarness') !== true) return;
  if ((await store.list()).length > 0) await ui.surroundings();
}

/** All pages of a browser keep what they store in files as well; see `SealedCopies`. */
async function listenToPages({ context }: Host, { copies, otherPages }: Accounts): Promise<void> {
  if (!copies) return;
  const prepared = copies.prepare();
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(context.globalStorageUri, 'copies'));
  otherPages?.start();
  await prepared;
}
