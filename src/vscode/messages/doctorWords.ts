import type { Account } from '../../accounts/account';
import { needsSignIn } from '../../base/errors';
import { languageTag, sentences, t } from '../../base/words/l10n';
import type { AgentSessions } from '../../doctor/editorChecks';
import type { CheckGroup, CheckId, Fact, Finding, HostFailure } from '../../doctor/examination';
import { healthOf, originName } from './accountWords';
import { neighborSentence } from './beside/neighborSentences';
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

export const groupTitles = (): Readonly<Record<CheckGroup, string>> => ({
  machine: t('This computer'),
  accounts: t('Accounts'),
  connection: t('Connection'),
  service: t('Kiro, for the active account'),
  editor: 'VS Code',
  settings: t('Settings'),
});

export const checkTitles = (): Readonly<Record<CheckId, string>> => ({
  'kiro-cli': t('Kiro CLI'),
  'kiro-cli-database': t('Kiro CLI’s login'),
  sqlite: 'SQLite',
  secrets: t('Secret storage'),
  windows: t('Other windows'),
  accounts: t('Accounts'),
  clock: t('Clock'),
  runtime: t('Chat'),
  management: t('Models and credits'),
  oidc: t('AWS sign-in'),
  social: t('Google and GitHub sign-in'),
  portal: t('Kiro’s sign-in page'),
  token: t('Token'),
  profile: t('Profile'),
  region: t('Region'),
  catalog: t('Models'),
  'host-version': t('Version'),
  chat: t('Built-in chat'),
  group: t('Provider group'),
  models: t('Models in chat'),
  'agent-sessions': t('Agent sessions'),
  neighbors: t('Other extensions for Kiro'),
  trust: t('Workspace trust'),
  side: t('Where this runs'),
  settings: t('Settings'),
});

