import { listenOnLoopback } from './auth/loopback';
import { sleep } from './base/async';
import type { Accounts } from './createAccounts';
import type { Kiro } from './createKiro';
import type { Service } from './createService';
import type { Tokens } from './createTokens';
import type { Host } from './host';
import { kiroCliDatabaseCandidates } from './import/paths';
import { prepareChat } from './vscode/chat/chatReadiness';
import { browserPages } from './vscode/messages/signInDialogs';
import { CredentialImport } from './vscode/signIn/credentialImport';
import { DeviceSignIn } from './vscode/signIn/deviceSignIn';
import { acceptFirstUseNotice } from './vscode/signIn/firstUseNotice';
import { KiroCliImport } from './vscode/signIn/kiroCliImport';
import { Onboarding } from './vscode/signIn/onboarding';
import { OrganizationSignIn } from './vscode/signIn/organizationSignIn';
import { SignIn } from './vscode/signIn/signIn';

type AskedKiro = Kiro & Pick<Service, 'management'>;

/** How logins come to be accounts. Loaded when the first one comes. */
export function createSignIn(host: Host, accounts: Accounts, tokens: Tokens, kiro: AskedKiro) {
  const onboarding = createOnboarding(host, accounts, tokens, kiro);
  return { onboarding, signIn: createFlows({ ...host, authCall: tokens.authCall }, onboarding) };
}

function createOnboarding(
  { memento, settings, errors, log }: Host,
  accounts: Accounts,
  { identify, canWrite }: Tokens,
  kiro: AskedKiro,
) {
  return new Onboarding({
    accounts: accounts.store,
    management: kiro.management,
    catalog: kiro.catalog,
    limits: kiro.limits,
    errors,
    acceptNotice: () => acceptFirstUseNotice(memento),
    identify,
    canWrite,
    preferredProfile: () => settings.sso().profileArn,
    prepareChat: () => prepareChat(memento, log).catch((error: unknown) => errors.note(error)),
  });
}

function createFlows(host: Host, onboarding: Onboarding) {
  const { memento, settings, errors, authCall, machine, now } = host;
  const acceptNotice = () => onboarding.acceptNotice();
  return new SignIn({
    flows: {
      device: new DeviceSignIn({
        acceptNotice,
        authCall,
        time: { now, sleep },
        sso: () => settings.sso(),
        memento,
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
