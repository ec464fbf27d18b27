import * as vscode from 'vscode';

/** What the steps of the walkthrough wait for, by the names in its completion events. */
export type Milestone = 'accountAdded' | 'answered';

/** Ticks the steps that wait for this. VS Code remembers it, whether the walkthrough is open or not. */
export function reached(milestone: Milestone): void {
  void vscode.commands.executeCommand('setContext', `kiroModels.${milestone}`, true);
}
