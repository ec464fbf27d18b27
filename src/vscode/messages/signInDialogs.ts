import type { Account } from '../../accounts/account';
import type { SocialProvider } from '../../auth/credentials';
import type { CredentialVariable } from '../../import/detectSources';
import { methodOf, originName, validity } from './accountWords';

// What a person is asked and told on the way from a login to an account.

/** Said once, before the first sign-in or import. */
export const firstUseNotice = {
  question: 'Use your Kiro account with this unofficial extension?',
  detail:
    'Kiro Models for Chat is not made, endorsed, or supported by AWS. It uses your own Kiro account and spends its credits. ' +
    'Kiro’s terms may not cover third-party clients: whether you may use it is for you, or your organization, to decide.',
  goOn: 'Continue',
};

/** The list of the ways to sign in. */
export const addAccountWords = {
  title: 'Add a Kiro Account',
  placeHolder: 'How do you sign in to Kiro?',
  found: 'Found on this machine',
  signIn: 'Sign in',
  import: 'Import',
  useVariable: (variable: CredentialVariable) => `$(symbol-variable) Use ${variable}`,
  fromEnvironment: 'from the environment',
  turnedOff: 'Signing in is turned off by the setting kiroModels.login.interactive. Import a login instead.',
  whichMethod: 'How did this account sign in?',
};

export const builderId = 'AWS Builder ID';
export const identityCenter = 'IAM Identity Center';

/** A provider as it calls itself. */
export function providerName(provider: Exclude<SocialProvider, 'unknown'>): string {
  return provider === 'Github' ? 'GitHub' : provider;
}

export const deviceWords = {
  progress: (method: string) => `Signing in with ${method}`,
  waiting: (code: string) => `waiting for you to approve ${code} in the browser…`,
  code: (method: string, code: string) => `Your code for ${method} is ${code}`,
  codeDetail: (host: string) =>
    `Approve it at ${host}. Only approve a code that you see here.\n\n` +
    'The browser uses the account it is signed in to. To add a different one, copy the link into a private window.',
  openBrowser: 'Copy Code and Open Browser',
  startUrl: 'Your organization’s start URL, as in your welcome email or your browser’s bookmarks',
  region: 'Region of your IAM Identity Center',
  whichRegion: 'No AWS region accepted that start URL. Which region is yours in?',
  otherRegion: 'Other Region…',
  noRegion: 'That is not the name of an AWS region.',
};

export const organizationProgress = 'Signing in with your organization: continue in the browser…';

export const onboardingWords = {
  progress: 'Loading your Kiro account…',
  signedInAgain: ({ label }: Account) => `${label} is signed in again.`,
  differentPerson: (email: string | undefined, { label }: Account) =>
    `You signed in as ${email ?? 'somebody else'}, not as ${label}, so it becomes a separate account.`,
  /** `failure` is a sentence. */
  halfAdded: ({ label }: Account, failure: string) =>
    `${label} was added, but some of its details could not be loaded. ${failure}`,
  profile: ({ label }: Account) => `Kiro profile for ${label}`,
  whichProfile: 'Select the profile to use',
};

/** Says which accounts can be used from now on. */
export function readySentence(
  ready: readonly { account: Account; plan: string | undefined; outcome: string }[],
): string {
  const names = ready.map(({ account, plan }) => {
    // Of many, their names are enough to read.
    if (ready.length > 2) return account.label;
    const facts = [methodOf(account), plan, originName(account), validity(account)];
    return `${account.label} (${facts.filter(Boolean).join(', ')})`;
  });
  const are = ready.length > 1 ? 'are ready' : ready[0]?.outcome === 'added' ? 'is ready' : 'was updated';
  return `${new Intl.ListFormat('en').format(names)} ${are}.`;
}

/** What to do with a new account: chat, or turn the chat on first. */
export const nextSteps = {
  chat: { sentence: 'Choose a model in the chat’s model picker.', button: 'Open Chat' },
  chatIsOff: {
    sentence: 'VS Code’s chat is still turned off in this profile. Opening the list of models turns it on.',
    button: 'Show Models',
  },
};

export const apiKeyPrompt = {
  title: 'Kiro API key',
  prompt: 'Create one in your Kiro account’s settings. It is kept in VS Code’s secret storage.',
};

export const refreshTokenPrompt = {
  title: 'Refresh token of a Google or GitHub sign-in',
  prompt: 'Using it here makes it invalid for the program it came from.',
};
export const unusualPrefix = 'Kiro’s refresh tokens usually begin with aor. You can still try this one.';

/** The logins of a JSON file. */
export const fileImportWords = {
  dialog: { title: 'Select a File with Kiro Logins', openLabel: 'Import' },
  passphrase: 'Passphrase of the exported file',
  which: { title: 'Import from JSON File', placeHolder: 'Select the logins to import' },
  copied:
    'If another program still uses a login of that file, it has to sign in again once VS Code has renewed it.',
  /** `where` names a login of the file, and `failure` is a sentence. */
  notImported: (where: string, failure: string) => `“${where}” was not imported. ${failure}`,
};

/** The logins of Kiro CLI's database. */
export const kiroCliImportWords = {
  chooseFile: 'Choose File…',
  dialog: { title: 'Select Kiro CLI’s Database', openLabel: 'Import' },
  which: { title: 'Import from Kiro CLI', placeHolder: 'Select the logins to import' },
  stale: 'Not used lately: left over from an earlier sign-in',
};

/** The kinds of files that a dialog offers, with the endings of their names. */
export const fileKinds = {
  json: { JSON: ['json'], 'All files': ['*'] },
  sqlite: { 'SQLite databases': ['sqlite3', 'sqlite', 'db'], 'All files': ['*'] },
};
