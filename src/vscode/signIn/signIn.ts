import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { type DetectedSource, detectSources } from '../../import/detectSources';
import type { Machine } from '../../import/paths';
import { addAccountWords } from '../messages/signInDialogs';
import type { Settings } from '../settings';
import type { Onboarding } from './onboarding';
import { type SignInFlows, type SignInMethod, signInMethods } from './signInMethods';

export interface SignInDeps {
  flows: SignInFlows;
  onboarding: Onboarding;
  settings: Pick<Settings, 'interactiveLogin' | 'kiroCliDatabasePath'>;
  machine: Machine;
}

/** Adds accounts, and signs in again those that are here. Every method throws KiroError. */
export class SignIn {
  constructor(private readonly deps: SignInDeps) {}

  /** Asks how to add an account, what was found on this machine first, and goes that way. */
  async addAccount(): Promise<void> {
    const { onboarding, settings, machine } = this.deps;
    await onboarding.checkStorage();
    const sources = await detectSources(machine, settings.kiroCliDatabasePath());
    const isFound = ({ source }: SignInMethod) => sources.some(({ kind }) => kind === source);
    const items = (kind: SignInMethod['kind']) =>
      signInMethods.filter((one) => one.kind === kind && !isFound(one)).map((one) => this.itemFor(one));
    const picked = await vscode.window.showQuickPick(
      [
        ...section(
          addAccountWords.found,
          sources.flatMap((source) => this.itemsForSource(source)),
        ),
        ...section(addAccountWords.signIn, settings.interactiveLogin() ? items('sign-in') : []),
        ...section(addAccountWords.import, items('import')),
      ],
      {
        title: addAccountWords.title,
        placeHolder: addAccountWords.placeHolder,
        matchOnDescription: true,
        ignoreFocusOut: true,
      },
    );
    await picked?.run?.();
  }

  /** Goes one way. Where the site allows imports only, a sign-in says so instead. */
  async start(method: SignInMethod): Promise<void> {
    const { onboarding, settings } = this.deps;
    await onboarding.checkStorage();
    if (method.kind === 'import' || settings.interactiveLogin()) return await this.run(method);
    void vscode.window.showWarningMessage(addAccountWords.turnedOff);
  }

  /** A new sign-in for an account that is here already, by the method it was made with. */
  async again(account: Account): Promise<void> {
    const { flows, onboarding } = this.deps;
    const method = await chooseMethod(
      signInMethods.filter(({ signsInAgain }) => signsInAgain?.(account.grant)),
    );
    await method?.run(flows, (login) => onboarding.replace(account, login), account.grant);
  }

  private async run(method: SignInMethod): Promise<void> {
    const { flows, onboarding } = this.deps;
    await method.run(flows, (login) => onboarding.addWithProgress({ login, origin: { kind: 'own' } }));
  }

  private itemFor(method: SignInMethod): Item {
    return { label: labelOf(method), description: method.description ?? '', run: () => this.run(method) };
  }

  private itemsForSource(source: DetectedSource): Item[] {
    if (source.kind === 'environment') {
      const { imports } = this.deps.flows;
      const { useVariable, fromEnvironment: description } = addAccountWords;
      const run = () => imports.environment(source.variable);
      return [{ label: useVariable(source.variable), description, run }];
    }
    return signInMethods
      .filter((method) => method.source === source.kind)
      .map((method) => ({ ...this.itemFor(method), description: source.path }));
  }
}

type Item = vscode.QuickPickItem & { run?: () => Promise<void> };

function section(label: string, items: Item[]): Item[] {
  return items.length > 0 ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
}

function labelOf({ icon, label }: SignInMethod): string {
  return `$(${icon}) ${label}`;
}

async function chooseMethod(fitting: readonly SignInMethod[]): Promise<SignInMethod | undefined> {
  if (fitting.length <= 1) return fitting[0];
  const items = fitting.map((method) => ({ label: labelOf(method), method }));
  const title = addAccountWords.whichMethod;
  return (await vscode.window.showQuickPick(items, { title }))?.method;
}
