import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Account } from './accounts/account';
import { AccountStore } from './accounts/accountStore';
import { Standings } from './accounts/health';
import { Keeper } from './accounts/keeper';
import { rereadLinkedLogin, writeBackToLinked } from './accounts/linked';
import { LoginSession } from './accounts/loginSession';
import { FileRefreshLock } from './accounts/refreshLock';
import { FileRevisions } from './accounts/revisions';
import { Rotation } from './accounts/rotation';
import { SealedCopies } from './accounts/sealedCopies';
import { Sessions } from './accounts/sessions';
import { WriteBack } from './accounts/writeBack';
import { authTimeoutMs } from './auth/authCall';
import type { Login } from './auth/credentials';
import { listenOnLoopback } from './auth/loopback';
import { refreshLogin } from './auth/refresh';
import { revokeLogin } from './auth/revoke';
import { sleep, timeLimit } from './base/async';
import type { Http } from './base/http';
import { Calibration } from './kiro/calibration';
import { Catalogue } from './kiro/catalogue';
import { KiroClient } from './kiro/client';
import { Hosts } from './kiro/hosts';
import { KiroHttp } from './kiro/http';
import { Management } from './kiro/management';
import { estimateRequest } from './kiro/messageTokens';
import { Remembered } from './kiro/remembered';
import { ReasoningMemory } from './kiro/request/reasoningMemory';
import type { SessionSource } from './kiro/session';
import { creditsReturn, type Subscription, usedPart } from './kiro/subscription';
import { FileWatch } from './sources/fileWatch';
import { kiroCliDatabaseCandidates } from './sources/paths';
import { AccountNotices } from './vscode/accountNotices';
import { AccountPicker } from './vscode/accountPicker';
import { AccountRescue } from './vscode/accountRescue';
import { Answers } from './vscode/answers';
import { ChatProvider } from './vscode/chatProvider';
import { ensureProviderGroup } from './vscode/chatReadiness';
import { CredentialImport } from './vscode/credentialImport';
import { DeviceSignIn } from './vscode/deviceSignIn';
import { Failures } from './vscode/failures';
import { acceptFirstUseNotice } from './vscode/firstUseNotice';
import { followSources } from './vscode/followSources';
import { KiroCliImport } from './vscode/importKiroCli';
import { browserPages } from './vscode/loginSentences';
import { Onboarding } from './vscode/onboarding';
import { OrganizationSignIn } from './vscode/organizationSignIn';
import { Settings } from './vscode/settings';
import { StatusBar } from './vscode/statusBar';
import { WaysIn } from './vscode/waysIn';

