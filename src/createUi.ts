import * as vscode from 'vscode';
import type { Account } from './accounts/account';
import { Failover } from './accounts/selection/failover';
import { listenOnLoopback } from './auth/loopback';
import { revokeLogin } from './auth/refresh';
import { authTimeoutMs } from './auth/tokenEndpoint';
import { sleep, timeLimit } from './base/async';
import type { Accounts, Selection } from './createAccounts';
import type { Kiro } from './createKiro';
import type { Usage } from './createUsage';
import type { Host } from './host';
import { kiroCliDatabaseCandidates } from './import/paths';
import { leftOf, overageLeft, usedPart } from './kiro/account/usage/credits';
import { AccountNotices } from './vscode/accounts/accountNotices';
import { AccountPicker } from './vscode/accounts/accountPicker';
import { AccountExport } from './vscode/accounts/exportAccounts';
import { AccountStorageRepair } from './vscode/accounts/repairStorage';
import { StatusBar } from './vscode/accounts/statusBar';
import { ChatProvider } from './vscode/chat/chatProvider';
import { ensureProviderGroup } from './vscode/chat/chatReadiness';
import { vendor } from './vscode/chat/hostApi';
import { UtilityModels } from './vscode/chat/utilityModels';
import { browserPages } from './vscode/messages/signInSentences';
import { CommitMessage } from './vscode/scm/commitMessage';
import { CredentialImport } from './vscode/signIn/credentialImport';
import { DeviceSignIn } from './vscode/signIn/deviceSignIn';
import { acceptFirstUseNotice } from './vscode/signIn/firstUseNotice';
import { KiroCliImport } from './vscode/signIn/kiroCliImport';
import { Onboarding } from './vscode/signIn/onboarding';
import { OrganizationSignIn } from './vscode/signIn/organizationSignIn';
import { SignIn } from './vscode/signIn/signIn';
import { UsageView } from './vscode/usage/usageView';

export type Ui = ReturnType<typeof createUi>;

const checkLimitMs = 30_000;

/** What a person sees and does: signing in, the accounts, and the models in chat. */
export function createUi(
  host: Host,
  accounts: Accounts,
  kiro: Kiro,
  { selection, usage }: { selection: Selection; usage: Usage },
) {
  const { context, settings, errors, authCall, machine, log } = host;
  const { store } = accounts;
  const { catalog, limits, calibration, client } = kiro;
  const memento = context.globalState;
  const onboarding = createOnboarding(host, accounts, kiro);
  const signIn = createSignIn({ ...host, authCall: accounts.authCall }, onboarding);
  const signInAgain = (account: Account) => signIn.again(account);
  const notices = new AccountNotices({ accounts: store, errors, onboarding, signInAgain, memento });
  const picker = new AccountPicker({
    accounts: store,
    limits,
    signInAgain,
    revoke: (account) => revokeLogin(account, authCall(timeLimit(authTimeoutMs)), log),
    check: (account) =>
      selection.health.recheck(account.id, async () => {
        await accounts.sessions.revive(account.id);
        await limits.refresh(account, timeLimit(checkLimitMs));
        const credits = limits.get(account)?.credits;
        return credits && overageLeft(credits) ? undefined : usedPart(credits);
      }),
  });
  const repair = new AccountStorageRepair({
    accounts: store,
    extensionId: context.extension.id,
    homedir: machine.homedir,
  });
  const exports = new AccountExport({ accounts: store, homedir: machine.homedir });
  const utilityModels = new UtilityModels({ accounts: store, catalog, memento, vendor });
  const provider = new ChatProvider({
    accounts: store,
    catalog,
    limits,
    client,
    failover: new Failover({
      ...selection,
      onPassedOn: (choice) => notices.passedOn(choice),
      onFailed: (accountId, { code }) => {
        if (code === 'unknown-model') catalog.invalidate(accountId);
      },
      reportFailure: (error) => errors.note(error),
    }),
    calibration,
    errors,
    memento,
    admit: (accountId, signal) => usage.budget.admit(accountId, signal),
    onTurn: (turn) => {
      usage.onTurn(turn);
      if (turn.kind === 'chat') utilityModels.offerOnce().catch((error: unknown) => errors.note(error));
    },
    now: host.now,
    addAccount: () => signIn.addAccount().catch((error: unknown) => errors.show(error)),
  });
  const commitMessage = new CommitMessage({
    chosenModel: () => settings.commitMessageModel(),
    modelFor: (id) => provider.modelFor(id),
    ask: (model, question, signal) => provider.ask(model, question, signal),
  });
  const statusBar = createStatusBar(host, accounts, kiro, usage);
  const usageView = createUsageView(host, accounts, kiro, usage);
  context.subscriptions.push(notices, provider, statusBar, usageView);
  return {
    onboarding,
    signIn,
    notices,
    picker,
    repair,
    exports,
    provider,
    statusBar,
    usageView,
    utilityModels,
    commitMessage,
  };
}

function createUsageView({ errors, machine, now }: Host, { store }: Accounts, kiro: Kiro, usage: Usage) {
  const { catalog, limits } = kiro;
  const { history } = usage;
  return new UsageView({ accounts: store, catalog, limits, history, errors, homedir: machine.homedir, now });
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

function createOnboarding({ context, settings, errors, log }: Host, accounts: Accounts, kiro: Kiro) {
  return new Onboarding({
    accounts: accounts.store,
    management: kiro.management,
    catalog: kiro.catalog,
    limits: kiro.limits,
    errors,
    acceptNotice: () => acceptFirstUseNotice(context.globalState),
    identify: accounts.identify,
    canWrite: accounts.canWrite,
    preferredProfile: () => settings.sso().profileArn,
    prepareChat: () => ensureProviderGroup(context.globalState, log),
  });
}

function createSignIn(host: Host, onboarding: Onboarding) {
  const { context, settings, errors, authCall, machine, now } = host;
  const acceptNotice = () => onboarding.acceptNotice();
  return new SignIn({
    flows: {
      device: new DeviceSignIn({
        acceptNotice,
        authCall,
        time: { now, sleep },
        sso: () => settings.sso(),
        memento: context.globalState,
      }),
      organization: new OrganizationSignIn({
        acceptNotice,
        authCall,
        browser: { listen: listenOnLoopback(browserPages), sleep },
      }),
      imports: new CredentialImport({ onboarding, authCall, machine }),
      kiroCli: new KiroCliImport({
        onboarding,
        errors,
        candidates: () => kiroCliDatabaseCandidates(machine, settings.kiroCliDatabasePath()),
        now,
      }),
    },
    onboarding,
    settings,
    machine,
  });
}
