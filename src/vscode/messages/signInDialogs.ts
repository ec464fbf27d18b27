import type { Account } from '../../accounts/account';
import type { SocialProvider } from '../../auth/credentials';
import type { PageTexts } from '../../auth/loopback';
import type { ApiKeyProblem, PastedTokenProblem } from '../../auth/pastedCredentials';
import type { StartUrlProblem } from '../../auth/startUrl';
import { languageTag, listed, sentences, t } from '../../base/words/l10n';
import type { CredentialProblem } from '../../import/credentialFields';
import type { CredentialVariable } from '../../import/detectSources';
import { methodOf } from './accountWords';

// What a person is asked and told on the way from a login to an account.

/** Said once, before the first sign-in or import. */
export const firstUseNotice = {
  question: t('Use your Kiro account with this unofficial extension?'),
  detail: t(
    'Kiro Models for Chat is not made, endorsed, or supported by AWS. It uses your own Kiro account and spends its credits. Kiro’s terms may not cover third-party clients: whether you may use it is for you, or your organization, to decide.',
  ),
  goOn: t('Continue'),
};

/** The list of the ways to sign in. */
export const addAccountWords = {
  title: t('Add a Kiro Account'),
  placeHolder: t('How do you sign in to Kiro?'),
  found: t('Found on this machine'),
  signIn: t('Sign in'),
  import: t('Import'),
  useVariable: (variable: CredentialVariable) => `$(symbol-variable) ${t('Use {0}', variable)}`,
  fromEnvironment: t('from the environment'),
  turnedOff: t(
    'Signing in is turned off by the setting kiroModels.login.interactive. Import a login instead.',
  ),
  whichMethod: t('How did this account sign in?'),
};

export const builderId = 'AWS Builder ID';
export const identityCenter = 'IAM Identity Center';

/** A provider as it calls itself. */
export function providerName(provider: Exclude<SocialProvider, 'unknown'>): string {
  return provider === 'Github' ? 'GitHub' : provider;
}

export const deviceWords = {
  progress: (method: string) => t('Signing in with {0}', method),
  waiting: (code: string) => t('waiting for you to approve {0} in the browser…', code),
  code: (method: string, code: string) => t('Your code for {0} is {1}', method, code),
  codeDetail: (host: string) =>
    `${t('Approve it at {0}. Only approve a code that you see here.', host)}\n\n${t('The browser uses the account it is signed in to. To add a different one, copy the link into a private window.')}`,
  openBrowser: t('Copy Code and Open Browser'),
  startUrl: t('Your organization’s start URL, as in your welcome email or your browser’s bookmarks'),
  region: t('Region of your IAM Identity Center'),
  whichRegion: t('No AWS region accepted that start URL. Which region is yours in?'),
  otherRegion: t('Other Region…'),
  noRegion: t('That is not the name of an AWS region.'),
};

export const organizationProgress = t('Signing in with your organization: continue in the browser…');

export const onboardingWords = {
  progress: t('Loading your Kiro account…'),
  signedInAgain: ({ label }: Account) => t('{0} is signed in again.', label),
  differentPerson: (email: string | undefined, { label }: Account) =>
    email === undefined
      ? t('You signed in as somebody else, not as {0}, so it becomes a separate account.', label)
      : t('You signed in as {0}, not as {1}, so it becomes a separate account.', email, label),
  /** `failure` is a sentence. */
  halfAdded: ({ label }: Account, failure: string) =>
    sentences(t('{0} was added, but some of its details could not be loaded.', label), failure),
  profile: ({ label }: Account) => t('Kiro profile for {0}', label),
  whichProfile: t('Select the profile to use'),
};

/** Says which accounts can be used from now on. */
export function readySentence(
  ready: readonly { account: Account; plan: string | undefined; outcome: string }[],
): string {
  const names = ready.map(({ account, plan }) => {
    // Of many, their names are enough to read.
    if (ready.length > 2) return account.label;
    // A notification without buttons shows one line. Whose login it is, and for how long, the status bar tells.
    const facts = [methodOf(account), plan];
    return `${account.label} (${listed(facts.filter((fact) => fact !== undefined))})`;
  });
  const whose = new Intl.ListFormat(languageTag()).format(names);
  if (ready.length > 1) return t('{0} are ready.', whose);
  return ready[0]?.outcome === 'added' ? t('{0} is ready.', whose) : t('{0} was updated.', whose);
}

export const apiKeyPrompt = {
  title: t('Kiro API key'),
  prompt: t('Create one in your Kiro account’s settings. It is kept in VS Code’s secret storage.'),
};

