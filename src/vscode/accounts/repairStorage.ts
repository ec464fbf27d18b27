import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AccountStore, UnreadableAccounts } from '../../accounts/storage/accountStore';
import { KiroError } from '../../base/errors';
import { writePrivateFile } from '../../base/replaceFile';
import { repairWords } from '../messages/accountDialogs';

export interface AccountStorageRepairDeps {
  accounts: AccountStore;
  /** This extension's id, to show its page. */
  extensionId: string;
  /** The folder that a copy is offered to be saved in. */
  homedir: string;
}

type Choice = keyof typeof repairWords.choices;

/** What a person can do where the stored accounts cannot be read. Nothing is overwritten until they say so. */
export class AccountStorageRepair {
  constructor(private readonly deps: AccountStorageRepairDeps) {}

  /** Looks whether the accounts can be read, and asks what to do until they can. Throws KiroError `storage`. */
  async open(): Promise<void> {
    for (;;) {
      const found = await this.look();
      if (!found) {
        void vscode.window.showInformationMessage(repairWords.readable);
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
      ...repairWords.copy,
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
    void vscode.window.showInformationMessage(repairWords.copied(uri.fsPath));
    return true;
  }

  /** False where the person thinks better of it, or where something else is stored by now. */
  private async reset(found: UnreadableAccounts): Promise<boolean> {
    if (!(await this.confirmReset(found)) || !(await this.deps.accounts.reset(found.text))) return false;
    void vscode.window
      .showInformationMessage(repairWords.wasReset, repairWords.addAccount)
      .then((chosen) => chosen && vscode.commands.executeCommand('kiroModels.addAccount'));
    return true;
  }

  private async confirmReset(found: UnreadableAccounts): Promise<boolean> {
    const { question, questionDetail, copyFirst, reset } = repairWords;
    const isNewer = found.reason === 'newer-version';
    for (let isSaved = false; ; isSaved = true) {
      const chosen = await vscode.window.showWarningMessage(
        question,
        { modal: true, detail: questionDetail({ isNewer, isSaved }) },
        // The first one is the one that Enter presses.
        ...(isSaved ? [] : [copyFirst]),
        reset,
      );
      if (chosen !== copyFirst) return chosen === reset;
      if (!(await this.saveCopy(found))) return false;
    }
  }
}

async function choose({ reason }: UnreadableAccounts): Promise<Choice | undefined> {
  const isNewer = reason === 'newer-version';
  const offered: Choice[] = isNewer ? ['update', 'again', 'copy', 'reset'] : ['again', 'copy', 'reset'];
  const picked = await vscode.window.showQuickPick(
    offered.map((choice) => ({ ...repairWords.choices[choice], choice })),
    {
      title: repairWords.title,
      placeHolder: isNewer ? repairWords.newerVersion : repairWords.unreadable,
    },
  );
  return picked?.choice;
}
