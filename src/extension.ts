import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Account } from './accounts/account';
import { Standings } from './accounts/health';
import { rereadLinkedLogin, writeBackToLinked } from './accounts/linked/linked';
import { WriteBack } from './accounts/linked/writeBack';
import { Rotation } from './accounts/selection/rotation';
import { AccountStore } from './accounts/storage/accountStore';
import { FileRevisions } from './accounts/storage/revisions';
import { SealedCopies } from './accounts/storage/sealedCopies';
import { BackgroundRefresh } from './accounts/tokens/backgroundRefresh';
import { LoginSession } from './accounts/tokens/loginSession';
import { Sessions } from './accounts/tokens/sessions';
import { authTimeoutMs } from './auth/authCall';
import type { Login } from './auth/credentials';
import { listenOnLoopback } from './auth/loopback';
import { refreshLogin } from './auth/refresh';
import { revokeLogin } from './auth/revoke';
import { sleep, timeLimit } from './base/async';
import { FileLock } from './base/fileLock';
import { FileWatch } from './base/fileWatch';
import type { Http } from './base/http';
import { kiroCliDatabaseCandidates } from './import/paths';
import { Catalog } from './kiro/account/catalog';
import { Management } from './kiro/account/management';
import { PerAccountCache } from './kiro/account/perAccountCache';
import { creditsReturn, type Subscription, usedPart } from './kiro/account/usage';
import { KiroClient } from './kiro/chat/client';
import { ReasoningMemory } from './kiro/chat/request/reasoningMemory';
import { Calibration } from './kiro/tokenCount/calibration';
import { estimateRequest } from './kiro/tokenCount/messageTokens';
import { Hosts } from './kiro/transport/hosts';
import { KiroHttp } from './kiro/transport/kiroHttp';
import type { SessionSource } from './kiro/transport/session';
import { AccountNotices } from './vscode/accounts/accountNotices';
import { AccountPicker } from './vscode/accounts/accountPicker';
import { followSources } from './vscode/accounts/followSources';
import { AccountStorageRepair } from './vscode/accounts/repairStorage';
import { StatusBar } from './vscode/accounts/statusBar';
import { Answers } from './vscode/chat/answers';
import { ChatProvider } from './vscode/chat/chatProvider';
import { ensureProviderGroup } from './vscode/chat/chatReadiness';
import { ErrorReporter } from './vscode/errorReporter';
import { browserPages } from './vscode/messages/signInSentences';
import { Settings } from './vscode/settings';
import { CredentialImport } from './vscode/signIn/credentialImport';
import { DeviceSignIn } from './vscode/signIn/deviceSignIn';
import { acceptFirstUseNotice } from './vscode/signIn/firstUseNotice';
import { KiroCliImport } from './vscode/signIn/kiroCliImport';
import { Onboarding } from './vscode/signIn/onboarding';
import { OrganizationSignIn } from './vscode/signIn/organizationSignIn';
import { SignInMethods } from './vscode/signIn/signInMethods';

/** Builds every object once, joins them, and gives their lifetimes to VS Code. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Kiro', { log: true });
  const settings = new Settings(process.env);
  const failures = new ErrorReporter(log);
  const now = () => Date.now();
  const { version } = context.extension.packageJSON as { version: string };
  // VS Code replaces the global fetch by one that knows the person's proxy and certificates; it is looked up each time.
  const http: Http = {
    fetch: (url, init) => fetch(url, init),
    userAgent: `kiro-chat-models/${version} VSCode/${vscode.version}`,
  };

  const machine = { platform: process.platform, env: process.env, homedir: homedir() };
  const shared = context.globalStorageUri.fsPath;
  const lock = new FileLock(join(shared, 'locks'), log);
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
  const catalog = new Catalog(management, context.globalState, now, reportFailure);
  const subscriptions = new PerAccountCache<Subscription>({
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
    catalog,
    subscriptions,
    failures,
    acceptNotice: () => acceptFirstUseNotice(context.globalState),
    identify,
    preferredProfile: () => settings.sso().profileArn,
    prepareChat: () => ensureProviderGroup(context.globalState, log),
  });
  const authCall = (signal: AbortSignal) => ({ http, endpoints: settings.endpoints(), now, signal });
  const acceptNotice = () => onboarding.acceptNotice();
  const waysIn = new SignInMethods(
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
  const rescue = new AccountStorageRepair({
    accounts,
    extensionId: context.extension.id,
    homedir: machine.homedir,
  });
  const keeper = new BackgroundRefresh({
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
      const { models, source } = catalog.list(account);
      return source === 'live' && models.some(({ id }) => id === modelId);
    },
    used: (account) => usedPart(subscriptions.get(account)?.credits),
    now,
  });
  const provider = new ChatProvider({
    accounts,
    catalog,
    subscriptions,
    answers: new Answers({
      client,
      rotation,
      catalog,
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
