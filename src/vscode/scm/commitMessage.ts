/**
 * The source control view: this module has a model write a commit's message into its box, `git.ts` beside it reads the
 * changes through VS Code's own Git extension. What is told of them is decided in `scm/`.
 */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { commitPrompt, messageIn } from '../../scm/commitPrompt';
import { digestOf } from '../../scm/diffDigest';
import type { KiroModel } from '../chat/modelInformation';
import { commitWords } from '../messages/commitSentences';
import { changesOf, instructionsOf, type Repository, recentMessages, repositories } from './git';

export interface CommitMessageDeps {
  /** The id of the model that the person has set; empty for none. */
  chosenModel: () => string;
  /** A model of the active account by its id, or the usual one; undefined where there is none. */
  modelFor: (id?: string) => Promise<KiroModel | undefined>;
  /** The text of a reply as it comes. Throws KiroError. */
  ask: (model: KiroModel, question: string, signal: AbortSignal) => AsyncIterable<string>;
}

const modelSetting = 'kiroModels.commitMessage.model';

/** Has a Kiro model write the message of a commit into the box of the source control view. */
export class CommitMessage {
  /** The folders of the repositories a message is being written for: a second click changes nothing. */
  private readonly busy = new Set<string>();

  constructor(private readonly deps: CommitMessageDeps) {}

  /** `source` is what VS Code passes from the source control view; from the palette it passes nothing. */
  async write(source?: Pick<vscode.SourceControl, 'rootUri'>): Promise<void> {
    const repository = await this.repository(source?.rootUri);
    if (!repository) return;
    const folder = repository.rootUri.toString();
    if (this.busy.has(folder)) return;
    this.busy.add(folder);
    try {
      await this.writeFor(repository);
    } finally {
      this.busy.delete(folder);
    }
  }

  private async writeFor(repository: Repository): Promise<void> {
    const changes = digestOf(await changesOf(repository));
    if (changes === '') {
      const hasConflicts = repository.state.mergeChanges.length > 0;
      await vscode.window.showInformationMessage(
        hasConflicts ? commitWords.conflicts : commitWords.noChanges,
      );
      return;
    }
    const model = await this.model();
    if (!model) return;
    const begun = repository.inputBox.value;
    const prompt = commitPrompt({
      changes,
      recent: await recentMessages(repository),
      instructions: await instructionsOf(repository),
      begun,
    });
    let isWritten = false;
    try {
      isWritten = await this.stream(model, prompt, repository);
    } finally {
      if (!isWritten) repository.inputBox.value = begun;
    }
    if (!isWritten) return;
    const written = repository.inputBox.value;
    const { undo } = commitWords;
    // What the person has changed since is theirs.
    if ((await vscode.window.showInformationMessage(commitWords.written(model.name), undo)) !== undo) return;
    if (repository.inputBox.value === written) repository.inputBox.value = begun;
  }

  private async repository(root: vscode.Uri | undefined): Promise<Repository | undefined> {
    const all = await repositories();
    if (!all?.length) {
      await vscode.window.showInformationMessage(all ? commitWords.noRepository : commitWords.noGit);
      return undefined;
    }
    const given = root && all.find(({ rootUri }) => rootUri.toString() === root.toString());
    if (given) return given;
    const [only, ...others] = all;
    if (others.length === 0) return only;
    const items = all.map((repository) => ({
      label: basename(repository.rootUri.fsPath),
      description: repository.rootUri.fsPath,
      repository,
    }));
    const selected = items.toSorted(
      (one, other) => Number(other.repository.ui.selected) - Number(one.repository.ui.selected),
    );
    const { whichRepository: title, forWhich: placeHolder } = commitWords;
    return (await vscode.window.showQuickPick(selected, { title, placeHolder }))?.repository;
  }

  private async model(): Promise<KiroModel | undefined> {
    const { modelFor, chosenModel } = this.deps;
    const chosen = chosenModel();
    const model = await modelFor(chosen || undefined);
    if (model) return model;
    const isWrong = chosen !== '' && (await modelFor()) !== undefined;
    const [sentence, button, command, ...args] = isWrong
      ? [
          commitWords.unknownModel(chosen),
          commitWords.openSettings,
          'workbench.action.openSettings',
          modelSetting,
        ]
      : [commitWords.noModel, commitWords.addAccount, 'kiroModels.addAccount'];
    const chosenButton = await vscode.window.showInformationMessage(sentence, button);
    if (chosenButton) await vscode.commands.executeCommand(command, ...args);
    return undefined;
  }

  /** Streams the reply into the box. False where it was cancelled or brought nothing. */
  private async stream(model: KiroModel, prompt: string, { inputBox }: Repository): Promise<boolean> {
    const title = commitWords.progress(model.name);
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return await vscode.window.withProgress(options, async (_progress, token) => {
      const controller = new AbortController();
      const cancelled = token.onCancellationRequested(() => controller.abort());
      let reply = '';
      try {
        for await (const part of this.deps.ask(model, prompt, controller.signal)) {
          reply += part;
          inputBox.value = messageIn(reply);
        }
      } catch (error) {
        if (!token.isCancellationRequested) throw error;
      } finally {
        cancelled.dispose();
      }
      if (token.isCancellationRequested) return false;
      if (messageIn(reply) !== '') return true;
      void vscode.window.showWarningMessage(commitWords.empty);
      return false;
    });
  }
}
