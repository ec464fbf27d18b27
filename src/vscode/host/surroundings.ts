/**
 * What VS Code and the extensions beside this one have to be for the models to be of use: settings of VS Code that a click of the
 * person changes and another takes back, and notices of what is different here.
 */
import * as vscode from 'vscode';
import { type Neighbor, neighborsAmong } from '../../doctor/neighbors';
import { vendor } from '../chat/hostApi';
import { neighborSentence, runDoctor } from '../messages/beside/neighborSentences';
import { agentSessions, hidesModels } from './agentHost';

const toldKey = 'kiroModels.toldNeighbors';

/** Says of each thing once that it is different here. Nothing is changed. */
export async function tellOfSurroundings(
  extension: vscode.Extension<unknown>,
  memento: vscode.Memento,
  where: { isPage: boolean },
): Promise<void> {
  const others = vscode.extensions.all.filter(({ id }) => id !== extension.id);
  await Promise.all([
    tellOf(neighborsAmong(others, vendor), memento),
    hidesModels(agentSessions(where)) ? tellOfHiddenModels(memento, where) : undefined,
  ]);
}

async function tellOfHiddenModels(memento: vscode.Memento, where: { isPage: boolean }): Promise<void> {
  // Loaded apart, as whoever asks for it by a command has it.
  const { tellOfAgentSessions } = await import('./agentSessions');
  await tellOfAgentSessions(memento, where);
}

async function tellOf(neighbors: readonly Neighbor[], memento: vscode.Memento): Promise<void> {
  const told = memento.get<string[]>(toldKey, []);
  const untold = neighbors.filter(({ id }) => !told.includes(id));
  if (untold.length === 0) return;
  await memento.update(toldKey, [...told, ...untold.map(({ id }) => id)]);
  await Promise.all(untold.map(tell));
}

async function tell(neighbor: Neighbor): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(neighborSentence(neighbor), runDoctor);
  if (chosen) await vscode.commands.executeCommand('kiroModels.runDoctor');
}
