import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { rowsOfAccount, writeKiroCliDatabase } from '../fixtures/kiroCli';
import { ChatView } from '../host/chatView';
import { Host } from '../host/host';
import { type WindowOptions, Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { Simulator } from '../simulator/simulator';

export interface WorldOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the extension, most of which are the machine's. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly theme?: 'dark' | 'light';
}

/** Tests a package instead of the project's folder. */
const PACKAGED = process.env['KIRO_TEST_VSIX'];
const THEMES = { dark: 'Dark 2026', light: 'Light 2026' };

/** The service, a VS Code with the extension installed, and a window of it in front of a person. */
export class World {
  private constructor(
    readonly simulator: Simulator,
    readonly host: Host,
  ) {}

  #window: Workbench | undefined;

  static async create(options: WorldOptions = {}): Promise<World> {
    const { files = {}, settings = {}, machineSettings = {}, theme = 'dark' } = options;
    const simulator = await Simulator.start();
    try {
      const host = await Host.start({
        extensions: [resolve('.')],
        ...(PACKAGED ? { vsix: resolve(PACKAGED) } : {}),
        files,
        settings: { 'workbench.colorTheme': THEMES[theme], ...settings },
        machineSettings: { 'kiroModels.endpoints': simulator.endpoints, ...machineSettings },
      });
      return new World(simulator, host);
    } catch (error) {
      await simulator.stop();
      throw error;
    }
  }

  /** Makes Kiro CLI on this machine signed in to these accounts, each by another method. */
  signKiroCliIn(...accounts: SimulatedAccount[]): void {
    const rows = accounts.map(rowsOfAccount);
    writeKiroCliDatabase(this.#kiroCliDatabase, {
      mode: 'wal',
      auth: Object.assign({}, ...rows.map(({ auth }) => auth)),
      state: Object.assign({}, ...rows.map(({ state }) => state)),
    });
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

  async openWindow(options: WindowOptions = {}): Promise<Workbench> {
    this.#window = await Workbench.open(this.host, options);
    return this.#window;
  }

  /** Takes a person who has done nothing yet to an open chat with the models of this account. */
  async importAndOpenChat(window: Workbench): Promise<ChatView> {
    await window.runCommand('Kiro: Import from Kiro CLI…');
    return this.openChatOnceReady(window, 'is ready');
  }

  /** Goes on from the notice of the first sign-in to an open chat, once the accounts are said to be ready. */
  async openChatOnceReady(window: Workbench, ready: 'is ready' | 'are ready'): Promise<ChatView> {
    await (await window.dialog()).press('Continue');
    await (await window.notification(ready)).press('Show Models');
    await window.page.locator('.models-table-container .monaco-list-row').first().waitFor();
    await window.page.keyboard.press('Escape');
    return ChatView.open(window);
  }

  /** What the person saw last, for whoever looks into a failure. */
  async picture(name: string): Promise<void> {
    await this.#window?.screenshot(name);
  }

  async end(): Promise<void> {
    await this.#window?.close();
    await this.host.stop();
    await this.simulator.stop();
  }
}
