import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { KiroError, systemCodeOf } from '../../base/errors';
import { writePrivateFile } from '../../base/replaceFile';
import { encrypted, exportText } from '../../import/exportFile';

export interface AccountExportDeps {
  accounts: AccountStore;
  /** The folder that the file is offered to be saved in. */
  homedir: string;
}

const leastLength = 8;
const goOn = 'Continue';

/** Writes accounts to a file, to be imported on another machine or into another tool. */
export class AccountExport {
  constructor(private readonly deps: AccountExportDeps) {}

  /** The whole way; nothing is written before the person was warned. Throws KiroError `storage`. */
  async run(): Promise<void> {
    const chosen = await chooseAccounts(await this.deps.accounts.list());
    if (!chosen.length) return;
    const accepted = await vscode.window.showWarningMessage(
      'Whoever has the exported file can use your Kiro accounts.',
      {
        modal: true,
        detail:
          'An account that is used in two places can sign one of them out: each refresh makes the other’s token invalid. ' +
          'Delete the file once you have imported it.',
      },
      goOn,
    );
    const passphrase = accepted && (await choosePassphrase());
    if (passphrase === undefined) return;
    const uri = await vscode.window.showSaveDialog({
      title: 'Export Kiro Accounts',
      saveLabel: 'Export',
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
    const count = chosen.length === 1 ? '1 account was' : `${chosen.length} accounts were`;
    void vscode.window.showInformationMessage(`${count} exported to ${uri.fsPath}.`);
  }
}

async function chooseAccounts(accounts: readonly Account[]): Promise<readonly Account[]> {
  if (accounts.length === 0) void vscode.window.showInformationMessage('There is no Kiro account to export.');
  if (accounts.length <= 1) return accounts;
  const picked = await vscode.window.showQuickPick(
    accounts.map((account) => ({ label: account.label, picked: true, account })),
    { canPickMany: true, title: 'Export Kiro Accounts', placeHolder: 'Select the accounts to export' },
  );
  return picked?.map(({ account }) => account) ?? [];
}

/** Empty for a file that every tool can read; undefined where the person turns away. */
async function choosePassphrase(): Promise<string | undefined> {
  const [secret, plain] = [
    { label: '$(lock) Encrypt with a Passphrase', detail: 'Only this extension can read the file' },
    { label: '$(unlock) Plain Text', detail: 'Other tools, and everybody else, can read the file' },
  ];
  const how = await vscode.window.showQuickPick([secret, plain], { title: 'Export Kiro Accounts' });
  if (how !== secret) return how && '';
  const passphrase = await vscode.window.showInputBox({
    title: 'Passphrase of the exported file',
    prompt: 'Without it, nobody can read the file, you included.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.length < leastLength ? `At least ${leastLength} characters.` : undefined),
  });
  if (passphrase === undefined) return undefined;
  const again = await vscode.window.showInputBox({
    title: 'The same passphrase again',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === passphrase ? undefined : 'That is not the same passphrase.'),
  });
  return again === passphrase ? passphrase : undefined;
}