const again: Fix = { label: t('Check Again') };
const reload: Fix = { label: t('Reload Window'), command: 'workbench.action.reloadWindow' };
const addAccount: Fix = { label: t('Add Account…'), command: 'kiroModels.addAccount' };
const signInAgain: Fix = { label: t('Sign In Again…'), command: 'kiroModels.signInAgain' };
const chooseDatabase: Fix = { label: t('Import from Kiro CLI…'), command: 'kiroModels.importFromKiroCli' };
const update: Fix = { label: t('Check for Updates'), command: 'update.checkForUpdate' };

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
      return t('No result in time. Something that has to answer does not.');
    case 'stopped':
      return t('Stopped.');
    case 'bug':
      return t('This check failed because of a bug in Kiro Models for Chat. The log has the details.');
    case 'no-account':
      return t('Needs an account.');
    case 'accounts-unknown':
      return t('The accounts are not known.');
    case 'cli-found':
      return t('Its database is {0}.', names.path(fact.path));
    case 'cli-not-where-named':
      return t(
        'There is no database at {0}, which the setting kiroModels.kiroCli.databasePath or the environment names.',
        names.path(fact.path),
      );
    case 'cli-absent':
      return t('Not found on this computer. It is needed only to use its login here.');
    case 'cli-nothing':
      return t('There is nothing to read.');
    case 'cli-signed-out':
      return t('Nobody is signed in to it.');
    case 'cli-logins':
      return fact.count === 1 ? t('One login can be read.') : t('{0} logins can be read.', fact.count);
    case 'sqlite':
      return t('Loaded ({0}).', fact.driver);
    case 'secrets':
      return t('A secret can be written, read, and deleted.');
    case 'secrets-broken':
      return sentences(
        stepText(fact.step),
        t('Unlock this computer’s keyring; accounts cannot be kept without it.'),
      );
    case 'windows':
      return t('This window hears at once of what others store.');
    case 'windows-apart':
      return t('Another window has stored accounts that this one cannot open. Reload this window.');
    case 'windows-unheard':
      return t('VS Code does not tell this window of what is stored. Reload it.');
    case 'accounts':
      if (fact.count === 0) return t('None yet. Sign in, or use a login of this computer.');
      return fact.count === 1 ? t('One account is stored.') : t('{0} accounts are stored.', fact.count);
    case 'account':
      return t('{0}, {1}.', healthOf(fact.account), originName(fact.account));
    case 'clock':
      return clockText(fact.offMs);
    case 'clock-unknown':
      return t('No host has told the time.');
    case 'reached': {
      const host = fact.isOverride ? names.gateway(fact.host) : fact.host;
      const others = fact.others.flatMap((one) => [failureText(one, one.host), t('It is not needed.')]);
      return sentences(t('{0} answers ({1} ms).', host, fact.ms), ...others);
    }
    case 'unreached':
      return sentences(
        ...fact.failures.map((one) => failureText(one, fact.isOverride ? names.gateway(one.host) : one.host)),
      );
    case 'token':
      if (fact.expiresAt === undefined) return t('An API key, which does not expire by itself.');
      return t(
        'Good until {0}, and renewed before.',
        new Date(fact.expiresAt).toLocaleTimeString(languageTag(), { hour: '2-digit', minute: '2-digit' }),
      );
    case 'profile':
      return t('The account has the profile that it uses.');
    case 'profile-needless':
      return t('This kind of account needs none.');
    case 'profile-missing':
      return t('None is known, and an organization’s account needs one. Sign in again and select it.');
    case 'profile-gone':
      return t(
        'Your organization no longer offers the profile that this account uses. Sign in again and select another.',
      );
    case 'region':
      return fact.from === 'profile'
        ? t('{0}, which the profile names.', fact.region)
        : t('{0}, from the setting kiroModels.region.', fact.region);
    case 'region-unpublished':
      return t(
        '{0}. Kiro does not publish its hosts there; kiroModels.endpoints can name them.',
        fact.region,
      );
    case 'catalog':
      return fact.count === 1 ? t('Kiro offers one model.') : t('Kiro offers {0} models.', fact.count);
    case 'host-version':
      return t('VS Code {0}.', fact.version);
    case 'host-without-stop':
      return t(
        'VS Code {0} does not pass Stop on: an answer that you stop is written, and paid for, to its end. 1.127 is the first that does.',
        fact.version,
      );
    case 'host-too-old':
      return t('VS Code {0} is too old for models of extensions. Update to 1.127 or newer.', fact.version);
    case 'chat':
      return t('On.');
    case 'chat-off':
      return t('Turned off in this profile. Opening the list of models turns it on.');
    case 'ai-off':
      return t('The setting chat.disableAIFeatures, or your organization, has turned all of it off.');
    case 'group':
      return t('There is one, so chat works without a GitHub sign-in.');
    case 'group-needless':
      return t('This VS Code needs none.');
    case 'group-missing':
      return t('None for Kiro is in use, and without one chat asks for a GitHub sign-in.');
    case 'models':
      return fact.count === 1 ? t('VS Code offers one model.') : t('VS Code offers {0} models.', fact.count);
    case 'models-withheld':
      return t(
        'VS Code offers none of Kiro’s models. If you are signed in to GitHub at work, your organization may have turned off “Bring Your Own Language Model Key in VS Code”; ask whoever administers it.',
      );
    case 'agent-sessions':
      return sessionsText(fact.sessions);
    case 'neighbor':
      return neighborSentence(fact.neighbor);
    case 'no-neighbor':
      return t('None.');
    case 'trusted':
      return t('The workspace is trusted.');
    case 'restricted':
      return t('This workspace is in Restricted Mode, in which VS Code offers no models of extensions.');
    case 'side':
      return sideText(fact);
    case 'settings':
      return fact.changed === 0
        ? t('All as they come.')
        : t('{0} changed, and all of them can be used.', fact.changed);
    case 'bad-setting':
      return t('kiroModels.{0} has a value that cannot be used, and is passed over.', fact.name);
    case 'dead-alias':
      return t(
        '{0} in kiroModels.aliases leads to no model of the active account. Name a family, such as claude-sonnet, or a model’s id.',
        fact.name,
      );
    case 'bad-variable':
      return t(
        'The environment variable {0} has a value that cannot be used, and is passed over.',
        fact.name,
      );
  }
}

function fixOf(fact: Fact): Fix | undefined {
  switch (fact.kind) {
    case 'failed':
      return fixOfError(fact);
    case 'bug':
      return { label: t('Show Log'), command: 'kiroModels.showLog' };
    case 'cli-not-where-named':
      return settingFix('kiroModels.kiroCli.databasePath');
    case 'secrets-broken':
      return { label: t('Repair Account Storage…'), command: 'kiroModels.repairStorage' };
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
      return { label: t('Turn On'), command: 'workbench.action.chat.manage' };
    case 'ai-off':
      return settingFix('chat.disableAIFeatures');
    case 'group-missing':
      return {
        label: t('Add Group'),
        command: 'lm.addLanguageModelsProviderGroup',
        args: [{ vendor: 'kiroModels', name: 'Kiro Models', account: '' }],
      };
    case 'agent-sessions':
      return fact.sessions.models === 'hidden'
        ? { label: t('Show Them There…'), command: 'kiroModels.showInAgentSessions' }
        : { label: t('Use the Local Chat'), command: 'workbench.action.chat.newLocalChat' };
    case 'neighbor':
      return { label: t('Show Extension'), command: 'extension.open', args: [fact.neighbor.id] };
    case 'restricted':
      return { label: t('Manage Trust'), command: 'workbench.trust.manage' };
    case 'side':
      return {
        label: t('Show Extension'),
        command: 'extension.open',
        args: ['kiro-chat-models.kiro-chat-models'],
      };
    case 'bad-setting':
      return settingFix(`kiroModels.${fact.name}`);
    case 'dead-alias':
      return settingFix('kiroModels.aliases');
    default:
      return undefined;
  }
}

