import * as vscode from 'vscode';
import type { Editor } from '../../doctor/editorChecks';
import { neighborsAmong } from '../../doctor/neighbors';
import { addGroup } from '../chat/chatReadiness';
import { vendor } from '../chat/hostApi';
import { isOffered } from '../chat/modelInformation';
import { hasGroup } from '../chat/providerGroups';
import { agentSessions } from '../host/agentHost';

/** What VS Code says of itself now. */
export async function editorFacts(
  extension: vscode.Extension<unknown>,
  memento: vscode.Memento,
): Promise<Editor> {
  // Asking for the models has VS Code ask for those of its groups, which is what shows that there is one.
  const listed = await vscode.lm.selectChatModels({ vendor });
  const models = listed.filter(isOffered);
  const commands = await vscode.commands.getCommands();
  const { remoteName, uiKind } = vscode.env;
  const others = vscode.extensions.all.filter(({ id }) => id !== extension.id);
  return {
    version: vscode.version,
    hasChat: vscode.extensions.getExtension('GitHub.copilot-chat') !== undefined,
    isAiDisabled: vscode.workspace.getConfiguration('chat').get('disableAIFeatures') === true,
    group: commands.includes(addGroup) ? (hasGroup(memento) ? 'there' : 'missing') : 'needless',
    models: models.length,
    agentSessions: agentSessions({ isPage: uiKind === vscode.UIKind.Web }),
    neighbors: neighborsAmong(others, vendor),
    isTrusted: vscode.workspace.isTrusted,
    side: sideOf(uiKind, remoteName, extension.extensionKind),
    remoteName,
  };
}

function sideOf(
  uiKind: vscode.UIKind,
  remoteName: string | undefined,
  kind: vscode.ExtensionKind,
): Editor['side'] {
  if (uiKind === vscode.UIKind.Web) return 'server';
  if (remoteName === undefined) return 'local';
  return kind === vscode.ExtensionKind.Workspace ? 'remote' : 'wrong';
}
