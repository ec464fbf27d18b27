import * as vscode from 'vscode';

/** Opens a page under exactly this address: a `Uri` would decode what its query encodes. False where none was opened. */
export async function openPage(url: string): Promise<boolean> {
  return await vscode.env.openExternal(url as unknown as vscode.Uri);
}