function fixOfError({ error }: Extract<Fact, { kind: 'failed' }>): Fix | undefined {
  if (error.code === 'import-failed')
    return error.reason === 'no-sqlite'
      ? { label: t('Import from JSON File…'), command: 'kiroModels.importFromFile' }
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
  label: t('Open Setting'),
  command: 'workbench.action.openSettings',
  args: [name],
});

function stepText(step: 'write' | 'read' | 'delete'): string {
  if (step === 'write') return t('A secret cannot be written.');
  return step === 'read' ? t('A secret cannot be read.') : t('A secret cannot be deleted.');
}

const certificate = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/;

function failureText({ why }: HostFailure, host: string): string {
  if (/^(ENOTFOUND|EAI_\w+)$/.test(why))
    return t('The name {0} is not known here ({1}): check DNS, VPN, and proxy.', host, why);
  if (certificate.test(why))
    return t(
      '{0} shows a certificate that is not trusted ({1}). A proxy may read along; its certificate has to be installed on this computer.',
      host,
      why,
    );
  if (why === 'timeout') return t('{0} does not answer: check the proxy and the firewall.', host);
  if (why === '407') return t('A proxy wants to know who you are before {0} is reached (407).', host);
  if (why === '511') return t('This network wants you to sign in before {0} is reached (511).', host);
  return t('{0} cannot be reached ({1}): check the connection and the proxy.', host, why);
}

function clockText(offMs: number): string {
  const seconds = Math.round(Math.abs(offMs) / 1000);
  if (seconds < 2) return t('The same as Kiro’s.');
  const minutes = Math.round(seconds / 60);
  if (offMs > 0) {
    if (seconds <= 120) return t('{0} seconds ahead of Kiro’s.', seconds);
    return t(
      '{0} minutes ahead of Kiro’s. Tokens seem to end too early: set this computer’s clock.',
      minutes,
    );
  }
  if (seconds <= 120) return t('{0} seconds behind Kiro’s.', seconds);
  return t('{0} minutes behind Kiro’s. Tokens seem to end too late: set this computer’s clock.', minutes);
}

function sideText({ side, remoteName }: Extract<Fact, { kind: 'side' }>): string {
  switch (side) {
    case 'local':
      return t('On this computer.');
    case 'server':
      return t('On the server that this browser is connected to; Kiro CLI is looked for there.');
    case 'remote':
      return t('On the remote side ({0}), where chat needs it; Kiro CLI is looked for there.', remoteName);
    case 'wrong':
      return t(
        'On this computer, but the window works on a remote one ({0}): install the extension there.',
        remoteName,
      );
  }
}

function sessionsText({ models, areDefault }: AgentSessions): string {
  const begin = areDefault && t('New chats begin there.');
  switch (models) {
    case 'absent':
      return t('This VS Code has none.');
    case 'shown':
      return t('Kiro models are shown there, too.');
    case 'hidden':
      return sentences(
        begin,
        t(
          'Kiro models are hidden there unless chat.agentHost.byokModels.enabled is on; in local chats they are not.',
        ),
      );
    case 'hidden-in-page':
      return sentences(
        begin,
        t('In a browser, VS Code shows no models of extensions there; in local chats it does.'),
      );
  }
}

/** A sentence for places that show neither links nor emphasis. */
function plain(sentence: string): string {
  return withoutMarkup(sentence).replace(/\[([^\]]*)\]\([^)\s]*\)/g, '$1');
}

/** The page itself, and what is said beside it. */
export const doctorPageWords = {
  title: t('Kiro Doctor'),
  copied: t('The diagnostics were copied. They name no account, and no path.'),
  didNotRun: (command: string, error: unknown) =>
    t('{0} did not run: {1}', command, error instanceof Error ? error.message : String(error)),
  somePlace: 'its place',
  someGateway: 'the gateway of kiroModels.endpoints',
};

const secondsFormat = new Intl.NumberFormat(languageTag(), {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** About the one word that the doctor may send to a model. */
export const testWords = {
  title: t('Ask a model'),
  message: 'Hello',
  idle: t('Sends one word to the model that costs least. You are asked first.'),
  button: t('Send Test Message…'),
  noAccount: t('Needs an account.'),
  ask: ({ model, rate }: { model: string; rate: number | undefined }) => ({
    question: t('Send one word to {0}?', model),
    detail: sentences(
      t('This is a request like any other, and takes a fraction of a credit from your account.'),
      rate === undefined ? undefined : t('The model’s rate is {0}×.', rate),
      t('What it cost is in Show Usage.'),
    ),
    button: t('Send'),
  }),
  waiting: (model: string) => t('Waiting for {0}…', model),
  answered: (model: string, { firstPartMs }: { firstPartMs: number | undefined }) => {
    if (firstPartMs === undefined) return t('{0} answered.', model);
    return t('{0} answered after {1} seconds.', model, secondsFormat.format(firstPartMs / 1000));
  },
};
