import * as vscode from 'vscode';
import type { AgentSessions } from '../../doctor/editorChecks';

/**
 * Whether our models are listed in VS Code's newer kind of chat, which its agent host runs: only where an experimental setting says
 * so, and never in a browser's page, where VS Code connects that host to no extension (1.139).
 */
export function agentSessions({ isPage }: { isPage: boolean }): AgentSessions {
  const chat = vscode.workspace.getConfiguration('chat');
  const isOn = chat.get<boolean>('agentHost.byokModels.enabled');
  const areDefault =
    chat.get('defaultToCopilotHarness') === true || chat.get('editor.localAgent.enabled') === false;
  if (isOn === undefined) return { models: 'absent', areDefault: false };
  if (isPage) return { models: 'hidden-in-page', areDefault };
  return { models: isOn ? 'shown' : 'hidden', areDefault };
}

/** Whether a new chat begins where our models are not. */
export function hidesModels({ models, areDefault }: AgentSessions): boolean {
  return areDefault && models !== 'shown';
}
