import * as vscode from 'vscode';
import type { Model } from '../../kiro/account/models';
import { vendor } from '../chat/hostApi';
import type { KiroModel } from '../chat/modelInformation';
import { utilityButtons, utilityNotices, utilityOffer, utilitySet } from '../messages/utilitySentences';
import { HostSettings, isChosen } from './hostSettings';

export interface UtilityModelsDeps {
  /** The active account's model with this id, or the cheapest that will do. Undefined where there is none. */
  modelFor: (id?: string) => Promise<KiroModel | undefined>;
  memento: vscode.Memento;
}

const offeredKey = 'kiroModels.utilityModelsOffered';
const names = ['chat.utilityModel', 'chat.utilitySmallModel'] as const;

/** The settings of VS Code that say which models those are. */
export function utilitySettings(memento: vscode.Memento): HostSettings<(typeof names)[number]> {
  return new HostSettings(names, memento, 'kiroModels.utilityModels.1');
}

/**
 * The models that VS Code asks by itself, for titles, summaries and commit messages. Signed out of GitHub it has none, and
 * says so in each chat. A person's own choice is never changed.
 */
export class UtilityModels {
  private isOffering = false;
  private readonly settings: HostSettings<(typeof names)[number]>;

  constructor(private readonly deps: UtilityModelsDeps) {
    this.settings = utilitySettings(deps.memento);
  }

  /** After a chat's reply: offers a model once, where VS Code has none and the person has chosen nothing. */
  async offerOnce(): Promise<void> {
    const { modelFor, memento } = this.deps;
    if (this.isOffering || memento.get(offeredKey) || this.settings.open().length < names.length) return;
    this.isOffering = true;
    try {
      if (isChosen('chat.byokUtilityModelDefault') || (await isSignedInToGitHub())) return;
      const cheapest = await modelFor();
      if (!cheapest) return;
      await memento.update(offeredKey, true);
      await this.offer(cheapest.model);
    } finally {
      this.isOffering = false;
    }
  }

  /** Sets a model, or takes back what was set. */
  async choose(): Promise<void> {
    if (this.settings.supported().length === 0) {
      await vscode.window.showInformationMessage(utilityNotices.unsupported);
      return;
    }
    const [set] = Object.values(this.settings.ours());
    if (set !== undefined) {
      const id = String(set).slice(vendor.length + 1);
      return this.told((await this.deps.modelFor(id))?.name ?? id);
    }
    if (this.settings.open().length === 0) {
      const { chosen, settings: button } = utilityNotices;
      if (await vscode.window.showInformationMessage(chosen, button)) await openSettings();
      return;
    }
    const cheapest = await this.deps.modelFor();
    if (cheapest) return this.offer(cheapest.model);
    await vscode.window.showInformationMessage(utilityNotices.noModels);
  }

  private async offer(model: Model): Promise<void> {
    const yes = utilityButtons.use(model.name);
    const sentence = utilityOffer(model.name, `${model.rateMultiplier}×`);
    if ((await vscode.window.showInformationMessage(sentence, yes, utilityButtons.no)) !== yes) return;
    await this.settings.set(`${vendor}/${model.id}`);
    await this.told(model.name);
  }

  private async told(name: string): Promise<void> {
    const { undo } = utilityButtons;
    if ((await vscode.window.showInformationMessage(utilitySet(name), undo)) !== undo) return;
    await this.settings.undo();
    await vscode.window.showInformationMessage(utilityNotices.undone);
  }
}

async function isSignedInToGitHub(): Promise<boolean> {
  return (await vscode.authentication.getAccounts('github')).length > 0;
}

async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', 'chat.utility');
}
