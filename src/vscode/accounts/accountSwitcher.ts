import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { isSignedOut } from '../../accounts/health';
import type { Limits } from '../../kiro/account/usage/accountLimits';
import type { Subscription } from '../../kiro/account/usage/usageLimits';
import { switcherWords } from '../messages/accountDialogs';
import { creditsName, healthOf, methodOf, originName } from '../messages/accountWords';
import { accountPageOf } from '../messages/errorSentences';

export interface AccountItem extends vscode.QuickPickItem {
  account?: Account;
  command?: string;
}

/** What the person chose to do in the switcher. */
export type Choice =
  | { kind: 'activate' | 'rename' | 'sign-in-again' | 'check' | 'sign-out'; account: Account }
  | { kind: 'page'; page: string }
  | { kind: 'command'; command: string };

type Button = vscode.QuickInputButton & { choose: (account: Account) => Choice | undefined };

const button = (
  icon: string,
  tooltip: string,
  kind: Exclude<Choice['kind'], 'page' | 'command'>,
): Button => ({
  iconPath: new vscode.ThemeIcon(icon),
  tooltip,
  choose: (account) => ({ kind, account }),
});
const renameButton = button('edit', switcherWords.rename, 'rename');
const signInAgainButton = button('refresh', switcherWords.signInAgain, 'sign-in-again');
const independentButton = button('debug-disconnect', switcherWords.makeIndependent, 'sign-in-again');
const checkButton = button('pulse', switcherWords.check, 'check');
const signOutButton = button('sign-out', switcherWords.signOut, 'sign-out');

/** Shows the accounts; settles with what the person chose, undefined where they turn away. */
export function choose(
  all: readonly Account[],
  activeId: string | undefined,
  limits: Limits,
): Promise<Choice | undefined> {
  const picker = vscode.window.createQuickPick<AccountItem>();
  picker.title = switcherWords.title;
  picker.placeholder = switcherWords.placeholder;
  picker.matchOnDescription = true;
  const render = (chosenId: string | undefined) => {
    picker.items = [
      ...all.map((account) => ({
        ...accountItem(account, activeId, limits.get(account)),
        buttons: buttonsOf(account),
      })),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: switcherWords.addAccount, command: 'kiroModels.addAccount', alwaysShow: true },
      { label: switcherWords.checkAll, command: 'kiroModels.checkAccounts' },
      ...(all.some(isSignedOut)
        ? [{ label: switcherWords.removeSignedOut, command: 'kiroModels.removeSignedOutAccounts' }]
        : []),
    ];
    picker.activeItems = picker.items.filter((item) => item.account?.id === chosenId);
  };
  render(activeId);
  // Credits as last heard of are shown at once, and as they are now a moment later.
  const newer = limits.onDidChange(() => render(picker.activeItems[0]?.account?.id));
  return new Promise((resolve) => {
    const done = (choice: Choice | undefined) => {
      resolve(choice);
      newer.dispose();
      picker.dispose();
    };
    picker.onDidTriggerItemButton(({ button: pressed, item: { account } }) => {
      if (account) done((pressed as Button).choose(account));
    });
    picker.onDidAccept(() => {
      const { account, command } = picker.selectedItems[0] ?? {};
      if (account) done({ kind: 'activate', account });
      else done(command ? { kind: 'command', command } : undefined);
    });
    picker.onDidHide(() => done(undefined));
    picker.show();
  });
}

// What an account needs most comes first.
function buttonsOf(account: Account): Button[] {
  const signInAgain = account.origin.kind === 'own' ? signInAgainButton : independentButton;
  const page = accountPageOf(account.health);
  return [
    ...(page ? [pageButton(page), checkButton] : []),
    renameButton,
    ...(account.grant.kind === 'apiKey' ? [] : [signInAgain]),
    signOutButton,
  ];
}

function pageButton({ label, page, icon }: NonNullable<ReturnType<typeof accountPageOf>>): Button {
  return { iconPath: new vscode.ThemeIcon(icon), tooltip: label, choose: () => ({ kind: 'page', page }) };
}

/** An account as a row of a list. */
export function accountItem(
  account: Account,
  activeId: string | undefined,
  { plan, credits }: Subscription = {},
): AccountItem {
  const isHealthy = account.health === 'active';
  // A narrow list cuts off what comes last.
  const facts = [healthOf(account), credits && creditsName(credits), originName(account)];
  return {
    label: `$(${account.id === activeId ? 'check' : 'blank'}) ${account.label}`,
    description: [methodOf(account), plan].filter(Boolean).join(' · '),
    detail: `$(blank) ${isHealthy ? '' : '$(warning) '}${facts.filter(Boolean).join(' · ')}`,
    account,
  };
}
