import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AccountStore, UnreadableAccounts } from '../../accounts/storage/accountStore';
import { KiroError } from '../../base/errors';
import { writePrivateFile } from '../../base/replaceFile';

export interface AccountStorageRepairDeps {
  accounts: AccountStore;
  /** This extension's id, to show its page. */
  extensionId: string;
  /** The folder that a copy is offered to be saved in. */
  homedir: string;
}

type Choice = 'again' | 'update' | 'copy' | 'reset';

const choices: Record<Choice, vscode.QuickPickItem> = {
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
};

/** What a person can do where the stored accounts cannot be read. Nothing is overwritten until they say so. */
export class AccountStorageRepair {
  constructor(private readonly deps: AccountStorageRepairDeps) {}

  /** Looks whether the accounts can be read, and asks what to do until they can. Throws KiroError `storage`. */
  async open(): Promise<void> {
    for (;;) {
      const found = await this.look();
      if (!found) {
        void vscode.window.showInformationMessage('Your stored Kiro accounts can be read.');
        return;
      }
      switch (await choose(found)) {
        case undefined:
          return;
        case 'again':
          break;
        case 'update':
          await vscode.commands.executeCommand('extension.open', this.deps.extensionId);
          return;
        case 'copy':
          await this.saveCopy(found);
          break;
        case 'reset':
          if (await this.reset(found)) return;
      }
    }
  }

  private async look(): Promise<UnreadableAccounts | undefined> {
    const { accounts } = this.deps;
    const found = await accounts.unreadable();
    // A secret storage that works again tells nobody by itself.
    if (!found) accounts.lookAgain();
    return found;
  }

  private async saveCopy({ text }: UnreadableAccounts): Promise<boolean> {
    const uri = await vscode.window.showSaveDialog({
      title: 'Save a copy of the stored Kiro accounts (it contains your logins)',
      saveLabel: 'Save Copy',
      defaultUri: vscode.Uri.file(join(this.deps.homedir, 'kiro-accounts.json')),
      filters: { JSON: ['json'] },
    });
    if (!uri) return false;
    try {
      await writePrivateFile(uri.fsPath, text);
    } catch (cause) {
      const detail = (cause as NodeJS.ErrnoException).code;
      throw new KiroError('storage', { reason: 'copy-not-saved', detail, cause });
    }
    void vscode.window.showInformationMessage(
      `The copy was saved to ${uri.fsPath}. It contains your logins: keep it secret, and delete it when you no longer need it.`,
    );
    return true;
  }

  /** False where the person thinks better of it, or where something else is stored by now. */
  private async reset(found: UnreadableAccounts): Promise<boolean> {
    if (!(await this.confirmReset(found)) || !(await this.deps.accounts.reset(found.text))) return false;
    const next = 'Add Account…';
    void vscode.window
      .showInformationMessage('The stored Kiro accounts were reset.', next)
      .then((chosen) => chosen && vscode.commands.executeCommand('kiroModels.addAccount'));
    return true;
  }

  private async confirmReset(found: UnreadableAccounts): Promise<boolean> {
    const instead = found.reason === 'newer-version' ? ' To keep them, update this extension instead.' : '';
    const detail =
      'The accounts that cannot be read are removed from VS Code, in every window, and you have to sign in or import them again. ' +
      `Kiro CLI and the Kiro IDE stay signed in.${instead}`;
    const copy = 'Save a Copy First…';
    for (let isSaved = false; ; isSaved = true) {
      const chosen = await vscode.window.showWarningMessage(
        'Delete the stored Kiro accounts?',
        { modal: true, detail: isSaved ? `${detail} A copy was saved.` : detail },
        // The first one is the one that Enter presses.
        ...(isSaved ? [] : [copy]),
        'Reset',
      );
      if (chosen !== copy) return chosen === 'Reset';
      if (!(await this.saveCopy(found))) return false;
    }
  }
}

async function choose({ reason }: UnreadableAccounts): Promise<Choice | undefined> {
  const isNewer = reason === 'newer-version';
  const offered: Choice[] = isNewer ? ['update', 'again', 'copy', 'reset'] : ['again', 'copy', 'reset'];
  const picked = await vscode.window.showQuickPick(
    offered.map((choice) => ({ ...choices[choice], choice })),
    {
      title: 'Kiro Models: Repair Account Storage',
      placeHolder: isNewer
        ? 'A newer version of this extension stored your accounts. What do you want to do?'
        : 'Your accounts cannot be read. Nothing was changed or deleted. What do you want to do?',
    },
  );
  return picked?.choice;
}
