import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { type SignOutDeps, signOut } from '../../accounts/signOut';
import type { AccountStore } from '../../accounts/storage/accountStore';
import { type RemovalSignal, removalKey } from '../../accounts/storage/removalSignal';
import { timeLimit } from '../../base/async';
import { KiroError, systemCodeOf } from '../../base/errors';
import { removeAllWords } from '../messages/accountDialogs';

export interface DataRemovalDeps extends SignOutDeps {
  accounts: AccountStore;
  /** Gives back what programs that logins are shared with are still owed. */
  settle: (signal: AbortSignal) => Promise<void>;
  /** Take back what was changed in VS Code's own settings. */
  undoSettings: readonly (() => Promise<void>)[];
  memento: vscode.Memento;
  /** The folder of our files that all windows share. */
  folder: string;
  /** What outlives it: a secret and a folder without which other windows would bring back what was deleted. */
  kept: { secrets: readonly string[]; folders: readonly string[] };
  signal: RemovalSignal;
  wait: (ms: number) => Promise<void>;
  reportFailure: (error: unknown) => void;
}

const settleLimitMs = 20_000;
/** Other windows hear within a fraction of it that the accounts are gone, and store nothing about them from then on. */
const heardAfterMs = 1000;

/** Leaves nothing behind that this extension has stored, and every window as if it had just been installed. */
export class DataRemoval {
  constructor(private readonly deps: DataRemovalDeps) {}

  /** The whole way; nothing is removed before the person agreed. Throws KiroError `storage`. */
  async run(): Promise<void> {
    const { question, detail, remove, removing, done } = removeAllWords;
    const accounts = await this.accounts();
    const options = { modal: true, detail: detail(accounts) };
    if ((await vscode.window.showWarningMessage(question, options, remove)) !== remove) return;
    const progress = { location: vscode.ProgressLocation.Notification, title: removing };
    await vscode.window.withProgress(progress, () => this.remove(accounts));
    void vscode.window.showInformationMessage(done);
  }

  /** Those that can be read: what cannot is removed like everything else. */
  private async accounts(): Promise<Account[]> {
    try {
      return await this.deps.accounts.list();
    } catch (error) {
      if (error instanceof KiroError && error.reason !== 'unavailable') return [];
      throw error;
    }
  }

  private async remove(found: readonly Account[]): Promise<void> {
    const { accounts, settle, signal, wait, kept, undoSettings, memento, reportFailure } = this.deps;
    await accounts.prove();
    await signal.begin();
    try {
      await Promise.all(found.map(({ id }) => signOut(this.deps, id)));
      await settle(timeLimit(settleLimitMs)).catch(reportFailure);
      await accounts.forgetAll([removalKey, ...kept.secrets]);
      await wait(heardAfterMs);
      for (const undo of undoSettings) await undo().catch(reportFailure);
      for (const key of memento.keys()) await memento.update(key, undefined);
      await this.removeFiles();
    } finally {
      await signal.end();
    }
  }

  private async removeFiles(): Promise<void> {
    const { folder, kept } = this.deps;
    try {
      const names = await readdir(folder);
      for (const name of names.filter((one) => !kept.folders.includes(one)))
        await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    } catch (cause) {
      if (systemCodeOf(cause) === 'ENOENT') return;
      throw new KiroError('storage', { reason: 'data-not-removed', detail: systemCodeOf(cause), cause });
    }
  }
}
