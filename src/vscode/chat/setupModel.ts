import * as vscode from 'vscode';
import { setupEntry } from '../messages/newcomerSentences';
import type { PickerFields } from './hostApi';
import type { KiroModel } from './modelInformation';

/** What the model list holds while there is no account: an entry that leads to one, and has the question answered then. */
export interface SetupModel extends vscode.LanguageModelChatInformation, PickerFields {
  readonly model?: undefined;
}

/** What the host is given, and gives back. */
export type ListedModel = KiroModel | SetupModel;

export const setupModelId = 'add-account';

/**
 * The entry. Where an account is there by now, it is still listed while a turn that began with it goes on, because the
 * host looks the model up for each of its requests; nobody can choose it then.
 */
export function setupModel({ isSelectable }: { isSelectable: boolean }): SetupModel {
  return {
    id: setupModelId,
    name: setupEntry.name,
    // No family that an extension looks for.
    family: setupModelId,
    version: setupModelId,
    tooltip: setupEntry.tooltip,
    infoText: { account: setupEntry.tooltip },
    // Beside the name in the picker.
    detail: setupEntry.hint,
    statusIcon: new vscode.ThemeIcon('account'),
    // As large as the models that will answer: the host makes the request fit before there is an account.
    maxInputTokens: 136_000,
    maxOutputTokens: 64_000,
    // Without tools, the chat's agent would not list it.
    capabilities: { toolCalling: true, imageInput: true },
    isUserSelectable: isSelectable,
    // Where the model that a person picked is gone, as with the last account, VS Code waits for it to come back rather than pick one
    // of an extension: a question then ends in "Language model unavailable".
    isBYOK: false,
  };
}
