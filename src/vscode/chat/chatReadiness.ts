import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { sleep } from '../../base/async';
import type { Logger } from '../../base/logger';
import { vendor } from './hostApi';

/** The command of VS Code that adds a provider group, where it has one. */
export const addGroup = 'lm.addLanguageModelsProviderGroup';
const manageModels = 'workbench.action.chat.manage';
const openView = 'workbench.action.chat.open';
const chatExtension = 'GitHub.copilot-chat';
const groupAddedKey = 'kiroModels.providerGroupAdded';
const preparedKey = 'kiroModels.chatPrepared';

/**
 * Lets a person chat who is not signed in to GitHub. Without a provider group of ours the host allows that to nobody, and
 * in a profile where its chat was never set up it keeps its chat extension disabled: a question would end at a GitHub
 * sign-in. Rejects where the host does not enable its chat.
 */
export async function prepareChat(memento: vscode.Memento, logger: Logger): Promise<void> {
  await ensureProviderGroup(memento, logger);
  await turnChatOn();
}

/**
 * Prepares the chat before there is an account, so that a question leads to one. Once: whoever turns the chat off again
 * finds it off at the next start, too.
 */
export async function prepareChatOnce(memento: vscode.Memento, logger: Logger): Promise<void> {
  if (memento.get(preparedKey) === true) return;
  await memento.update(preparedKey, true);
  // Elsewhere it takes an editor to turn it on, which nobody asked for yet.
  if (hasBuiltInChat()) await prepareChat(memento, logger);
}

/** Adds the group, once; a person may remove it again. Hosts without that command need none. */
async function ensureProviderGroup(memento: vscode.Memento, logger: Logger): Promise<void> {
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

async function turnChatOn(): Promise<void> {
  const isUnwanted = vscode.workspace.getConfiguration('chat').get('disableAIFeatures') === true;
  if (isUnwanted || vscode.extensions.getExtension(chatExtension)) return;
  // What is not built in would be installed. Opening the list of models enables it only if it is there.
  if (!hasBuiltInChat()) await runOnceRegistered(manageModels);
  else await runOnceRegistered('workbench.extensions.installExtension', chatExtension, { enable: true });
}

function hasBuiltInChat(): boolean {
  return existsSync(join(vscode.env.appRoot, 'extensions', 'copilot', 'package.json'));
}

/** Opens the chat view, with the model of this id picked where the host can do that. */
export async function openChat(modelId?: string): Promise<void> {
  const options = modelId === undefined ? undefined : { modelSelector: { vendor, id: modelId } };
  // It says so where it does not know the model (yet), and shows the view either way.
  await runOnceRegistered(openView, options).catch(() => runOnceRegistered(openView));
}

/**
 * Runs a command of VS Code that a window which has only just opened may lack still: its chat is among the last things to
 * load. Rejects as `executeCommand` where it does not come within 20 seconds.
 */
export async function runOnceRegistered(command: string, ...args: unknown[]): Promise<unknown> {
  const [tries, pauseMs] = [100, 200];
  for (let tried = 0; tried < tries; tried++) {
    if ((await vscode.commands.getCommands(true)).includes(command)) break;
    await sleep(pauseMs);
  }
  return await vscode.commands.executeCommand(command, ...args);
}
