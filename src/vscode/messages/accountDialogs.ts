import type { Account } from '../../accounts/account';
import { afterSignOut } from './accountWords';

// What a person is asked and told while they do something with the accounts that are here.

/** The list of accounts, its rows that are none, and the buttons of a row. */
export const switcherWords = {
  title: 'Kiro Accounts',
  placeholder: 'Select the account to use in chat',
  addAccount: '$(add) Add Account…',
  checkAll: '$(pulse) Check All Accounts',
  removeSignedOut: '$(trash) Remove Signed-Out Accounts…',
  rename: 'Rename',
  signInAgain: 'Sign In Again',
  /** Instead of that, where the login is shared with another program. */
  makeIndependent: 'Make Independent: Sign In Separately',
  check: 'Check Again',
  signOut: 'Sign Out',
};

export const noAccounts = 'No Kiro account is signed in.';

export const signOutWords = {
  which: { title: 'Kiro Models: Sign Out', placeHolder: 'Select an account to sign out' },
  question: ({ label }: Account) => `Sign out of ${label}?`,
  detail: (account: Account) => `VS Code will forget this login. ${afterSignOut(account)}`.trim(),
  signOut: 'Sign Out',
};

export const signInAgainWords = {
  which: { title: 'Kiro Models: Sign In Again', placeHolder: 'Select an account to sign in again' },
};

export const checkWords = {
  checkingAll: 'Checking your Kiro accounts…',
  checking: ({ label }: Account) => `Checking ${label}…`,
  working: ({ label }: Account) => `${label} is working.`,
  allWorking: (count: number) => {
    if (count === 0) return noAccounts;
    return count === 1 ? 'Your Kiro account is working.' : `All ${count} Kiro accounts are working.`;
  },
  showAccounts: 'Show Accounts',
};

export const removeWords = {
  none: 'No Kiro account is signed out.',
  question: (count: number) => `Remove ${count === 1 ? 'this account' : `these ${count} accounts`}?`,
  detail: (signedOut: readonly Account[]) => `Signed out: ${signedOut.map(({ label }) => label).join(', ')}.`,
  remove: 'Remove',
};

export const renameWords = {
  title: ({ label }: Account) => `Rename ${label}`,
  prompt: 'A name for this account, such as Work',
  empty: 'Enter a name.',
};

export const exportWords = {
  none: 'There is no Kiro account to export.',
  title: 'Export Kiro Accounts',
  which: 'Select the accounts to export',
  warning: 'Whoever has the exported file can use your Kiro accounts.',
  warningDetail:
    'An account that is used in two places can sign one of them out: each refresh makes the other’s token invalid. ' +
    'Delete the file once you have imported it.',
  goOn: 'Continue',
  encrypted: {
    label: '$(lock) Encrypt with a Passphrase',
    detail: 'Only this extension can read the file',
  },
  plain: {
    label: '$(unlock) Plain Text',
    detail: 'Other tools, and everybody else, can read the file',
  },
  passphrase: {
    title: 'Passphrase of the exported file',
    prompt: 'Without it, nobody can read the file, you included.',
  },
  tooShort: (least: number) => `At least ${least} characters.`,
  again: 'The same passphrase again',
  different: 'That is not the same passphrase.',
  save: 'Export',
  done: (count: number, path: string) =>
    `${count === 1 ? '1 account was' : `${count} accounts were`} exported to ${path}.`,
};

export const repairWords = {
  title: 'Kiro Models: Repair Account Storage',
  newerVersion: 'A newer version of this extension stored your accounts. What do you want to do?',
  unreadable: 'Your accounts cannot be read. Nothing was changed or deleted. What do you want to do?',
  readable: 'Your stored Kiro accounts can be read.',
  choices: {
    again: { label: '$(refresh) Try Again', detail: 'Read the stored accounts again' },
    update: {
      label: '$(extensions) Update the Extension…',
      detail: 'Open its page to update it. Your accounts come back with the newer version',
    },
    copy: {
      label: '$(save) Save a Copy…',
      detail: 'Save what is stored to a file. It contains your logins, so keep it secret',
    },
    reset: {
      label: '$(trash) Reset…',
      detail: 'Delete the stored accounts and start over. You are asked before anything is lost',
    },
  },
  copy: {
    title: 'Save a copy of the stored Kiro accounts (it contains your logins)',
    saveLabel: 'Save Copy',
  },
  copied: (path: string) =>
    `The copy was saved to ${path}. It contains your logins: keep it secret, and delete it when you no longer need it.`,
  question: 'Delete the stored Kiro accounts?',
  /** What a reset costs; `isNewer` where a newer version stored the accounts, `isSaved` once there is a copy. */
  questionDetail: ({ isNewer, isSaved }: { isNewer: boolean; isSaved: boolean }) => {
    const instead = isNewer ? ' To keep them, update this extension instead.' : '';
    return (
      'The accounts that cannot be read are removed from VS Code, in every window, and you have to sign in or import them again. ' +
      `Kiro CLI and the Kiro IDE stay signed in.${instead}${isSaved ? ' A copy was saved.' : ''}`
    );
  },
  copyFirst: 'Save a Copy First…',
  reset: 'Reset',
  wasReset: 'The stored Kiro accounts were reset.',
  addAccount: 'Add Account…',
};
