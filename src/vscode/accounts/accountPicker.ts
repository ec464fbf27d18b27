/**
 * What a person sees of accounts that are here and does with them: the status bar item, the switcher, and notices.
 */
import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { isSignedOut } from '../../accounts/health';
import { type SignOutDeps, signOut } from '../../accounts/signOut';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { KiroError } from '../../base/errors';
import { sentences } from '../../base/words/l10n';
import type { Limits } from '../../kiro/account/usage/accountLimits';
import {
  checkWords,
  noAccounts,
  removeWords,
  renameWords,
  signInAgainWords,
  signOutWords,
} from '../messages/accountDialogs';
import { sentenceFor, withoutMarkup } from '../messages/errorSentences';
import { openPage } from '../signIn/browser';
import { accountItem, choose } from './accountSwitcher';

export interface AccountPickerDeps extends SignOutDeps {
  accounts: AccountStore;
  limits: Limits;
  /** A new sign-in for an account that is here already. */
  signInAgain: (account: Account) => Promise<void>;
  /** Asks the service about an account, whatever it last said. Throws KiroError. */
  check: (account: Account) => Promise<void>;
}

/** What a person does with the accounts that are here. Every method throws KiroError. */
export class AccountPicker {
  constructor(private readonly deps: AccountPickerDeps) {}

  /** Choose the active account, or do something with one of them. */
  async open(): Promise<void> {
    const { accounts, limits, signInAgain } = this.deps;
    const { accounts: all, activeId } = await accounts.read();
    if (all.length === 0) {
      await vscode.commands.executeCommand('kiroModels.addAccount');
      return;
    }
    const choice = await choose(all, activeId, limits);
    switch (choice?.kind) {
      case 'activate':
        return await accounts.setActive(choice.account.id);
      case 'rename':
        return await rename(accounts, choice.account);
      case 'sign-in-again':
        return await signInAgain(choice.account);
      case 'check':
        return await this.checkAgain(choice.account);
      case 'sign-out':
        return await this.confirmSignOut(choice.account);
      case 'page':
        await openPage(choice.page);
        return;
      case 'command':
        await vscode.commands.executeCommand(choice.command);
    }
  }

  /** Asks which account to sign out, unless there is only one, and signs it out. */
  async signOut(): Promise<void> {
    const account = await this.pickOne(signOutWords.which);
    if (account) await this.confirmSignOut(account);
  }

  /** Asks which account to sign in again, unless there is only one. */
  async signInAgain(): Promise<void> {
    const account = await this.pickOne(signInAgainWords.which);
    if (account) await this.deps.signInAgain(account);
  }

  /** Asks the service about every account, and says what it found. */
  async checkAll(): Promise<void> {
    const all = await this.deps.accounts.list();
    const outcomes = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: checkWords.checkingAll },
      () => Promise.all(all.map((account) => this.checkOne(account))),
    );
    const problems = outcomes.filter((outcome) => outcome !== undefined);
    if (problems.length > 0) await this.tellProblem(sentences(...problems));
    else void vscode.window.showInformationMessage(checkWords.allWorking(all.length));
  }

  /** Removes the accounts whose logins have ended, once the person agrees. */
  async removeSignedOut(): Promise<void> {
    const signedOut = (await this.deps.accounts.list()).filter(isSignedOut);
    if (signedOut.length === 0) {
      void vscode.window.showInformationMessage(removeWords.none);
      return;
    }
    const confirmed = await vscode.window.showWarningMessage(
      removeWords.question(signedOut.length),
      { modal: true, detail: removeWords.detail(signedOut) },
      removeWords.remove,
    );
    if (!confirmed) return;
    // One of them may have been signed in again while the question stood.
    for (const { id } of signedOut) await this.deps.accounts.remove(id, isSignedOut);
  }

  private async checkAgain(account: Account): Promise<void> {
    const outcome = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: checkWords.checking(account) },
      () => this.checkOne(account),
    );
    if (outcome) await this.tellProblem(outcome);
    else void vscode.window.showInformationMessage(checkWords.working(account));
  }

  private async tellProblem(sentence: string): Promise<void> {
    if (await vscode.window.showWarningMessage(sentence, checkWords.showAccounts)) await this.open();
  }

  /** What is wrong with an account, as a sentence; undefined where nothing is. */
  private async checkOne(account: Account): Promise<string | undefined> {
    const failure = await this.deps.check(account).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof KiroError) return error;
        throw error;
      },
    );
    const found = (await this.deps.accounts.find(account.id)) ?? account;
    if (found.health !== 'active') return checkWords.unhealthy(found);
    return failure && checkWords.failed(found, withoutMarkup(sentenceFor(failure)));
  }

  private async pickOne(which: vscode.QuickPickOptions): Promise<Account | undefined> {
    const { accounts: all, activeId } = await this.deps.accounts.read();
    if (all.length === 0) void vscode.window.showInformationMessage(noAccounts);
    if (all.length <= 1) return all[0];
    const items = all.map((account) => accountItem(account, activeId, this.deps.limits.get(account)));
    return (await vscode.window.showQuickPick(items, which))?.account;
  }

  private async confirmSignOut(account: Account): Promise<void> {
    const confirmed = await vscode.window.showWarningMessage(
      signOutWords.question(account),
      { modal: true, detail: signOutWords.detail(account) },
      signOutWords.signOut,
    );
    if (!confirmed) return;
    await signOut(this.deps, account.id);
  }
}

async function rename(accounts: AccountStore, account: Account): Promise<void> {
  const label = await vscode.window.showInputBox({
    title: renameWords.title(account),
    prompt: renameWords.prompt,
    value: account.label,
    validateInput: (text) => (text.trim() ? undefined : renameWords.empty),
  });
  if (label) await accounts.update(account.id, (one) => ({ ...one, label: label.trim() }));
}
