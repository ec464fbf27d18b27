import * as vscode from 'vscode';
import { HostSettings } from '../hostSettings';
import { agentSessionWords } from '../messages/agentSessionSentences';

const names = ['chat.agentHost.byokModels.enabled', 'chat.agentHost.allowSignedOutWhenUsable'] as const;

/**
 * VS Code's newer kind of chat, run by its agent host, lists models of extensions only where experimental settings say so.
 * Nobody tells an extension which kind a person is in: they ask for their models there by a command.
 */
export async function showInAgentSessions(memento: vscode.Memento): Promise<void> {
  const settings = new HostSettings(names, memento, 'kiroModels.agentSessions.1');
  const { unsupported, offer, show, told, undo, undone, chosen, openSettings } = agentSessionWords;
  const { showInformationMessage } = vscode.window;
  if (settings.supported().length === 0) {
    await showInformationMessage(unsupported);
    return;
  }
  if (Object.keys(settings.ours()).length === 0) {
    if (settings.open().length === 0) {
      if (await showInformationMessage(chosen, openSettings)) {
        await vscode.commands.executeCommand('workbench.action.openSettings', 'chat.agentHost');
      }
      return;
    }
    if ((await showInformationMessage(offer(settings.open()), show)) !== show) return;
    await settings.set(true);
  }
  if ((await showInformationMessage(told, undo)) !== undo) return;
  await settings.undo();
  await showInformationMessage(undone);
}
