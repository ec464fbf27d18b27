import * as vscode from 'vscode';
import type { Account } from './accounts/account';
import type { HealthRecorder } from './accounts/health';
import type { RemovalSignal } from './accounts/storage/removalSignal';
import { lazy, timeLimit } from './base/async';
import type { Accounts } from './createAccounts';
import type { Kiro } from './createKiro';
import type { Usage } from './createUsage';
import type { Host } from './host';
import { leftOf, overageLeft, usedPart } from './kiro/account/usage/credits';
import { AccountNotices } from './vscode/accounts/accountNotices';
import { StatusBar } from './vscode/accounts/statusBar';
import { ChatProvider } from './vscode/chat/chatProvider';

export type Ui = ReturnType<typeof createUi>;

const checkLimitMs = 30_000;

/**
 * What a person sees and does: signing in, the accounts, and the models in chat. What is not seen at once is given as a
 * function, which loads it when it is asked for.
 */
export function createUi(
  host: Host,
  accounts: Accounts,
  kiro: Kiro,
  { health, usage, removal }: { health: HealthRecorder; usage: Usage; removal: RemovalSignal },
) {
  const { context, memento, settings, errors, machine } = host;
  const { store } = accounts;
  const { catalog, limits } = kiro;
  const signIn = lazy(async () => {
    const [{ createSignIn }, tokens] = await Promise.all([import('./createSignIn'), accounts.tokens()]);
    const { management } = await kiro.service();
    return createSignIn(host, accounts, tokens, { ...kiro, management });
  });
  const signInAgain = async (account: Account) => (await signIn()).signIn.again(account);
  const notices = new AccountNotices({
    accounts: store,
    errors,
    addLogin: async (found) => (await signIn()).onboarding.addWithProgress(found),
    signInAgain,
    memento,
  });
  const picker = lazy(async () => {
    const { AccountPicker } = await import('./vscode/accounts/accountPicker');
    return new AccountPicker({
      accounts: store,
      limits,
      signInAgain,
      revoke: async (account) => (await accounts.tokens()).revoke(account),
      check: (account) =>
        health.recheck(account.id, async () => {
          await accounts.sessions.revive(account.id);
          await limits.refresh(account, timeLimit(checkLimitMs));
          const credits = limits.get(account)?.credits;
          return credits && overageLeft(credits) ? undefined : usedPart(credits);
        }),
    });
  });
  const repair = lazy(async () => {
    const { AccountStorageRepair } = await import('./vscode/accounts/repairStorage');
    const extensionId = context.extension.id;
    return new AccountStorageRepair({ accounts: store, extensionId, homedir: machine.homedir });
  });
  const exports = lazy(async () => {
    const { AccountExport } = await import('./vscode/accounts/exportAccounts');
    return new AccountExport({ accounts: store, homedir: machine.homedir });
  });
  const dataRemoval = lazy(async () => {
    const { createDataRemoval } = await import('./createDataRemoval');
    return createDataRemoval(host, accounts, removal);
  });
  const modelFor = (id?: string) => provider.modelFor(id);
  const utilityModels = lazy(async () => {
    const { UtilityModels } = await import('./vscode/host/utilityModels');
    return new UtilityModels({ modelFor, memento });
  });
  const offerAgentSessions = async () =>
    (await import('./vscode/host/agentSessions')).offerAgentSessions(memento, host);
  const surroundings = lazy(async () => {
    const { tellOfSurroundings } = await import('./vscode/host/surroundings');
    await tellOfSurroundings(context.extension, memento, host);
  });
  const webSearch = lazy(async () => {
    const { WebSearchOffer } = await import('./vscode/search/webSearchOffer');
    const search = async () => (await kiro.service()).search;
    const offer = new WebSearchOffer({ accounts: store, search, store: memento, now: host.now, errors });
    context.subscriptions.push(offer);
    return offer;
  });
  const answers = lazy(async () => {
    const { createAnswers } = await import('./createChat');
    return createAnswers(host, accounts, kiro, {
      health,
      usage,
      notices,
      utilityModels,
      webSearch,
      surroundings,
    });
  });
  const commitMessage = lazy(async () => {
    const [{ CommitMessage }, chat] = await Promise.all([import('./vscode/scm/commitMessage'), answers()]);
    return new CommitMessage({
      chosenModel: () => settings.commitMessageModel(),
      ...{ modelFor, ask: chat.ask.bind(chat) },
    });
  });
  const saveRequest = async () => {
    const [save, recordings] = await Promise.all([import('./vscode/doctor/saveRequest'), kiro.recordings()]);
    const { version } = context.extension.packageJSON as { version: string };
    await save.saveRequest({ recordings, version, homedir: machine.homedir });
  };
  const doctor = lazy(async () => {
    const [{ createDoctor }, chat, { management }] = await Promise.all([
      import('./createDoctor'),
      answers(),
      kiro.service(),
    ]);
    const view = createDoctor(
      host,
      accounts,
      { catalog, management },
      { modelFor, ask: chat.ask.bind(chat) },
    );
    context.subscriptions.push(view);
    return view;
  });
  const addAccount = async () => (await signIn()).signIn.addAccount();
  const provider = new ChatProvider({
    accounts: store,
    catalog,
    limits,
    errors,
    memento,
    aliases: () => settings.aliases(),
    addAccount: () => addAccount().catch((error: unknown) => errors.show(error)),
    answers,
  });
  const statusBar = createStatusBar(host, accounts, kiro, usage);
  const usageView = lazyUsageView(host, accounts, kiro, usage);
  context.subscriptions.push(notices, provider, statusBar);
  return {
    signIn,
    notices,
    picker,
    repair,
    exports,
    dataRemoval,
    provider,
    statusBar,
    usageView,
    utilityModels,
    offerAgentSessions,
    commitMessage,
    webSearch,
    surroundings,
    doctor,
    saveRequest,
  };
}

function lazyUsageView(
  { context, errors, machine, now }: Host,
  { store }: Accounts,
  kiro: Kiro,
  usage: Usage,
) {
  const { catalog, limits } = kiro;
  return lazy(async () => {
    const [{ UsageView }, history] = await Promise.all([import('./vscode/usage/usageView'), usage.history()]);
    const { homedir } = machine;
    const view = new UsageView({ accounts: store, catalog, limits, history, errors, homedir, now });
    context.subscriptions.push(view);
    return view;
  });
}

function createStatusBar(
  { settings, now }: Host,
  { store }: Accounts,
  { limits }: Kiro,
  { spending }: Usage,
) {
  return new StatusBar({
    accounts: store,
    usageOf: (account) => {
      const figures = limits.figures(account);
      const { credits } = figures.subscription ?? {};
      const left = credits && leftOf(credits);
      return {
        figures,
        chat: spending.ofChat(),
        today: spending.today(account.id),
        pace: spending.pace(account.id, { left, resetsAt: credits?.resetsAt }),
        now: now(),
      };
    },
    onDidChangeUsage: (listener) => {
      const ofLimits = limits.onDidChange(listener);
      const ofSpending = spending.onDidChange(listener);
      return vscode.Disposable.from(ofLimits, ofSpending);
    },
    showsCredits: () => settings.statusBarCredits(),
  });
}
