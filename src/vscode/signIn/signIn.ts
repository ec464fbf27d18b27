import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { type DetectedSource, detectSources } from '../../import/detectSources';
import { type Machine, shownPath } from '../../import/paths';
import { useLogin } from '../messages/newcomerSentences';
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
    const found = await Promise.all(sources.map((source) => this.itemsForSource(source)));
    const items = (kind: SignInMethod['kind']) =>
      signInMethods.filter((one) => one.kind === kind && !isFound(one)).map((one) => this.itemFor(one));
    const picked = await vscode.window.showQuickPick(
      [
        ...section(addAccountWords.found, found.flat()),
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
    await this.deps.onboarding.checkStorage();
    if (this.isAllowed(method)) await this.run(method);
  }

  /** A new sign-in for an account that is here already, by the method it was made with; see `start`. */
  async again(account: Account): Promise<void> {
    const { flows, onboarding } = this.deps;
    const method = await chooseMethod(
      signInMethods.filter(({ signsInAgain }) => signsInAgain?.(account.grant)),
    );
    if (!method || !this.isAllowed(method)) return;
    await method.run(flows, (login) => onboarding.replace(account, login), account.grant);
  }

  private isAllowed(method: SignInMethod): boolean {
    if (method.kind === 'import' || this.deps.settings.interactiveLogin()) return true;
    void vscode.window.showWarningMessage(addAccountWords.turnedOff);
    return false;
  }

  private async run(method: SignInMethod): Promise<void> {
    const { flows, onboarding } = this.deps;
    await method.run(flows, (login) => onboarding.addWithProgress({ login, origin: { kind: 'own' } }));
  }

  private itemFor(method: SignInMethod): Item {
    return { label: labelOf(method), description: method.description ?? '', run: () => this.run(method) };
  }

  private async itemsForSource(source: DetectedSource): Promise<Item[]> {
    if (source.kind === 'environment') {
      const { imports } = this.deps.flows;
      const { useVariable, fromEnvironment: description } = addAccountWords;
      const run = () => imports.environment(source.variable);
      return [{ label: useVariable(source.variable), description, run }];
    }
    const known = await this.itemsForLogins(source);
    if (known.length === 1) return known;
    // None can be read, which going there says; or there are several, which may be wanted together.
    const whole = signInMethods
      .filter((method) => method.source === source.kind)
      .map((method) => ({ ...this.itemFor(method), description: shownPath(this.deps.machine, source.path) }));
    return [...known, ...whole];
  }

  /** One entry for each login of a program that can be used as it is. */
  private async itemsForLogins({ kind, ...source }: DetectedSource): Promise<Item[]> {
    if (!('path' in source)) return [];
    const { kiroCli, imports } = this.deps.flows;
    const [logins, icon] =
      kind === 'kiro-cli' ? [await kiroCli.offers(), 'terminal'] : [await imports.kiroIdeOffers(), 'window'];
    return logins.map(({ whose, use }) => ({
      label: `$(${icon}) ${useLogin(whose, kind === 'kiro-cli' ? 'Kiro CLI' : 'Kiro IDE')}`,
      description: shownPath(this.deps.machine, source.path),
      run: use,
    }));
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
