import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { KiroError, systemCodeOf } from '../../base/errors';
import type { Recording, Recordings } from '../../kiro/chat/recording/recording';
import { savedRequest } from '../../kiro/chat/recording/savedRequest';
import { saveWords, turnLine } from '../messages/logWords';

interface SaveRequestDeps {
  recordings: Pick<Recordings, 'last'>;
  /** Of this extension, to be named in the file. */
  version: string;
  /** The folder that the file is offered to be saved in. */
  homedir: string;
}

/** Writes one of the last requests to a file that a report can have attached. Throws KiroError `storage`. */
export async function saveRequest({ recordings, version, homedir }: SaveRequestDeps): Promise<void> {
  const recording = await choose(recordings.last);
  if (!recording) return;
  const uri = await vscode.window.showSaveDialog({
    title: saveWords.title,
    defaultUri: vscode.Uri.file(join(homedir, 'kiro-request.json')),
    filters: { JSON: ['json'] },
  });
  if (!uri) return;
  try {
    await writeFile(uri.fsPath, savedRequest(recording, version));
  } catch (cause) {
    throw new KiroError('storage', { reason: 'request-not-saved', detail: systemCodeOf(cause), cause });
  }
  void vscode.window.showInformationMessage(saveWords.saved(uri.fsPath));
}

async function choose(last: readonly Recording[]): Promise<Recording | undefined> {
  if (last.length === 0) void vscode.window.showInformationMessage(saveWords.none);
  if (last.length <= 1) return last[0];
  const items = last.map((recording) => ({
    label: recording.model.name,
    description: new Date(recording.startedAt).toLocaleTimeString(),
    detail: turnLine(recording),
    recording,
  }));
  return (await vscode.window.showQuickPick(items, { title: saveWords.pick }))?.recording;
}
