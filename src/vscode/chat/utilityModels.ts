import * as vscode from 'vscode';
import type { AccountStore } from '../../accounts/storage/accountStore';
import type { Catalog } from '../../kiro/account/catalog';
import { cheapest, type Model } from '../../kiro/account/models';
import { utilityButtons, utilityNotices, utilityOffer, utilitySet } from '../messages/utilitySentences';

export interface UtilityModelsDeps {
  accounts: Pick<AccountStore, 'read'>;
  catalog: Pick<Catalog, 'list'>;
  memento: vscode.Memento;
  /** The vendor that the host knows our models by. */
  vendor: string;
}

const stateKey = 'kiroModels.utilityModels.1';
const settings = ['utilityModel', 'utilitySmallModel'] as const;
type Setting = (typeof settings)[number];

interface State {
  offered?: boolean;
  /** What we have set, so that nothing else is ever taken back. */
  set?: Partial<Record<Setting, string>>;
}

/**
 * The models that VS Code asks by itself, for titles, summaries and commit messages. Signed out of GitHub it has none, and
 * says so in each chat. A person's own choice is never changed.
 */
export class UtilityModels {
  private isOffering = false;

  constructor(private readonly deps: UtilityModelsDeps) {}

  /** After a chat's reply: offers a model once, where VS Code has none and the person has chosen nothing. */
  async offerOnce(): Promise<void> {
    if (this.isOffering || this.state.offered || open().length < settings.length) return;
    this.isOffering = true;
    try {
      if (isDefaultChosen() || (await isSignedInToGitHub())) return;
      const model = await this.model();
      if (!model) return;
      await this.keep({ offered: true });
      await this.offer(model);
    } finally {
      this.isOffering = false;
    }
  }

  /** Sets a model, or takes back what was set. */
  async choose(): Promise<void> {
    if (supported().length === 0) {
      await vscode.window.showInformationMessage(utilityNotices.unsupported);
      return;
    }
    const set = Object.values(this.ours())[0];
    if (set !== undefined) return this.told(await this.nameOf(set));
    if (open().length === 0) {
      const { chosen, settings: button } = utilityNotices;
      if (await vscode.window.showInformationMessage(chosen, button)) await openSettings();
      return;
    }
    const model = await this.model();
    if (model) return this.offer(model);
    await vscode.window.showInformationMessage(utilityNotices.noModels);
  }

  private async offer(model: Model): Promise<void> {
    const yes = utilityButtons.use(model.name);
    const sentence = utilityOffer(model.name, `${model.rateMultiplier}×`);
    if ((await vscode.window.showInformationMessage(sentence, yes, utilityButtons.no)) !== yes) return;
    const value = `${this.deps.vendor}/${model.id}`;
    for (const name of open()) {
      // Kept first: what is set is then known to be ours, whatever comes in between.
      await this.keep({ set: { ...this.state.set, [name]: value } });
      await change(name, value);
    }
    await this.told(model.name);
  }

  private async told(name: string): Promise<void> {
    const { undo } = utilityButtons;
    if ((await vscode.window.showInformationMessage(utilitySet(name), undo)) !== undo) return;
    for (const name of Object.keys(this.ours()) as Setting[]) await change(name, undefined);
    await this.keep({ set: {} });
    await vscode.window.showInformationMessage(utilityNotices.undone);
  }

  /** What we have set and nobody has changed since. */
  private ours(): Partial<Record<Setting, string>> {
    const { set = {} } = this.state;
    return Object.fromEntries(
      supported().flatMap((name) => (set[name] && chosen(name) === set[name] ? [[name, set[name]]] : [])),
    );
  }

  private async model(): Promise<Model | undefined> {
    return cheapest(await this.models());
  }

  private async nameOf(value: string): Promise<string> {
    const id = value.slice(value.indexOf('/') + 1);
    return (await this.models()).find((model) => model.id === id)?.name ?? id;
  }

  private async models(): Promise<readonly Model[]> {
    const { accounts, activeId } = await this.deps.accounts.read();
    const active = accounts.find(({ id }) => id === activeId);
    return active ? this.deps.catalog.list(active).models : [];
  }

  private get state(): State {
    return this.deps.memento.get<State>(stateKey, {});
  }

  private async keep(change: State): Promise<void> {
    await this.deps.memento.update(stateKey, { ...this.state, ...change });
  }
}

const chat = () => vscode.workspace.getConfiguration('chat');

/** Those that this version of VS Code knows. */
function supported(): Setting[] {
  return settings.filter((name) => chat().inspect(name)?.defaultValue !== undefined);
}

/** Those in which nobody has chosen anything. */
function open(): Setting[] {
  return supported().filter((name) => chosen(name) === '');
}

function chosen(name: Setting): string {
  return chat().get<string>(name, '');
}

function isDefaultChosen(): boolean {
  const { globalValue, workspaceValue } = chat().inspect('byokUtilityModelDefault') ?? {};
  return globalValue !== undefined || workspaceValue !== undefined;
}

async function isSignedInToGitHub(): Promise<boolean> {
  return (await vscode.authentication.getAccounts('github')).length > 0;
}

async function change(name: Setting, value: string | undefined): Promise<void> {
  await chat().update(name, value, vscode.ConfigurationTarget.Global);
}

async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', 'chat.utility');
}
