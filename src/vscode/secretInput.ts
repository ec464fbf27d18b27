import * as vscode from 'vscode';

/** Asks for a secret: what is typed is not shown, and the input stays while the person fetches it from elsewhere. */
export function askForSecret(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  return vscode.window.showInputBox({ ...options, password: true, ignoreFocusOut: true });
}
