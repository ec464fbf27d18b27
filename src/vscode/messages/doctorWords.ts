import type { Account } from '../../accounts/account';
import { needsSignIn } from '../../base/errors';
import type { CheckGroup, CheckId, Fact, Finding, HostFailure } from '../../doctor/examination';
import { healthOf, originName } from './accountWords';
import { accountPageOf, fullSentenceFor, remediesFor, withoutMarkup } from './errorSentences';

// What the doctor found, as a person would say it, with the button that mends it.

/** The button beside a problem: a page, or a command. With neither, the check is done again. */
export interface Fix {
  label: string;
  page?: string;
  command?: string;
  args?: readonly unknown[];
}

/** How what is the person's own is called: by its name on the page, and by none in what is copied for others. */
export interface Names {
  account: (account: Account) => string;
  path: (path: string) => string;
  /** Of an organization's gateway; Kiro's own hosts are no secret. */
  gateway: (host: string) => string;
}

export const groupTitles: Readonly<Record<CheckGroup, string>> = {
  machine: 'This computer',
  accounts: 'Accounts',
  connection: 'Connection',
  service: 'Kiro, for the active account',
  editor: 'VS Code',
  settings: 'Settings',
};

export const checkTitles: Readonly<Record<CheckId, string>> = {
  'kiro-cli': 'Kiro CLI',
  'kiro-cli-database': 'Kiro CLI’s login',
  sqlite: 'SQLite',
  secrets: 'Secret storage',
  windows: 'Other windows',
  accounts: 'Accounts',
  clock: 'Clock',
  runtime: 'Chat',
  management: 'Models and credits',
  oidc: 'AWS sign-in',
  social: 'Google and GitHub sign-in',
  portal: 'Kiro’s sign-in page',
  token: 'Token',
  profile: 'Profile',
  region: 'Region',
  catalog: 'Models',
  'host-version': 'Version',
  chat: 'Built-in chat',
  group: 'Provider group',
  models: 'Models in chat',
  trust: 'Workspace trust',
  side: 'Where this runs',
  settings: 'Settings',
};

const again: Fix = { label: 'Check Again' };
const reload: Fix = { label: 'Reload Window', command: 'workbench.action.reloadWindow' };
const addAccount: Fix = { label: 'Add Account…', command: 'kiroModels.addAccount' };
const signInAgain: Fix = { label: 'Sign In Again…', command: 'kiroModels.signInAgain' };
const chooseDatabase: Fix = { label: 'Import from Kiro CLI…', command: 'kiroModels.importFromKiroCli' };
const update: Fix = { label: 'Check for Updates', command: 'update.checkForUpdate' };

/** What stands in a row. */
interface Words {
  /** Instead of the check's, where it finds several things. */
  title: string | undefined;
  text: string;
  fix: Fix | undefined;
}

/** What was found, in a sentence or two, and the button that helps where something is wrong. */
export function wordsOf({ state, fact }: Finding, names: Names): Words {
  return {
    title: fact.kind === 'account' ? names.account(fact.account) : undefined,
    text: textOf(fact, names),
    fix: state === 'problem' ? (fixOf(fact) ?? again) : undefined,
  };
}

