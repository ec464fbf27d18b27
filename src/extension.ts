/**
 * The table of contents. The files beside this one build every object once and join them; no folder imports them. Only
 * here do globals of the process come in.
 */
import './vscode/language';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { SpentTokens } from './auth/spentTokens';
import { lazy } from './base/async';
import { type Accounts, createAccounts, createHealth, createRemovalSignal } from './createAccounts';
import { createKiro } from './createKiro';
import { createUi, type Ui } from './createUi';
import { createUsage } from './createUsage';
import type { Host } from './host';
import { startBackground } from './startBackground';
import { vendor } from './vscode/chat/hostApi';
import { fullLogItem } from './vscode/doctor/fullLogItem';
import { ErrorReporter } from './vscode/errorReporter';
import { SequentialMemento } from './vscode/host/sequentialMemento';
import { Settings } from './vscode/settings';
import { signInMethods } from './vscode/signIn/signInMethods';

/** Builds everything, and builds it anew where a person removed all data: nothing of it may stay in memory. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Kiro Models', { log: true });
  context.subscriptions.push(log);
  const memento = new SequentialMemento(context.globalState);
  const outlives = context.subscriptions.length;
  const begin = () => {
    for (const one of context.subscriptions.splice(outlives).reverse()) one.dispose();
    start(hostOf(context, memento, log), begin);
  };
  begin();
}

/** Builds everything, registers it, and gives its lifetime to VS Code. */
function start(host: Host, startOver: () => void): void {
  const { context } = host;
  const transport = lazy(async () => (await import('./createService')).createTransport(host));
  const accounts = createAccounts(host, transport);
  const findProfile = async (id: string, signal: AbortSignal) =>
    (await ui.signIn()).onboarding.findProfile(id, signal);
  const service = lazy(async () => {
    const [{ createService }, reach] = await Promise.all([import('./createService'), transport()]);
    return createService(reach(accounts.sessions, findProfile));
  });
  const kiro = createKiro(host, service);
  const usage = createUsage(host, accounts, kiro);
  const health = createHealth(host, accounts, kiro);
  const removal = createRemovalSignal(host, accounts, startOver);
  const ui = createUi(host, accounts, kiro, { health, usage, removal });
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider(vendor, ui.provider),
    fullLogItem(() => host.settings.logsRequests()),
    ...registerCommands(host, ui),
  );
  // Not waited for: a secret storage that hangs must not keep the extension from being there. What nobody sees comes after.
  void ui.statusBar
    .update()
    .catch((error: unknown) => host.errors.note(error))
    .then(() => {
      startBackground(host, accounts, kiro, ui);
      return prepareForNewcomer(host, accounts);
    })
    .catch((error: unknown) => host.errors.note(error))
    // A question that is typed before there is an account leads to one.
    .then(() => ui.provider.offerSetup());
}

async function prepareForNewcomer({ memento, log }: Host, { store }: Accounts): Promise<void> {
  if ((await store.list()).length > 0) return;
  const { prepareChatOnce } = await import('./vscode/chat/chatReadiness');
  await prepareChatOnce(memento, log);
}

function commandsOf(
  { log }: Host,
  {
    signIn,
    picker,
    repair,
    exports,
    dataRemoval,
    usageView,
    utilityModels,
    offerAgentSessions,
    commitMessage,
    doctor,
    saveRequest,
  }: Ui,
): Record<string, (...args: unknown[]) => Promise<void>> {
  return {
    'kiroModels.addAccount': async () => (await signIn()).signIn.addAccount(),
    ...Object.fromEntries(
      signInMethods.map((method) => [method.command, async () => (await signIn()).signIn.start(method)]),
    ),
    'kiroModels.switchAccount': async () => (await picker()).open(),
    'kiroModels.signInAgain': async () => (await picker()).signInAgain(),
    'kiroModels.checkAccounts': async () => (await picker()).checkAll(),
    'kiroModels.removeSignedOutAccounts': async () => (await picker()).removeSignedOut(),
    'kiroModels.signOut': async () => (await picker()).signOut(),
    'kiroModels.exportAccounts': async () => (await exports()).run(),
    'kiroModels.removeAllData': async () => (await dataRemoval()).run(),
    'kiroModels.repairStorage': async () => (await repair()).open(),
    'kiroModels.showUsage': async () => (await usageView()).open(),
    'kiroModels.runDoctor': async () => (await doctor()).open(),
    'kiroModels.copyDiagnostics': async () => (await doctor()).copyDiagnostics(),
    'kiroModels.setUtilityModels': async () => (await utilityModels()).choose(),
    'kiroModels.showInAgentSessions': () => offerAgentSessions(),
    'kiroModels.hiddenHere': () => offerAgentSessions(),
    'kiroModels.writeCommitMessage': async (source) =>
      (await commitMessage()).write(source as vscode.SourceControl | undefined),
    'kiroModels.saveLastRequest': () => saveRequest(),
    'kiroModels.showLog': async () => log.show(),
  };
}

function registerCommands(host: Host, ui: Ui): vscode.Disposable[] {
  return Object.entries(commandsOf(host, ui)).map(([id, run]) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) =>
      run(...args).catch((error: unknown) => host.errors.show(error)),
    ),
  );
}

function hostOf(
  context: vscode.ExtensionContext,
  memento: vscode.Memento,
  log: vscode.LogOutputChannel,
): Host {
  const settings = new Settings(process.env);
  const { version } = context.extension.packageJSON as { version: string };
  // VS Code replaces the global fetch by one that knows the person's proxy and certificates; it is looked up each time.
  const http = {
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    userAgent: `kiro-chat-models/${version} VSCode/${vscode.version}`,
  };
  const now = () => Date.now();
  const isPage = vscode.env.uiKind === vscode.UIKind.Web;
  const spent = new SpentTokens(join(context.globalStorageUri.fsPath, 'spent'), log);
  return {
    context,
    memento,
    log,
    settings,
    errors: new ErrorReporter(log),
    http,
    authCall: (signal) => ({ http, endpoints: settings.endpoints(), now, signal, spent }),
    spent,
    machine: { platform: process.platform, env: process.env, homedir: homedir() },
    // All pages of a browser run on one machine.
    isRemote: !isPage && vscode.env.remoteName !== undefined,
    isPage,
    now,
    random: Math.random,
  };
}
