/**
 * The editor tab of the doctor: the checks of `doctor/`, the words of `messages/`, and the buttons that mend what is wrong.
 * What the editor says of itself, and where settings come from, is read beside it.
 */
import * as vscode from 'vscode';
import type { Account } from '../../accounts/account';
import { KiroError } from '../../base/errors';
import { inEnglish } from '../../base/words/l10n';
import { diagnosticsOf, type Environment, type Section } from '../../doctor/diagnostics';
import {
  buttonsHtml,
  checkElement,
  type DoctorRow,
  doctorDocument,
  type Progress,
  rowsHtml,
  settingsTable,
  statusText,
} from '../../doctor/doctorPage';
import {
  type Check,
  type CheckGroup,
  type CheckId,
  checkIds,
  examine,
  type Finding,
} from '../../doctor/examination';
import type { SettingState } from '../../doctor/settingChecks';
import {
  checkTitles,
  doctorPageWords,
  type Fix,
  groupTitles,
  type Names,
  testWords,
  wordsOf,
} from '../messages/doctorWords';
import { type Ask, PageTab } from '../pageTab';
import { openPage } from '../signIn/browser';

/** What a test message would be, and what became of it. */
export interface TestMessage {
  /** Undefined where there is no account whose models could be asked. */
  offer: () => Promise<{ model: string; rate: number | undefined } | undefined>;
  /** Sends it. Throws KiroError. */
  send: (signal: AbortSignal) => Promise<{ firstPartMs: number | undefined }>;
}

export interface DoctorViewDeps {
  /** Made anew for each examination: what one check learns, the others of it know. */
  checks: () => Check[];
  settings: () => SettingState[];
  environment: () => Environment;
  test: TestMessage;
  errors: { show(error: unknown): Promise<void>; note(error: unknown): void };
}

const limitMs = 20_000;
const testLimitMs = 60_000;

/** The settings that may be what is wrong, ours and those of VS Code. */
const sections = ['kiroModels', 'http', 'chat'];

const groups = Object.keys(checkIds) as CheckGroup[];
const allIds = groups.flatMap((group): readonly CheckId[] => checkIds[group]);

/** One tab, made when it is first asked for. Whoever closes it stops what is going on. */
export class DoctorView implements vscode.Disposable {
  private readonly tab: PageTab;
  private readonly configuration: vscode.Disposable;
  private readonly found = new Map<CheckId, Finding[]>();
  private running: { stop: AbortController; left: Set<CheckId>; done: Promise<void> } | undefined;
  private test: DoctorRow = idleTest;

  constructor(private readonly deps: DoctorViewDeps) {
    this.tab = new PageTab({
      id: 'kiroModels.doctor',
      title: doctorPageWords.title,
      asked: (ask) => this.asked(ask),
      closed: () => this.running?.stop.abort(),
      errors: deps.errors,
    });
    this.configuration = vscode.workspace.onDidChangeConfiguration((change) => {
      if (!this.tab.isOpen || !sections.some((section) => change.affectsConfiguration(section))) return;
      this.lookAtProblems().catch((error: unknown) => deps.errors.note(error));
    });
  }

  dispose(): void {
    this.configuration.dispose();
    this.running?.stop.abort();
    this.tab.dispose();
  }

  /** Shows the tab and looks at everything anew. */
  async open(): Promise<void> {
    this.tab.open();
    await this.run();
  }

  /** Copies what was found, once all of it is there. */
  async copyDiagnostics(): Promise<void> {
    if (this.found.size === 0) await this.open();
    await this.running?.done;
    const names = anonymous(this.accounts());
    const sections = inEnglish(() =>
      groups.map((group): Section => {
        return { title: groupTitles()[group], rows: checkIds[group].flatMap((id) => this.rowsOf(id, names)) };
      }),
    );
    const { environment, settings } = this.deps;
    await vscode.env.clipboard.writeText(diagnosticsOf(environment(), sections, settings()));
    void vscode.window.showInformationMessage(doctorPageWords.copied);
  }

  private async asked({ ask, of }: Ask): Promise<void> {
    switch (ask) {
      case 'ready':
        return this.showAll();
      case 'run':
        return await this.run();
      case 'stop':
        return this.running?.stop.abort();
      case 'copy':
        return await this.copyDiagnostics();
      case 'fix':
        return await this.mend(of ?? '');
    }
  }

  private async run(only: readonly CheckId[] = allIds): Promise<void> {
    if (only === allIds) this.running?.stop.abort();
    await this.running?.done;
    const checks = this.deps.checks().filter(({ id }) => only.includes(id));
    const stop = new AbortController();
    const left = new Set(checks.map(({ id }) => id));
    for (const id of left) this.found.delete(id);
    const done = examine(checks, {
      signal: stop.signal,
      limitMs,
      report: (id, findings) => {
        left.delete(id);
        this.found.set(id, findings);
        this.showCheck(id);
      },
      onBug: (error) => this.deps.errors.note(error),
    }).then(() => {
      this.running = undefined;
      this.showProgress();
    });
    this.running = { stop, left, done };
    if (only === allIds) this.tab.show((nonce) => doctorDocument(this.page(), nonce));
    else this.showAll();
    await done;
  }