/** Builds every object once, joins them, and gives their lifetimes to VS Code. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Kiro', { log: true });
  const settings = new Settings(process.env);
  const failures = new Failures(log);
  const now = () => Date.now();
  const { version } = context.extension.packageJSON as { version: string };
  // VS Code replaces the global fetch by one that knows the person's proxy and certificates; it is looked up each time.
  const http: Http = {
    fetch: (url, init) => fetch(url, init),
    userAgent: `kiro-chat-models/${version} VSCode/${vscode.version}`,
  };

  const machine = { platform: process.platform, env: process.env, homedir: homedir() };
  const shared = context.globalStorageUri.fsPath;
  const lock = new FileRefreshLock(join(shared, 'locks'), log);
  const revisionFile = join(shared, 'accounts.revision');
  const revisions = new FileRevisions(revisionFile, log);
  // A page in a browser reads its secrets once and never hears what another page stores.
  const isPage = vscode.env.uiKind === vscode.UIKind.Web;
  const copies = isPage ? new SealedCopies(join(shared, 'copies'), log) : undefined;
  const accounts = new AccountStore(context.secrets, now, randomUUID, {
    lock,
    revisions,
    copies,
    wait: sleep,
  });
  const otherPages = new FileWatch({
    path: revisionFile,
    onChange: async () => accounts.lookAgain(),
    logger: log,
  });
  const hosts = new Hosts(() => settings.endpoints());
  const serviceFor = (source: SessionSource) =>
    new KiroHttp(http, hosts, source, () => settings.shareContentWithAws(), now);
  const identify = async (login: Login, signal: AbortSignal) => {
    const service = serviceFor(new LoginSession(login, settings.region()));
    return (await new Management(service).usageLimits({ signal })).person;
  };
  const writeBack = new WriteBack({
    accounts,
    write: (account, update, signal) => writeBackToLinked(account, update, { signal }),
    policy: () => settings.writeBack(),
    logger: log,
  });
  const sessions = new Sessions({
    accounts,
    refresh: (login, signal) => refreshLogin(login, { http, endpoints: settings.endpoints(), signal, now }),
    rereadLinked: (account, signal) => rereadLinkedLogin(account, { machine, now, signal }),
    identify,
    lock,
    writeBack,
    now,
    logger: log,
    marginMs: () => settings.refreshMarginMs(),
    defaultRegion: () => settings.region(),
  });
  const kiroHttp = serviceFor(sessions);
  const management = new Management(kiroHttp);
  const reportFailure = (error: unknown) => failures.note(error);
  const catalogue = new Catalogue(management, context.globalState, now, reportFailure);
  const subscriptions = new Remembered<Subscription>({
    store: context.globalState,
    key: 'kiroModels.subscriptions.1',
    read: async ({ id }, signal) => (await management.usageLimits({ accountId: id, signal })).subscription,
    maxAgeMs: 5 * 60_000,
    now,
    reportFailure,
  });
  const calibration = new Calibration(context.globalState, reportFailure);
  const client = new KiroClient({
    http: kiroHttp,
    timeouts: () => settings.timeouts(),
    resending: () => settings.resending(),
    sleep,
    random: Math.random,
    reasoning: new ReasoningMemory(),
    learn: (request, usage) => calibration.learn(request, usage),
    estimate: (request) => calibration.apply(request.modelId, estimateRequest(request)),
  });

  const onboarding = new Onboarding({
    accounts,
    management,
    catalogue,
    subscriptions,
    failures,
    acceptNotice: () => acceptFirstUseNotice(context.globalState),
    identify,
    preferredProfile: () => settings.sso().profileArn,
    prepareChat: () => ensureProviderGroup(context.globalState, log),
  });
  const authCall = (signal: AbortSignal) => ({ http, endpoints: settings.endpoints(), now, signal });
  const acceptNotice = () => onboarding.acceptNotice();
  const waysIn = new WaysIn(
    new DeviceSignIn({
      acceptNotice,
      authCall,
      time: { now, sleep },
      sso: () => settings.sso(),
      memento: context.globalState,
    }),
    new OrganizationSignIn(acceptNotice, authCall, { listen: listenOnLoopback(browserPages), sleep }),
    new CredentialImport({ onboarding, authCall, machine }),
    new KiroCliImport(onboarding, failures, () =>
      kiroCliDatabaseCandidates(machine, settings.kiroCliDatabasePath()),
    ),
    machine,
    settings,
    onboarding,
  );
  const renew = (account: Account) => waysIn.renew(account);
  const notices = new AccountNotices({ accounts, failures, onboarding, renew, memento: context.globalState });
  const standings = new Standings(accounts, (account) =>
    creditsReturn(subscriptions.get(account)?.credits, now()),
  );
  const picker = new AccountPicker({
    accounts,
    subscriptions,
    renew,
    revoke: (account) => revokeLogin(account, authCall(timeLimit(authTimeoutMs)), log),
    check: (account) =>
      standings.recheck(account.id, async () => {
        await subscriptions.refresh(account, timeLimit(checkLimitMs));
        return usedPart(subscriptions.get(account)?.credits);
      }),
  });
  const rescue = new AccountRescue({
    accounts,
    extensionId: context.extension.id,
    homedir: machine.homedir,
  });
  const keeper = new Keeper({
    accounts,
    sessions,
    marginMs: () => settings.refreshMarginMs(),
    owes: (account) => writeBack.owes(account),
    lock,
    onWarnings: (warnings) => notices.registrations(warnings),
    now,
    random: Math.random,
    wait: sleep,
    logger: log,
  });
  const follower = followSources({
    accounts,
    sessions,
    identify,
    notices,
    onboarding,
    failures,
    settings,
    machine,
    now,
    log,
  });
  const rotation = new Rotation({
    accounts,
    strategy: () => settings.accountStrategy(),
    failover: () => settings.failover(),
    offers: (account, modelId) => {
      const { models, source } = catalogue.list(account);
      return source === 'live' && models.some(({ id }) => id === modelId);
    },
    used: (account) => usedPart(subscriptions.get(account)?.credits),
    now,
  });
  const provider = new ChatProvider({
    accounts,
    catalogue,
    subscriptions,
    answers: new Answers({
      client,
      rotation,
      catalogue,
      standings,
      onPassedOn: (from, to) => notices.passedOn(from, to),
      reportFailure,
    }),
    calibration,
    failures,
    memento: context.globalState,
    addAccount: () => waysIn.addAccount().catch((error: unknown) => failures.show(error)),
  });
  const statusBar = new StatusBar(accounts);

  const command = (name: string, run: () => Promise<void>) =>
    vscode.commands.registerCommand(name, () => run().catch((error: unknown) => failures.show(error)));
  context.subscriptions.push(
    log,
    accounts,
    sessions,
    provider,
    statusBar,
    notices,
    keeper,
    follower,
    otherPages,
    vscode.window.onDidChangeWindowState(({ focused }) => {
      // The machine may have slept, and another program may have signed in.
      if (!focused) return;
      keeper.wake();
      follower.look();
    }),
    vscode.lm.registerLanguageModelChatProvider('kiro', provider),
    command('kiroModels.addAccount', () => waysIn.addAccount()),
    command('kiroModels.signInBuilderId', () => waysIn.go('builderId')),
    command('kiroModels.signInIdentityCenter', () => waysIn.go('identityCenter')),
    command('kiroModels.signInGoogle', () => waysIn.go('google')),
    command('kiroModels.signInGitHub', () => waysIn.go('github')),
    command('kiroModels.signInOrganization', () => waysIn.go('organization')),
    command('kiroModels.importFromKiroCli', () => waysIn.go('kiroCli')),
    command('kiroModels.importFromKiroIde', () => waysIn.go('kiroIde')),
    command('kiroModels.importFromFile', () => waysIn.go('file')),
    command('kiroModels.addApiKey', () => waysIn.go('apiKey')),
    command('kiroModels.pasteRefreshToken', () => waysIn.go('refreshToken')),
    command('kiroModels.switchAccount', () => picker.open()),
    command('kiroModels.renewSignIn', () => picker.renew()),
    command('kiroModels.checkAccounts', () => picker.checkAll()),
    command('kiroModels.removeDeadAccounts', () => picker.removeDead()),
    command('kiroModels.signOut', () => picker.signOut()),
    command('kiroModels.rescueAccounts', () => rescue.open()),
    command('kiroModels.showLog', async () => log.show()),
  );
  keeper.run().catch(reportFailure);
  if (isPage) {
    await vscode.workspace.fs.createDirectory(context.globalStorageUri);
    otherPages.start();
  }
  await statusBar.update();
}

const checkLimitMs = 30_000;
