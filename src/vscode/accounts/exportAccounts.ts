import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { KiroError, systemCodeOf } from '../../base/errors';
import { writePrivateFile } from '../../base/replaceFile';
import { encrypted, exportText } from '../../import/exportFile';
import { exportWords } from '../messages/accountDialogs';
import { askForSecret } from '../secretInput';

export interface AccountExportDeps {
  accounts: AccountStore;
  /** The folder that the file is offered to be saved in. */
  homedir: string;
}

const leastLength = 8;

/** Writes accounts to a file, to be imported on another machine or into another tool. */
export class AccountExport {
  constructor(private readonly deps: AccountExportDeps) {}

  /** The whole way; nothing is written before the person was warned. Throws KiroError `storage`. */
  async run(): Promise<void> {
    const chosen = await chooseAccounts(await this.deps.accounts.list());
    if (!chosen.length) return;
    const accepted = await vscode.window.showWarningMessage(
      exportWords.warning,
      { modal: true, detail: exportWords.warningDetail },
      exportWords.goOn,
    );
    const passphrase = accepted && (await choosePassphrase());
    if (passphrase === undefined) return;
    const uri = await vscode.window.showSaveDialog({
      title: exportWords.title,
      saveLabel: exportWords.save,
      defaultUri: vscode.Uri.file(join(this.deps.homedir, 'kiro-accounts.json')),
      filters: { JSON: ['json'] },
    });
    if (!uri) return;
    // A repository is where files get shared.
    if (vscode.workspace.getWorkspaceFolder(uri))
      throw new KiroError('storage', { reason: 'export-in-workspace' });
    const text = exportText(chosen);
    try {
      await writePrivateFile(uri.fsPath, passphrase ? await encrypted(text, passphrase) : text);
    } catch (cause) {
      throw new KiroError('storage', { reason: 'export-not-saved', detail: systemCodeOf(cause), cause });
    }
    void vscode.window.showInformationMessage(exportWords.done(chosen.length, uri.fsPath));
  }
}

async function chooseAccounts(accounts: readonly Account[]): Promise<readonly Account[]> {
  if (accounts.length === 0) void vscode.window.showInformationMessage(exportWords.none);
  if (accounts.length <= 1) return accounts;
  const picked = await vscode.window.showQuickPick(
    accounts.map((account) => ({ label: account.label, picked: true, account })),
    { canPickMany: true, title: exportWords.title, placeHolder: exportWords.which },
  );
  return picked?.map(({ account }) => account) ?? [];
}

/** Empty for a file that every tool can read; undefined where the person turns away. */
async function choosePassphrase(): Promise<string | undefined> {
  const { encrypted: secret, plain, title } = exportWords;
  const how = await vscode.window.showQuickPick([secret, plain], { title });
  if (how !== secret) return how && '';
  const passphrase = await askForSecret({
    ...exportWords.passphrase,
    validateInput: (text) => (text.length < leastLength ? exportWords.tooShort(leastLength) : undefined),
  });
  if (passphrase === undefined) return undefined;
  const again = await askForSecret({
    title: exportWords.again,
    validateInput: (text) => (text === passphrase ? undefined : exportWords.different),
  });
  return again === passphrase ? passphrase : undefined;
}