function textOf(fact: Fact, names: Names): string {
  switch (fact.kind) {
    case 'failed':
      return plain(fullSentenceFor(fact.error));
    case 'late':
      return 'No result in time. Something that has to answer does not.';
    case 'stopped':
      return 'Stopped.';
    case 'bug':
      return 'This check failed because of a bug in Kiro Models for Chat. The log has the details.';
    case 'no-account':
      return 'Needs an account.';
    case 'accounts-unknown':
      return 'The accounts are not known.';
    case 'cli-found':
      return `Its database is ${names.path(fact.path)}.`;
    case 'cli-not-where-named':
      return `There is no database at ${names.path(fact.path)}, which the setting kiroModels.kiroCli.databasePath or the environment names.`;
    case 'cli-absent':
      return 'Not found on this computer. It is needed only to use its login here.';
    case 'cli-nothing':
      return 'There is nothing to read.';
    case 'cli-signed-out':
      return 'Nobody is signed in to it.';
    case 'cli-logins':
      return fact.count === 1 ? 'One login can be read.' : `${fact.count} logins can be read.`;
    case 'sqlite':
      return `Loaded (${fact.driver}).`;
    case 'secrets':
      return 'A secret can be written, read, and deleted.';
    case 'secrets-broken':
      return `A secret cannot be ${stepNames[fact.step]}. Unlock this computer’s keyring; accounts cannot be kept without it.`;
    case 'windows':
      return 'This window hears at once of what others store.';
    case 'windows-apart':
      return 'Another window has stored accounts that this one cannot open, because it was opened before the first of them. Reload it.';
    case 'windows-unheard':
      return 'VS Code does not tell this window of what is stored. Reload it.';
    case 'accounts':
      if (fact.count === 0) return 'None yet. Sign in, or use a login of this computer.';
      return fact.count === 1 ? 'One account is stored.' : `${fact.count} accounts are stored.`;
    case 'account':
      return `${healthOf(fact.account)}, ${originName(fact.account)}.`;
    case 'clock':
      return clockText(fact.offMs);
    case 'clock-unknown':
      return 'No host has told the time.';
    case 'reached': {
      const host = fact.isOverride ? names.gateway(fact.host) : fact.host;
      const others = fact.others.map((one) => ` ${failureText(one, one.host)} It is not needed.`).join('');
      return `${host} answers (${fact.ms} ms).${others}`;
    }
    case 'unreached':
      return fact.failures
        .map((one) => failureText(one, fact.isOverride ? names.gateway(one.host) : one.host))
        .join(' ');
    case 'token':
      if (fact.expiresAt === undefined) return 'An API key, which does not expire by itself.';
      return `Good until ${new Date(fact.expiresAt).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit' })}, and renewed before.`;
    case 'profile':
      return 'The account has the profile that it uses.';
    case 'profile-needless':
      return 'This kind of account needs none.';
    case 'profile-missing':
      return 'None is known, and an organization’s account needs one. Sign in again and select it.';
    case 'profile-gone':
      return 'Your organization no longer offers the profile that this account uses. Sign in again and select another.';
    case 'region':
      return `${fact.region}, ${fact.from === 'profile' ? 'which the profile names' : 'from the setting kiroModels.region'}.`;
    case 'region-unpublished':
      return `${fact.region}. Kiro does not publish its hosts there; kiroModels.endpoints can name them.`;
    case 'catalog':
      return fact.count === 1 ? 'Kiro offers one model.' : `Kiro offers ${fact.count} models.`;
    case 'host-version':
      return `VS Code ${fact.version}.`;
    case 'host-without-stop':
      return `VS Code ${fact.version} does not pass Stop on: an answer that you stop is written, and paid for, to its end. 1.127 is the first that does.`;
    case 'host-too-old':
      return `VS Code ${fact.version} is too old for models of extensions. Update to 1.127 or newer.`;
    case 'chat':
      return 'On.';
    case 'chat-off':
      return 'Turned off in this profile. Opening the list of models turns it on.';
    case 'ai-off':
      return 'The setting chat.disableAIFeatures, or your organization, has turned all of it off.';
    case 'group':
      return 'There is one, so chat works without a GitHub sign-in.';
    case 'group-needless':
      return 'This VS Code needs none.';
    case 'group-missing':
      return 'None for Kiro is in use, and without one chat asks for a GitHub sign-in.';
    case 'models':
      return fact.count === 1 ? 'VS Code offers one model.' : `VS Code offers ${fact.count} models.`;
    case 'models-withheld':
      return 'VS Code offers none of Kiro’s models. If you are signed in to GitHub at work, your organization may have turned off “Bring Your Own Language Model Key in VS Code”; ask whoever administers it.';
    case 'vendor-taken':
      return `The extension ${fact.by} also calls its models Kiro’s, and VS Code takes only one. Disable or remove it.`;
    case 'trusted':
      return 'The workspace is trusted.';
    case 'restricted':
      return 'This workspace is in Restricted Mode, in which VS Code offers no models of extensions.';
    case 'side':
      return sideText(fact);
    case 'settings':
      return fact.changed === 0
        ? 'All as they come.'
        : `${fact.changed} changed, and all of them can be used.`;
    case 'bad-setting':
      return `kiroModels.${fact.name} has a value that cannot be used, and is passed over.`;
    case 'bad-variable':
      return `The environment variable ${fact.name} has a value that cannot be used, and is passed over.`;
  }
}

function fixOf(fact: Fact): Fix | undefined {
  switch (fact.kind) {
    case 'failed':
      return fixOfError(fact);
    case 'bug':
      return { label: 'Show Log', command: 'kiroModels.showLog' };
    case 'cli-not-where-named':
      return settingFix('kiroModels.kiroCli.databasePath');
    case 'secrets-broken':
      return { label: 'Repair Account Storage…', command: 'kiroModels.repairStorage' };
    case 'windows-apart':
    case 'windows-unheard':
      return reload;
    case 'accounts':
      return addAccount;
    case 'account':
      return fixOfAccount(fact.account);
    case 'unreached':
      return fixOfConnection(fact.failures);
    case 'profile-missing':
    case 'profile-gone':
      return signInAgain;
    case 'host-without-stop':
    case 'host-too-old':
      return update;
    case 'chat-off':
      return { label: 'Turn On', command: 'workbench.action.chat.manage' };
    case 'ai-off':
      return settingFix('chat.disableAIFeatures');
    case 'group-missing':
      return {
        label: 'Add Group',
        command: 'lm.addLanguageModelsProviderGroup',
        args: [{ vendor: 'kiro', name: 'Kiro', account: '' }],
      };
    case 'vendor-taken':
      return { label: 'Show Extension', command: 'extension.open', args: [fact.by] };
    case 'restricted':
      return { label: 'Manage Trust', command: 'workbench.trust.manage' };
    case 'side':
      return {
        label: 'Show Extension',
        command: 'extension.open',
        args: ['kiro-chat-models.kiro-chat-models'],
      };
    case 'bad-setting':
      return settingFix(`kiroModels.${fact.name}`);
    default:
      return undefined;
  }
}