export const refreshTokenPrompt = {
  title: t('Refresh token of a Google or GitHub sign-in'),
  prompt: t('Using it here makes it invalid for the program it came from.'),
};
export const unusualPrefix = t('Kiro’s refresh tokens usually begin with aor. You can still try this one.');

/** The logins of a JSON file. */
export const fileImportWords = {
  dialog: { title: t('Select a File with Kiro Logins'), openLabel: t('Import') },
  passphrase: t('Passphrase of the exported file'),
  which: { title: t('Import from JSON File'), placeHolder: t('Select the logins to import') },
  copied: t(
    'If another program still uses a login of that file, it has to sign in again once VS Code has renewed it.',
  ),
  /** `where` names a login of the file, and `failure` is a sentence. */
  notImported: (where: string, failure: string) => sentences(t('“{0}” was not imported.', where), failure),
};

/** The logins of Kiro CLI's database. */
export const kiroCliImportWords = {
  chooseFile: t('Choose File…'),
  dialog: { title: t('Select Kiro CLI’s Database'), openLabel: t('Import') },
  which: { title: t('Import from Kiro CLI'), placeHolder: t('Select the logins to import') },
  stale: t('Not used lately: left over from an earlier sign-in'),
};

/** The kinds of files that a dialog offers, with the endings of their names. */
export const fileKinds = {
  json: { JSON: ['json'], [t('All files')]: ['*'] },
  sqlite: { [t('SQLite databases')]: ['sqlite3', 'sqlite', 'db'], [t('All files')]: ['*'] },
};

/** Why a start URL is refused while it is typed. */
export const startUrlSentences: Readonly<Record<StartUrlProblem, string>> = {
  empty: t('Enter your start URL.'),
  'not-a-url': t('That is not a web address.'),
  'not-https': t('A start URL begins with https://.'),
  'user-info': t('A start URL does not contain a user name or password.'),
  host: t('A start URL is on awsapps.com, such as https://my-company.awsapps.com/start.'),
  path: t('A start URL ends in /start.'),
};

/** Why an API key is refused while it is typed. */
export const apiKeySentences: Readonly<Record<ApiKeyProblem, string>> = {
  empty: t('Paste your Kiro API key.'),
  truncated: t('That key is incomplete.'),
  prefix: t('A Kiro API key begins with ksk_.'),
  characters: t('That key contains characters that a Kiro API key never has.'),
};

/** Why a refresh token is refused while it is typed. */
export const pastedTokenSentences: Readonly<Record<PastedTokenProblem, string>> = {
  empty: t('Paste a refresh token.'),
  'api-key': t('That is an API key. Use “Kiro Models: Add API Key…” instead.'),
  'access-token': t(
    'That is an access token, which expires within the hour. Paste the refresh token (it begins with aor).',
  ),
  truncated: t('That token is incomplete: some programs shorten tokens for display.'),
  characters: t('That token contains characters that a refresh token never has.'),
};

/** What the browser shows when it comes back from a sign-in. */
export const browserPages: PageTexts = {
  'signed-in': t('You are signed in. You can close this page and return to VS Code.'),
  failed: t('The sign-in failed. Return to VS Code to see why.'),
  unexpected: t('No sign-in is in progress. Start again in VS Code.'),
};

const credentialProblems = (where: string): Readonly<Record<CredentialProblem['reason'], string>> => ({
  'not-json': t('The login “{0}” is damaged.', where),
  'missing-field': t('The login “{0}” is incomplete.', where),
  'no-refresh-token': t('The login “{0}” has no refresh token and would expire within the hour.', where),
  'no-registration': t(
    'The login “{0}” has no matching client registration, so it could not be refreshed.',
    where,
  ),
  'bad-region': t('The login “{0}” names a region that does not exist.', where),
  truncated: t('The login “{0}” was shortened for display, so it cannot be used.', where),
  expired: t('The login “{0}” has expired and cannot be renewed.', where),
  'registration-expired': t('The login “{0}” belongs to a client registration that has expired.', where),
  'other-product': t('The login “{0}” is not a Kiro login.', where),
  'unknown-method': t('The login “{0}” uses an unknown sign-in method.', where),
  'token-host': t(
    'The login “{0}” sends its tokens to a different host than its issuer’s, which is not safe.',
    where,
  ),
  'bad-api-key': t('The login “{0}” has an API key that is not from Kiro.', where),
});

/** Why a login that was found could not be used. */
export function problemSentence({ where, reason, field }: CredentialProblem): string {
  if (field === undefined) return credentialProblems(where)[reason];
  return t('The login “{0}” is incomplete ({1} is missing).', where, field);
}
