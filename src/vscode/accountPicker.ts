import * as vscode from 'vscode';
import type { Account } from '../accounts/account';
import type { AccountStore } from '../accounts/accountStore';
import { healthName, methodOf, originName } from './accountWords';

interface AccountItem extends vscode.QuickPickItem {
  account?: Account;
}

/** What the person chose to do in the switcher. */
type Choice = { kind: 'activate' | 'rename' | 'sign-out'; account: Account } | { kind: 'add' };

const renameButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('edit'),
  tooltip: 'Rename',
};
const signOutButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('sign-out'),
  tooltip: 'Sign Out',
};

/** Lets the person choose the active account, sign one out, or add one. */
export async function switchAccount(accounts: AccountStore): Promise<void> {
  const { accounts: all, activeId } = await accounts.read();
  if (all.length === 0) {
    await vscode.commands.executeCommand('kiroModels.addAccount');
    return;
  }
  const choice = await choose(all, activeId);
  switch (choice?.kind) {
    case 'activate':
      return await accounts.setActive(choice.account.id);
    case 'rename':
      return await rename(accounts, choice.account);
    case 'sign-out':
      return await signOut(accounts, choice.account);
    case 'add':
      await vscode.commands.executeCommand('kiroModels.addAccount');
  }
}

/** Asks which account to sign out, unless there is only one, and signs it out. */
export async function chooseAndSignOut(accounts: AccountStore): Promise<void> {
  const { accounts: all, activeId } = await accounts.read();
  if (all.length === 0) {
    void vscode.window.showInformationMessage('No Kiro account is signed in.');
    return;
  }
  const picked =
    all.length === 1
      ? { account: all[0] }
      : await vscode.window.showQuickPick(
          all.map((account) => accountItem(account, activeId)),
          { title: 'Kiro: Sign Out', placeHolder: 'Which account?' },
        );
  if (picked?.account) await signOut(accounts, picked.account);
}

async function rename(accounts: AccountStore, account: Account): Promise<void> {
  const label = await vscode.window.showInputBox({
    title: `Rename ${account.label}`,
    prompt: 'A name of your own, such as Work',
    value: account.label,
    validateInput: (text) => (text.trim() ? undefined : 'An account needs a name.'),
  });
  if (label) await accounts.rename(account.id, label.trim());
}

async function signOut(accounts: AccountStore, account: Account): Promise<void> {
  const shared = account.origin.kind === 'own' ? '' : ` ${originName(account)}, where it stays signed in.`;
  const confirmed = await vscode.window.showWarningMessage(
    `Sign out ${account.label}?`,
    { modal: true, detail: `VS Code forgets this login.${shared}` },
    'Sign Out',
  );
  if (confirmed) await accounts.remove(account.id);
}

function choose(all: readonly Account[], activeId: string | undefined): Promise<Choice | undefined> {
  const picker = vscode.window.createQuickPick<AccountItem>();
  picker.title = 'Kiro Accounts';
  picker.placeholder = 'Choose the account whose models chat uses';
  picker.matchOnDescription = true;
  picker.items = [
    ...all.map((account) => ({ ...accountItem(account, activeId), buttons: [renameButton, signOutButton] })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(add) Add Account…', alwaysShow: true },
  ];
  picker.activeItems = picker.items.filter((item) => item.account?.id === activeId);
  return new Promise((resolve) => {
    const done = (choice: Choice | undefined) => {
      resolve(choice);
      picker.dispose();
    };
    picker.onDidTriggerItemButton(({ button, item: { account } }) => {
      if (account) done({ kind: button === renameButton ? 'rename' : 'sign-out', account });
    });
    picker.onDidAccept(() => {
      const account = picker.selectedItems[0]?.account;
      done(account ? { kind: 'activate', account } : { kind: 'add' });
    });
    picker.onDidHide(() => done(undefined));
    picker.show();
  });
}

function accountItem(account: Account, activeId: string | undefined): AccountItem {
  const well = account.health === 'active';
  return {
    label: `$(${account.id === activeId ? 'check' : 'blank'}) ${account.label}`,
    description: methodOf(account),
    detail: `$(blank) ${well ? '' : '$(warning) '}${healthName(account.health)} · ${originName(account)}`,
    account,
  };
}
