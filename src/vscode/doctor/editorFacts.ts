import * as vscode from 'vscode';
import type { Editor } from '../../doctor/editorChecks';
import { addGroup } from '../chat/chatReadiness';
import { vendor } from '../chat/hostApi';
import { hasGroup } from '../chat/providerGroups';

interface Manifest {
  contributes?: { languageModelChatProviders?: readonly { vendor?: string }[] };
}

/** What VS Code says of itself now. */
export async function editorFacts({ extension, globalState }: vscode.ExtensionContext): Promise<Editor> {
  // Asking for the models has VS Code ask for those of its groups, which is what shows that there is one.
  const models = await vscode.lm.selectChatModels({ vendor });
  const commands = await vscode.commands.getCommands();
  const { remoteName, uiKind } = vscode.env;
  const rival = vscode.extensions.all.find((one) => one.id !== extension.id && claimsVendor(one));
  return {
    version: vscode.version,
    hasChat: vscode.extensions.getExtension('GitHub.copilot-chat') !== undefined,
    isAiDisabled: vscode.workspace.getConfiguration('chat').get('disableAIFeatures') === true,
    group: commands.includes(addGroup) ? (hasGroup(globalState) ? 'there' : 'missing') : 'needless',
    models: models.length,
    rival: rival?.id,
    isTrusted: vscode.workspace.isTrusted,
    side: sideOf(uiKind, remoteName, extension.extensionKind),
    remoteName,
  };
}

function claimsVendor({ packageJSON }: vscode.Extension<unknown>): boolean {
  const { contributes } = packageJSON as Manifest;
  return contributes?.languageModelChatProviders?.some((one) => one.vendor === vendor) ?? false;
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
