import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { putRows, rowsOfAccount, writeKiroCliDatabase } from '../fixtures/kiroCli';
import { ChatView } from '../host/chatView';
import { Host } from '../host/host';
import { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { Simulator } from '../simulator/simulator';
import { leaveEvidence } from './evidence';

export interface WorldOptions {
  /** The version of VS Code; the newest otherwise. */
  readonly version?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the extension, most of which are the machine's. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly theme?: 'dark' | 'light';
  /** Whether VS Code runs the newer kind of chat, too. */
  readonly agentHost?: boolean;
  /** Folders of extensions that are installed beside ours. */
  readonly besides?: readonly string[];
  /** What VS Code tells extensions that a person reads; English otherwise. */
  readonly language?: string;
  /** The folder of the extension; the project's otherwise. */
  readonly extension?: string;
  /** The names of the only built-in extensions; all that VS Code has otherwise. */
  readonly builtIn?: readonly string[];
  /** Begins without the extension, for `installPackage`. */
  readonly isBare?: boolean;
}

/** Tests a package instead of the project's folder. */
const PACKAGED = process.env['KIRO_TEST_VSIX'];
/** What a chat begins with; tests pick others where it matters. */
const MODEL = 'Claude Sonnet 5';
/**
 * What VS Code's chat, the sign-ins beside ours and the source control are made of. The other built-in extensions (languages,
 * debuggers, tasks) take a quarter of the time of each window; `npm start`, the benchmark, and the tests in the extension host have them all.
 */
const BUILT_IN = [
  ...['copilot', 'git', 'git-base', 'github-authentication', 'microsoft-authentication'],
  ...['theme-defaults', 'theme-seti'],
];
const THEMES = {
  light: { name: 'Light 2026', mark: '.monaco-workbench.vs' },
  dark: { name: 'Dark 2026', mark: '.monaco-workbench.vs-dark' },
};

/** The service, a VS Code with the extension installed, and a window of it in front of a person. */
export class World {
  private constructor(
    readonly simulator: Simulator,
    readonly host: Host,
    private readonly language: string | undefined,
  ) {}

  /** The windows that are open. */
  readonly windows: Workbench[] = [];
  #changes = 0;

  static async create(options: WorldOptions = {}): Promise<World> {
    const {
      files = {},
      settings = {},
      machineSettings = {},
      theme = 'dark',
      besides = [],
      isBare = false,
      agentHost = false,
      language,
      version,
      builtIn,
      extension = resolve('.'),
    } = options;
    const simulator = await Simulator.start();
    try {
      const host = await Host.start({
        extensions: isBare ? besides : [extension, ...besides],
        ...(PACKAGED && !isBare ? { vsix: resolve(PACKAGED) } : {}),
        ...{ files, agentHost },
        ...(builtIn ? { builtIn } : {}),
        ...(version ? { version } : {}),
        settings: { 'workbench.colorTheme': THEMES[theme].name, ...settings },
        machineSettings: { 'kiroModels.endpoints': simulator.endpoints, ...machineSettings },
      });
      return new World(simulator, host, language);
    } catch (error) {
      await simulator.stop();
      throw error;
    }
  }

  /** Makes Kiro CLI on this machine signed in to these accounts, each by another method. */
  signKiroCliIn(...accounts: SimulatedAccount[]): void {
    const rows = accounts.map(rowsOfAccount);
    const all = {
      auth: Object.assign({}, ...rows.map(({ auth }) => auth)),
      state: Object.assign({}, ...rows.map(({ state }) => state)),
    };
    if (!existsSync(this.#kiroCliDatabase)) {
      writeKiroCliDatabase(this.#kiroCliDatabase, { mode: 'wal', ...all });
      return;
    }
    const database = new Database(this.#kiroCliDatabase);
    putRows(database, all);
    database.close();
  }

  /** Makes Kiro CLI on this machine signed in to nobody. */
  signKiroCliOut(): void {
    const database = new Database(this.#kiroCliDatabase);
    database.exec('DELETE FROM auth_kv');
    database.close();
  }

  get #kiroCliDatabase(): string {
    return join(this.host.home, '.local', 'share', 'kiro-cli', 'data.sqlite3');
  }

  /** Opens a window; each after the first is one of the same profile. */
  async openWindow(): Promise<Workbench> {
    const [first] = this.windows;
    const window = first
      ? await first.openAnother(this.host.url())
      : await Workbench.open(this.host.url(), this.language);
    this.windows.push(window);
    return window;
  }

  /** Changes settings of this machine, and waits until every window knows them. */
  async changeMachineSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const title = `Settings ${++this.#changes}`;
    this.host.changeMachineSettings({ ...settings, 'window.title': title });
    const shown = `document.title === ${JSON.stringify(title)}`;
    for (const { page } of this.windows) await page.waitForFunction(shown);
  }

  /** Saves a picture of the window in the light theme and one in the dark one, in which it then stays. */
  async screenshots(window: Workbench, name: string): Promise<void> {
    for (const [theme, { name: title, mark }] of Object.entries(THEMES)) {
      this.host.changeMachineSettings({ 'workbench.colorTheme': title });
      await window.page.locator(mark).waitFor();
      // A page in the editor is told a moment later.
      if (await window.page.locator('iframe.webview').first().isVisible())
        await window.webview().locator(`body[data-vscode-theme-kind="vscode-${theme}"]`).waitFor();
      await window.screenshot(`${name}-${theme}`);
    }
  }

  /** Leaves nothing of one test to the next: no script, notification, editor, menu or chat. */
  async reset(): Promise<void> {
    this.simulator.reset();
    for (const window of this.windows) {
      await window.reset();
      await ChatView.reset(window);
    }
  }

  /** Installs the package in an open window, as a person does who was given it as a file. */
  async installPackage(window: Workbench): Promise<void> {
    const file = PACKAGED ?? madePackage();
    await window.runCommand('Extensions: Install from VSIX...');
    await window.quickInput.pickFile(resolve(file));
    await window.statusBarItem('Kiro Models: Add Account').waitFor();
  }

  /** Takes a person who has done nothing yet to an open chat with the models of this account. */
  async importAndOpenChat(window: Workbench): Promise<ChatView> {
    await window.runCommand('Kiro Models: Import from Kiro CLI…');
    return this.openChatOnceReady(window, 'is ready');
  }

  /** Goes on from the notice of the first sign-in to an open chat, once the accounts are said to be ready. */
  async openChatOnceReady(window: Workbench, ready: 'is ready' | 'are ready'): Promise<ChatView> {
    await (await window.dialog()).press('Continue');
    await window.notification(ready);
    const chat = await ChatView.open(window);
    await chat.pickModel(MODEL);
    return chat;
  }

  async end(): Promise<void> {
    await this.windows[0]?.end();
    await this.host.stop();
    await this.simulator.stop();
  }
}

/** What `npm run package` made last. */
function madePackage(): string {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
  const file = join('artifacts', 'packages', `${name}-${version}.vsix`);
  if (!existsSync(file)) throw new Error(`Run \`npm run package\` first: there is no ${file}.`);
  return file;
}

/**
 * Gives the tests of a `describe` one world: made before the first, put in order before each, ended after the last. After
 * a failure the rest of them is skipped, because it might fail for the same cause.
 */
export function useWorld(options: WorldOptions, setUp: (world: World) => Promise<void>): void {
  let world: World | undefined;
  let hasFailed = false;
  before(async function () {
    world = await World.create({ builtIn: BUILT_IN, ...options });
    try {
      await setUp(world);
    } catch (error) {
      await leaveEvidence(world, this.test?.fullTitle() ?? '');
      throw error;
    }
  });
  beforeEach(async function () {
    if (hasFailed) this.skip();
    await world?.reset();
  });
  afterEach(async function () {
    const test = this.currentTest;
    if (!world || !test || test.isPending()) return;
    try {
      hasFailed = test.isFailed();
      if (!hasFailed) world.simulator.assertDone();
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      if (hasFailed) await leaveEvidence(world, test.fullTitle());
    }
  });
  after(() => world?.end());
}
