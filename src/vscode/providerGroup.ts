import * as vscode from 'vscode';
import type { Logger } from '../base/logger';

/**
 * Makes sure that a provider group of ours exists: without one the host lets nobody chat who is not signed in to
 * GitHub. Hosts without that command need none. Done once for each profile; a person may remove the group again.
 */
export async function ensureProviderGroup(memento: vscode.Memento, logger: Logger): Promise<void> {
  if (memento.get(doneKey) === true) return;
  const commands = await vscode.commands.getCommands();
  if (!commands.includes(addGroup)) return;
  try {
    await vscode.commands.executeCommand(addGroup, { vendor: 'kiro', name: 'Kiro' });
  } catch (error) {
    // It exists already, made by hand or in another window.
    logger.info(`Provider group not added: ${error instanceof Error ? error.message : String(error)}`);
  }
  await memento.update(doneKey, true);
}

const addGroup = 'lm.addLanguageModelsProviderGroup';
const doneKey = 'kiroModels.providerGroupAdded';
