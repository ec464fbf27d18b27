import * as vscode from 'vscode';
import { sleep } from '../../base/async';
import type { Logger } from '../../base/logger';
import { nextSteps } from '../messages/signInDialogs';
import { vendor } from './hostApi';

/** The command of VS Code that adds a provider group, where it has one. */
export const addGroup = 'lm.addLanguageModelsProviderGroup';
const manageModels = 'workbench.action.chat.manage';
const groupAddedKey = 'kiroModels.providerGroupAdded';

/**
 * Makes sure that a provider group of ours exists: without one the host lets nobody chat who is not signed in to
 * GitHub. Hosts without that command need none. Done once; a person may remove the group again.
 */
export async function ensureProviderGroup(memento: vscode.Memento, logger: Logger): Promise<void> {
  if (memento.get(groupAddedKey) === true) return;
  if (!(await vscode.commands.getCommands()).includes(addGroup)) return;
  try {
    // The host drops a group with no setting of its own once a model's setting in it is set back.
    await vscode.commands.executeCommand(addGroup, {
      vendor,
      name: 'Kiro Models',
      account: '',
    });
  } catch (error) {
    // It exists already, made by hand or in another window.
    logger.info(`Provider group not added: ${error instanceof Error ? error.message : String(error)}`);
  }
  await memento.update(groupAddedKey, true);
}

/** The button that leads on from a new account: to the chat, or to turning it on first. */
export interface NextStep {
  sentence: string;
  button: string;
  take: () => Thenable<unknown>;
}

/**
 * In a profile where chat was never set up, the host keeps its chat extension disabled, and the first message ends at a
 * GitHub sign-in. Opening the list of models is what enables it without one.
 */
export function nextStep(): NextStep {
  if (vscode.extensions.getExtension('GitHub.copilot-chat')) {
    return {
      ...nextSteps.chat,
      take: () => vscode.commands.executeCommand('workbench.action.chat.open'),
    };
  }
  return {
    ...nextSteps.chatIsOff,
    take: () => runOnceRegistered(manageModels),
  };
}

/**
 * Runs a command of VS Code that a window which has only just opened may lack still: its chat is among the last things to
 * load. Rejects as `executeCommand` where it does not come within 20 seconds.
 */
export async function runOnceRegistered(command: string): Promise<unknown> {
  const [tries, pauseMs] = [100, 200];
  for (let tried = 0; tried < tries; tried++) {
    if ((await vscode.commands.getCommands(true)).includes(command)) break;
    await sleep(pauseMs);
  }
  return await vscode.commands.executeCommand(command);
}