function fixOfError({ error }: Extract<Fact, { kind: 'failed' }>): Fix | undefined {
  if (error.code === 'import-failed')
    return error.reason === 'no-sqlite'
      ? { label: 'Import from JSON File…', command: 'kiroModels.importFromFile' }
      : chooseDatabase;
  if (error.code === 'protocol' && error.reason === 'bad-endpoint') return settingFix('kiroModels.endpoints');
  return needsSignIn(error) ? signInAgain : remediesFor(error)[0];
}

function fixOfAccount(account: Account): Fix {
  const page = accountPageOf(account.health);
  return page ? { label: page.label, page: page.page } : signInAgain;
}

function fixOfConnection(failures: readonly HostFailure[]): Fix {
  const whys = failures.map(({ why }) => why);
  if (whys.some((why) => certificate.test(why))) return settingFix('http.systemCertificates');
  if (whys.includes('511')) return again;
  return settingFix('http.proxy');
}

const settingFix = (name: string): Fix => ({
  label: 'Open Setting',
  command: 'workbench.action.openSettings',
  args: [name],
});

const stepNames = { write: 'written', read: 'read', delete: 'deleted' };

const certificate = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/;

function failureText({ why }: HostFailure, host: string): string {
  if (/^(ENOTFOUND|EAI_\w+)$/.test(why))
    return `The name ${host} is not known here (${why}): check DNS, VPN, and proxy.`;
  if (certificate.test(why))
    return `${host} shows a certificate that is not trusted (${why}). A proxy may read along; its certificate has to be installed on this computer.`;
  if (why === 'timeout') return `${host} does not answer: check the proxy and the firewall.`;
  if (why === '407') return `A proxy wants to know who you are before ${host} is reached (407).`;
  if (why === '511') return `This network wants you to sign in before ${host} is reached (511).`;
  return `${host} cannot be reached (${why}): check the connection and the proxy.`;
}

function clockText(offMs: number): string {
  const seconds = Math.round(Math.abs(offMs) / 1000);
  if (seconds < 2) return 'The same as Kiro’s.';
  const much = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  const off = `${much} ${offMs > 0 ? 'ahead of' : 'behind'} Kiro’s.`;
  return seconds <= 120
    ? off
    : `${off} Tokens seem to end too ${offMs > 0 ? 'early' : 'late'}: set this computer’s clock.`;
}

function sideText({ side, remoteName }: Extract<Fact, { kind: 'side' }>): string {
  switch (side) {
    case 'local':
      return 'On this computer.';
    case 'server':
      return 'On the server that this browser is connected to; Kiro CLI is looked for there.';
    case 'remote':
      return `On the remote side (${remoteName}), where chat needs it; Kiro CLI is looked for there.`;
    case 'wrong':
      return `On this computer, but the window works on a remote one (${remoteName}): install the extension there.`;
  }
}

/** A sentence for places that show neither links nor emphasis. */
function plain(sentence: string): string {
  return withoutMarkup(sentence).replace(/\[([^\]]*)\]\([^)\s]*\)/g, '$1');
}

/** The page itself, and what is said beside it. */
export const doctorPageWords = {
  title: 'Kiro Doctor',
  copied: 'The diagnostics were copied. They name no account, and no path.',
  didNotRun: (command: string, error: unknown) =>
    `${command} did not run: ${error instanceof Error ? error.message : String(error)}`,
  somePlace: 'its place',
  someGateway: 'the gateway of kiroModels.endpoints',
};

/** About the one word that the doctor may send to a model. */
export const testWords = {
  title: 'Ask a model',
  message: 'Hello',
  idle: 'Sends one word to the model that costs least. You are asked first.',
  button: 'Send Test Message…',
  noAccount: 'Needs an account.',
  ask: ({ model, rate }: { model: string; rate: number | undefined }) => ({
    question: `Send one word to ${model}?`,
    detail: `This is a request like any other, and takes a fraction of a credit from your account${rate === undefined ? '' : `; the model’s rate is ${rate}×`}. What it cost is in Show Usage.`,
    button: 'Send',
  }),
  waiting: (model: string) => `Waiting for ${model}…`,
  answered: (model: string, { firstPartMs }: { firstPartMs: number | undefined }) => {
    const after = firstPartMs === undefined ? '' : ` after ${(firstPartMs / 1000).toFixed(1)} seconds`;
    return `${model} answered${after}.`;
  },
};
