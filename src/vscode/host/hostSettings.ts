import * as vscode from 'vscode';

/** Settings of VS Code itself that a click of the person changes, and another takes back. */
export class HostSettings<Name extends string> {
  /** `key` is where is kept what we have set, so that nothing else is ever taken back. */
  constructor(
    private readonly names: readonly Name[],
    private readonly memento: vscode.Memento,
    private readonly key: string,
  ) {}

  /** Those that this version of VS Code knows. */
  supported(): Name[] {
    return this.names.filter((name) => inspected(name)?.defaultValue !== undefined);
  }

  /** Those in which nobody has chosen anything. */
  open(): Name[] {
    return this.supported().filter((name) => !isChosen(name));
  }

  /** What we have set and nobody has changed since. */
  ours(): Partial<Record<Name, unknown>> {
    const kept = this.kept;
    const entries = this.supported().flatMap((name) => {
      const value = kept[name]?.set;
      return value !== undefined && current(name) === value ? [[name, value]] : [];
    });
    return Object.fromEntries(entries) as Partial<Record<Name, unknown>>;
  }

  /** Sets what nobody has chosen. */
  async set(value: unknown): Promise<void> {
    for (const name of this.open()) {
      // Kept first: what is set is then known to be ours, whatever comes in between.
      const kept = { set: value, before: inspected(name)?.globalValue };
      await this.memento.update(this.key, { ...this.kept, [name]: kept });
      await change(name, value);
    }
  }

  /** Takes back what is still as we set it; what stood there before, if only an empty text, stands there again. */
  async undo(): Promise<void> {
    const kept = this.kept;
    for (const name of Object.keys(this.ours()) as Name[]) await change(name, kept[name]?.before);
    await this.memento.update(this.key, undefined);
  }

  private get kept(): Partial<Record<Name, { set: unknown; before: unknown }>> {
    return this.memento.get(this.key, {});
  }
}

/** Whether the person, a workspace or an organization has chosen a value; an empty text is none. */
export function isChosen(name: string): boolean {
  const { defaultValue, globalValue, workspaceValue, workspaceFolderValue } = inspected(name) ?? {};
  const explicit = [globalValue, workspaceValue, workspaceFolderValue].some(
    (value) => value !== undefined && value !== '',
  );
  return explicit || current(name) !== defaultValue;
}

const inspected = (name: string) => vscode.workspace.getConfiguration().inspect(name);
const current = (name: string) => vscode.workspace.getConfiguration().get<unknown>(name);

async function change(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
}
