import * as vscode from 'vscode';
import { firstUseNotice } from '../messages/signInDialogs';

const acceptedKey = 'kiroModels.noticeAccepted';

/** Says once, before the first sign-in or import, what this extension is and is not. True where the person goes on. */
export async function acceptFirstUseNotice(memento: vscode.Memento): Promise<boolean> {
  if (memento.get(acceptedKey) === true) return true;
  const { question, detail, goOn } = firstUseNotice;
  const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, goOn);
  if (!chosen) return false;
  await memento.update(acceptedKey, true);
  return true;
}
