import * as vscode from 'vscode';
import { agentSessionWords } from '../messages/agentSessionSentences';
import { agentSessions } from './agentHost';
import { HostSettings } from './hostSettings';

const names = ['chat.agentHost.byokModels.enabled', 'chat.agentHost.allowSignedOutWhenUsable'] as const;
const key = 'kiroModels.agentSessions.1';
const toldKey = 'kiroModels.agentSessionsTold';

/** The settings of VS Code that say so. */
export function agentSessionSettings(memento: vscode.Memento): HostSettings<(typeof names)[number]> {
  return new HostSettings(names, memento, key);
}

/** Says it to a person whose chats begin where the models are hidden: once, because they may want it so. */
export async function tellOfAgentSessions(
  memento: vscode.Memento,
  where: { isPage: boolean },
): Promise<void> {
  if (memento.get(toldKey) === true) return;
  await memento.update(toldKey, true);
  await offerAgentSessions(memento, where);
}

/** Says that the models are hidden there, and has them shown, or the other kind of chat opened; what was set is taken back. */
export async function offerAgentSessions(memento: vscode.Memento, where: { isPage: boolean }): Promise<void> {
  const settings = agentSessionSettings(memento);
  const words = agentSessionWords;
  const { models } = agentSessions(where);
  if (models === 'absent') return void (await ask(words.unsupported));
  if (Object.keys(settings.ours()).length === 0) {
    if (models === 'hidden-in-page') return useLocal(await ask(words.hiddenInPage, words.useLocal));
    const open = settings.open();
    if (open.length === 0) return useLocal(await ask(words.chosen, words.openSettings, words.useLocal));
    const chosen = await ask(words.hidden(open), words.show, words.useLocal);
    if (chosen !== words.show) return useLocal(chosen);
    await settings.set(true);
  }
  const next = await ask(words.told, words.reload, words.undo);
  if (next === words.reload) await vscode.commands.executeCommand('workbench.action.reloadWindow');
  if (next !== words.undo) return;
  await settings.undo();
  await ask(words.undone);
}

async function useLocal(chosen: string | undefined): Promise<void> {
  const { useLocal: local, openSettings } = agentSessionWords;
  if (chosen === local) await vscode.commands.executeCommand('workbench.action.chat.newLocalChat');
  if (chosen !== openSettings) return;
  await vscode.commands.executeCommand('workbench.action.openSettings', 'chat.agentHost');
}

const ask = (sentence: string, ...buttons: string[]) =>
  vscode.window.showInformationMessage(sentence, ...buttons);
