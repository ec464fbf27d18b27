import type { Account } from '../../accounts/account';
import { listed, sentences, t } from '../../base/words/l10n';
import { afterSignOut, healthOf } from './accountWords';

// What a person is asked and told while they do something with the accounts that are here.

/** The list of accounts, its rows that are none, and the buttons of a row. */
export const switcherWords = {
  title: t('Kiro Accounts'),
  placeholder: t('Select the account to use in chat'),
  addAccount: `$(add) ${t('Add Account…')}`,
  checkAll: `$(pulse) ${t('Check All Accounts')}`,
  removeSignedOut: `$(trash) ${t('Remove Signed-Out Accounts…')}`,
  rename: t('Rename'),
  signInAgain: t('Sign In Again'),
  /** Instead of that, where the login is shared with another program. */
  makeIndependent: t('Make Independent: Sign In Separately'),
  check: t('Check Again'),
  signOut: t('Sign Out'),
};

export const noAccounts = t('No Kiro account is signed in.');

export const signOutWords = {
  which: { title: t('Kiro Models: Sign Out'), placeHolder: t('Select an account to sign out') },
  question: ({ label }: Account) => t('Sign out of {0}?', label),
  detail: (account: Account) => sentences(t('VS Code will forget this login.'), afterSignOut(account)),
  signOut: t('Sign Out'),
};

export const signInAgainWords = {
  which: { title: t('Kiro Models: Sign In Again'), placeHolder: t('Select an account to sign in again') },
};

export const checkWords = {
  checkingAll: t('Checking your Kiro accounts…'),
  checking: ({ label }: Account) => t('Checking {0}…', label),
  working: ({ label }: Account) => t('{0} is working.', label),
  allWorking: (count: number) => {
    if (count === 0) return noAccounts;
    return count === 1 ? t('Your Kiro account is working.') : t('All {0} Kiro accounts are working.', count);
  },
  unhealthy: ({ label, ...found }: Account) => t('{0}: {1}.', label, healthOf(found)),
  failed: ({ label }: Account, sentence: string) => t('{0}: {1}', label, sentence),
  showAccounts: t('Show Accounts'),
};

export const removeWords = {
  none: t('No Kiro account is signed out.'),
  question: (count: number) =>
    count === 1 ? t('Remove this account?') : t('Remove these {0} accounts?', count),
  detail: (signedOut: readonly Account[]) =>
    t('Signed out: {0}.', listed(signedOut.map(({ label }) => label))),
  remove: t('Remove'),
};

export const removeAllWords = {
  question: t('Remove all data of Kiro Models for Chat?'),
  /** What goes and what stays; `accounts` are those that can be read. */
  detail: (accounts: readonly Account[]) => {
    const gone = accounts.length
      ? t('All stored logins are removed, in every window: {0}.', listed(accounts.map(({ label }) => label)))
      : t('All stored logins are removed, in every window.');
    const besides = t(
      'So are the usage history, everything remembered, and what this extension set in VS Code’s settings. Google and GitHub sign-ins made here are ended at Kiro, too.',
    );
    const stay = t(
      'These stay: the logins of Kiro CLI and the Kiro IDE, your own settings, chats and exported files, VS Code’s logs, and the group “Kiro Models” in Manage Language Models, which only you can delete.',
    );
    return `${sentences(gone, besides)}\n\n${stay}`;
  },
  remove: t('Remove All Data'),
  removing: t('Removing all data of Kiro Models…'),
  done: t('All data of Kiro Models was removed.'),
};

export const renameWords = {
  title: ({ label }: Account) => t('Rename {0}', label),
  prompt: t('A name for this account, such as Work'),
  empty: t('Enter a name.'),
};

export const exportWords = {
  none: t('There is no Kiro account to export.'),
  title: t('Export Kiro Accounts'),
  which: t('Select the accounts to export'),
  warning: t('Whoever has the exported file can use your Kiro accounts.'),
  warningDetail: t(
    'An account that is used in two places can sign one of them out: each refresh makes the other’s token invalid. Delete the file once you have imported it.',
  ),
  goOn: t('Continue'),
  encrypted: {
    label: `$(lock) ${t('Encrypt with a Passphrase')}`,
    detail: t('Only this extension can read the file'),
  },
  plain: {
    label: `$(unlock) ${t('Plain Text')}`,
    detail: t('Other tools, and everybody else, can read the file'),
  },
  passphrase: {
    title: t('Passphrase of the exported file'),
    prompt: t('Without it, nobody can read the file, you included.'),
  },
  tooShort: (least: number) => t('At least {0} characters.', least),
  again: t('The same passphrase again'),
  different: t('That is not the same passphrase.'),
  save: t('Export'),
  done: (count: number, path: string) =>
    count === 1
      ? t('1 account was exported to {0}.', path)
      : t('{0} accounts were exported to {1}.', count, path),
};

export const repairWords = {
  title: t('Kiro Models: Repair Account Storage'),
  newerVersion: t('A newer version of this extension stored your accounts. What do you want to do?'),
  unreadable: t('Your accounts cannot be read. Nothing was changed or deleted. What do you want to do?'),
  readable: t('Your stored Kiro accounts can be read.'),
  choices: {
    again: { label: `$(refresh) ${t('Try Again')}`, detail: t('Read the stored accounts again') },
    update: {
      label: `$(extensions) ${t('Update the Extension…')}`,
      detail: t('Open its page to update it. Your accounts come back with the newer version'),
    },
    copy: {
      label: `$(save) ${t('Save a Copy…')}`,
      detail: t('Save what is stored to a file. It contains your logins, so keep it secret'),
    },
    reset: {
      label: `$(trash) ${t('Reset…')}`,
      detail: t('Delete the stored accounts and start over. You are asked before anything is lost'),
    },
  },
  copy: {
    title: t('Save a copy of the stored Kiro accounts (it contains your logins)'),
    saveLabel: t('Save Copy'),
  },
  copied: (path: string) =>
    t(
      'The copy was saved to {0}. It contains your logins: keep it secret, and delete it when you no longer need it.',
      path,
    ),
  question: t('Delete the stored Kiro accounts?'),
  /** What a reset costs; `isNewer` where a newer version stored the accounts, `isSaved` once there is a copy. */
  questionDetail: ({ isNewer, isSaved }: { isNewer: boolean; isSaved: boolean }) => {
    return sentences(
      t(
        'The accounts that cannot be read are removed from VS Code, in every window, and you have to sign in or import them again.',
      ),
      t('Kiro CLI and the Kiro IDE stay signed in.'),
      isNewer && t('To keep them, update this extension instead.'),
      isSaved && t('A copy was saved.'),
    );
  },
  copyFirst: t('Save a Copy First…'),
  reset: t('Reset'),
  wasReset: t('The stored Kiro accounts were reset.'),
  addAccount: t('Add Account…'),
};