  /** A setting may have been what was wrong. */
  private async lookAtProblems(): Promise<void> {
    await this.running?.done;
    const isWrong = (id: CheckId) => this.found.get(id)?.some(({ state }) => state === 'problem');
    await this.run(allIds.filter((id) => id === 'settings' || isWrong(id)));
  }

  /** What a button does, and then the same look at what it was about. */
  private async mend(of: string): Promise<void> {
    if (of === 'test') return await this.sendTest();
    const id = allIds.find((known) => of.startsWith(`${known}/`));
    const finding = id && this.found.get(id)?.[Number(of.slice(id.length + 1))];
    const fix = finding && wordsOf(finding, plainNames).fix;
    if (!id || !fix) return;
    await this.apply(fix);
    await this.run([id]);
  }

  private async apply({ page, command, args = [] }: Fix): Promise<void> {
    if (page !== undefined) await openPage(page);
    if (command === undefined) return;
    try {
      await vscode.commands.executeCommand(command, ...args);
    } catch (error) {
      // A command of VS Code that this one does not have, or that is not for this moment.
      this.deps.errors.note(error);
      void vscode.window.showWarningMessage(doctorPageWords.didNotRun(command, error));
    }
  }

  private async sendTest(): Promise<void> {
    const { test } = this.deps;
    const offer = await test.offer();
    if (!offer) return this.showTest({ state: 'none', text: testWords.noAccount });
    const { question, detail, button } = testWords.ask(offer);
    const chosen = await vscode.window.showInformationMessage(question, { modal: true, detail }, button);
    if (chosen !== button) return;
    this.showTest({ state: 'looking', text: testWords.waiting(offer.model) });
    try {
      const sent = await test.send(AbortSignal.timeout(testLimitMs));
      this.showTest({ state: 'ok', text: testWords.answered(offer.model, sent) });
    } catch (error) {
      if (!(error instanceof KiroError)) this.deps.errors.note(error);
      const fact =
        error instanceof KiroError ? ({ kind: 'failed', error } as const) : ({ kind: 'bug' } as const);
      this.showTest({ state: 'problem', text: wordsOf({ state: 'problem', fact }, plainNames).text });
    }
  }

  private page() {
    return {
      sections: groups.map((group) => ({
        title: groupTitles()[group],
        checks: checkIds[group].map((id) => ({ id, rows: this.rowsOf(id, plainNames) })),
      })),
      settings: this.deps.settings(),
      progress: this.progress(),
      test: this.test,
    };
  }

  private rowsOf(id: CheckId, names: Names): DoctorRow[] {
    const findings = this.found.get(id);
    if (!findings) return [{ title: checkTitles()[id], state: 'looking', text: '' }];
    return findings.map((finding, index) => {
      const { title, text, fix } = wordsOf(finding, names);
      const button = fix && { label: fix.label, of: `${id}/${index}` };
      return { title: title ?? checkTitles()[id], state: finding.state, text, fix: button };
    });
  }

  private progress(): Progress {
    const problems = [...this.found.values()].flat().filter(({ state }) => state === 'problem').length;
    const left = this.running?.left.size ?? 0;
    return {
      isRunning: this.running !== undefined,
      done: allIds.length - left,
      all: allIds.length,
      problems,
    };
  }

  private showAll(): void {
    for (const id of allIds) this.tab.replace(checkElement(id), rowsHtml(this.rowsOf(id, plainNames)).text);
    this.tab.replace('settings', settingsTable(this.deps.settings()).text);
    this.tab.replace('test', rowsHtml([this.test]).text);
    this.showProgress();
  }

  private showCheck(id: CheckId): void {
    this.tab.replace(checkElement(id), rowsHtml(this.rowsOf(id, plainNames)).text);
    this.tab.replace('status', statusText(this.progress()));
  }

  private showProgress(): void {
    this.tab.replace('buttons', buttonsHtml(this.progress()).text);
    this.tab.replace('status', statusText(this.progress()));
  }

  private showTest(row: Pick<DoctorRow, 'state' | 'text'>): void {
    this.test = { ...idleTest, ...row };
    this.tab.replace('test', rowsHtml([this.test]).text);
  }

  private accounts(): Account[] {
    const facts = [...this.found.values()].flat().map(({ fact }) => fact);
    return facts.flatMap((fact) => (fact.kind === 'account' ? [fact.account] : []));
  }
}

const idleTest: DoctorRow = {
  title: testWords.title,
  state: 'none',
  text: testWords.idle,
  fix: { label: testWords.button, of: 'test' },
};

const plainNames: Names = {
  account: ({ label }) => label,
  path: (path) => path,
  gateway: (host) => host,
};

/** For others: accounts by number, and by the first digits of the id that the log has. */
function anonymous(accounts: readonly Account[]): Names {
  return {
    account: ({ id }) => `account ${accounts.findIndex((one) => one.id === id) + 1} (${id.slice(0, 8)})`,
    path: () => doctorPageWords.somePlace,
    gateway: () => doctorPageWords.someGateway,
  };
}
