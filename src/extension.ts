import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { AccountStore } from './accounts/accountStore';
import { rereadLinkedLogin } from './accounts/linked';
import { LoginSession } from './accounts/loginSession';
import { Sessions } from './accounts/sessions';
import { refreshLogin } from './auth/refresh';
import { sleep } from './base/async';
import type { Http } from './base/http';
import { Catalogue } from './kiro/catalogue';
import { KiroClient } from './kiro/client';
import { Hosts } from './kiro/hosts';
import { KiroHttp } from './kiro/http';
import { Management } from './kiro/management';
import type { SessionSource } from './kiro/session';
import { kiroCliDatabaseCandidates } from './sources/paths';
import { chooseAndSignOut, switchAccount } from './vscode/accountPicker';
import { ChatProvider } from './vscode/chatProvider';
import { ensureProviderGroup } from './vscode/chatReadiness';
import { Failures } from './vscode/failures';
import { acceptFirstUseNotice } from './vscode/firstUseNotice';
import { KiroCliImport } from './vscode/importKiroCli';

import { Onboarding } from './vscode/onboarding';
import { settings } from './vscode/settings';
import { StatusBar } from './vscode/statusBar';

/** Builds every object once, joins them, and gives their lifetimes to VS Code. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Kiro', { log: true });
  const failures = new Failures(log);
  const now = () => Date.now();
  const { version } = context.extension.packageJSON as { version: string };
  // VS Code replaces the global fetch by one that knows the person's proxy and certificates; it is looked up each time.
  const http: Http = {
    fetch: (url, init) => fetch(url, init),
    userAgent: `kiro-chat-models/${version} VSCode/${vscode.version}`,
  };

  const accounts = new AccountStore(context.secrets, now);
  const hosts = new Hosts(settings.endpoints);
  const serviceFor = (source: SessionSource) =>
    new KiroHttp(http, hosts, source, settings.shareContentWithAws, now);
  const sessions = new Sessions({
    accounts,
    refresh: (login, signal) => refreshLogin(login, { http, endpoints: settings.endpoints(), signal, now }),
    rereadLinked: (account, signal) => rereadLinkedLogin(account, { signal }),
    identify: (login, signal) => new Management(serviceFor(new LoginSession(login))).identity({ signal }),
    now,
    logger: log,
  });
  const kiroHttp = serviceFor(sessions);
  const management = new Management(kiroHttp);
  const catalogue = new Catalogue(management, context.globalState, now, (error) => failures.note(error));
  const client = new KiroClient({
    http: kiroHttp,
    timeouts: settings.timeouts,
    sleep,
    random: Math.random,
  });

  const onboarding = new Onboarding({
    accounts,
    management,
    catalogue,
    failures,
    acceptNotice: () => acceptFirstUseNotice(context.globalState),
    prepareChat: () => ensureProviderGroup(context.globalState, log),
  });
  const kiroCliImport = new KiroCliImport(onboarding, failures, () =>
    kiroCliDatabaseCandidates(
      { platform: process.platform, env: process.env, homedir: homedir() },
      settings.kiroCliDatabasePath(),
    ),
  );
  const provider = new ChatProvider({
    accounts,
    catalogue,
    client,
    failures,
    addAccount: () => kiroCliImport.run().catch((error: unknown) => failures.show(error)),
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
    vscode.lm.registerLanguageModelChatProvider('kiro', provider),
    command('kiroModels.importFromKiroCli', () => kiroCliImport.run()),
    command('kiroModels.switchAccount', () => switchAccount(accounts)),
    command('kiroModels.signOut', () => chooseAndSignOut(accounts)),
    command('kiroModels.showLog', async () => log.show()),
  );
  await statusBar.update();
}
