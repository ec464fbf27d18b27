import * as vscode from 'vscode';
import { copyLink, noBrowser } from '../messages/signInSentences';

/** Opens a page under exactly this address: a `Uri` would decode what its query encodes. False where none was opened. */
export async function openPage(url: string): Promise<boolean> {
  return await vscode.env.openExternal(url as unknown as vscode.Uri);
}

/** The same for a page that a sign-in waits for: where no browser opens, its link stays in sight. */
export async function openSignInPage(url: string): Promise<void> {
  const isOpen = await openPage(url).catch(() => false);
  if (isOpen) return;
  const chosen = await vscode.window.showWarningMessage(noBrowser, copyLink);
  if (chosen) await vscode.env.clipboard.writeText(url);
}
