import * as vscode from 'vscode';

type Answer = string | string[] | undefined;
/** A promise: the person of a list takes their time. */
type LateAnswer = Answer | Promise<Answer>;

/**
 * The person at the screen: answers what the extension asks, in order, and remembers what it said. Takes the place of
 * the dialogs only; how they look is the business of the tests in the browser.
 */
export class Person {
  says: 'only what was arranged' | 'yes to everything' = 'only what was arranged';
  private readonly read: string[] = [];
  private readonly answers: LateAnswer[] = [];
  private readonly spokenTo = new vscode.EventEmitter<void>();
  /** Fires with each message and each list. */
  readonly onDidHear = this.spokenTo.event;
  /** Buttons that are pressed wherever a message that needs no answer has them. */
  readonly presses = new Set<string>();
  browser: 'opens' | 'does not open' = 'opens';
  /** What the browser does with a page that is opened. */
  browse: (page: string) => void = () => undefined;
  private readonly original: Partial<typeof vscode.window>;
  private readonly openExternal = vscode.env.openExternal;

  constructor() {
    const message = async (text: string, ...rest: unknown[]) => {
      this.read.push(text);
      this.spokenTo.fire();
      const isModal = (rest[0] as vscode.MessageOptions | undefined)?.modal === true;
      const buttons = rest.filter((item) => typeof item === 'string');
      if (isModal) return this.next(text, buttons);
      return buttons.find((button) => this.presses.has(button));
    };
    const { showInformationMessage, showWarningMessage, showErrorMessage } = vscode.window;
    const { showQuickPick, createQuickPick, showInputBox, showOpenDialog, showSaveDialog } = vscode.window;
    this.original = {
      showInformationMessage,
      showWarningMessage,
      showErrorMessage,
      showQuickPick,
      createQuickPick,
      showInputBox,
      showOpenDialog,
      showSaveDialog,
    };
    Object.assign(vscode.env, {
      openExternal: async (page: vscode.Uri) => {
        if (this.browser === 'does not open') return false;
        this.browse(page.toString(true));
        return true;
      },
    });
    Object.assign(vscode.window, {
      showInformationMessage: message,
      showWarningMessage: message,
      showErrorMessage: message,
      showQuickPick: async (
        items: vscode.QuickPickItem[],
        { title, canPickMany }: vscode.QuickPickOptions,
      ) => {
        this.read.push(`${title}: ${labelsOf(items).join(', ')}`);
        this.spokenTo.fire();
        const chosen = [await this.next(title, labelsOf(items))].flat();
        const picked = items.filter(({ label }) => chosen.includes(plain(label)));
        return canPickMany ? picked : picked[0];
      },
      showInputBox: async ({ title, validateInput }: vscode.InputBoxOptions) => {
        const typed = this.next(title, []);
        if (typeof typed !== 'string') return undefined;
        const complaint = await validateInput?.(typed);
        this.read.push(`${title}: ${typeof complaint === 'string' ? complaint : 'accepted'}`);
        return typeof complaint === 'string' ? undefined : typed;
      },
      showOpenDialog: async ({ title }: vscode.OpenDialogOptions) => {
        const path = this.next(title, []);
        return typeof path === 'string' ? [vscode.Uri.file(path)] : undefined;
      },
      showSaveDialog: async ({ title }: vscode.SaveDialogOptions) => {
        const path = this.next(title, []);
        return typeof path === 'string' ? vscode.Uri.file(path) : undefined;
      },
      createQuickPick: () => new AnsweredPicker((picker) => this.pick(picker)),
    });
  }

  /** What to answer to the next questions: the label to press or choose, or undefined to turn away. */
  willAnswer(...answers: LateAnswer[]): void {
    this.answers.push(...answers);
  }

  /** How many messages and questions like this there were since the last time. */
  count(sentence: RegExp): number {
    return this.read.filter((one) => sentence.test(one)).length;
  }

  /** Every message and question since the last time. */
  heard(): string[] {
    return this.read.splice(0);
  }

  leave(): void {
    Object.assign(vscode.window, this.original);
    Object.assign(vscode.env, { openExternal: this.openExternal });
  }

  private pick(picker: AnsweredPicker): vscode.QuickPickItem | undefined {
    this.read.push(`${picker.title}: ${labelsOf(picker.items).join(', ')}`);
    const chosen = this.next(picker.title, labelsOf(picker.items));
    return picker.items.find(({ label }) => plain(label) === chosen);
  }

  private next(question: string | undefined, labels: string[]): LateAnswer {
    if (this.says === 'yes to everything') return labels[0];
    if (this.answers.length === 0) throw new Error(`Nobody expected the question “${question}”.`);
    return this.answers.shift();
  }
}

/** A quick pick in which somebody chooses the moment it is shown. */
class AnsweredPicker {
  title = '';
  placeholder = '';
  matchOnDescription = false;
  items: vscode.QuickPickItem[] = [];
  activeItems: vscode.QuickPickItem[] = [];
  selectedItems: vscode.QuickPickItem[] = [];
  private readonly accepted = new vscode.EventEmitter<void>();
  private readonly hidden = new vscode.EventEmitter<void>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidTriggerItemButton = new vscode.EventEmitter<never>().event;

  constructor(private readonly choose: (picker: AnsweredPicker) => vscode.QuickPickItem | undefined) {}

  show(): void {
    const chosen = this.choose(this);
    this.selectedItems = chosen ? [chosen] : [];
    (chosen ? this.accepted : this.hidden).fire();
  }
  hide(): void {
    this.hidden.fire();
  }
  dispose(): void {
    this.accepted.dispose();
    this.hidden.dispose();
  }
}

const labelsOf = (items: vscode.QuickPickItem[]) => items.map(({ label }) => plain(label));
const plain = (label: string) => label.replace(/\$\([\w-]+\) ?/g, '');
