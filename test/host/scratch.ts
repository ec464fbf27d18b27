import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { keybindings } from './shortcuts';

/** Keeps VS Code from showing, sending or fetching what no test is about, and the chat's input uncovered. */
const QUIET = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.notifications.position': 'bottom-left',
  'chat.tips.enabled': false,
  // Chosen, so that nothing is offered; of a vendor that is not there, so that no title is asked for.
  'chat.utilityModel': 'none/none',
  'chat.utilitySmallModel': 'none/none',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'npm.fetchOnlinePackageInfo': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
};

export interface ScratchContent {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly machineSettings: Readonly<Record<string, unknown>>;
  readonly extensions: readonly string[];
  /** Folders of the only built-in extensions; all that VS Code has otherwise. */
  readonly builtIn: readonly string[] | undefined;
  readonly files: Readonly<Record<string, string>>;
  readonly token: string;
}

/** The folders of one fresh VS Code: its data, its extensions, and a home that is nobody's. */
export class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), 'kiro-host-'));
  readonly data = join(this.root, 'server');
  readonly extensions = join(this.root, 'extensions');
  /** The folder of the built-in extensions, where it is not VS Code's own. */
  readonly builtIn: string | undefined;
  readonly home = join(this.root, 'home');
  readonly workspace = join(this.root, 'workspace');
  /** A file, because the arguments of a process can be read by everyone on the machine. */
  readonly tokenFile = join(this.root, 'token');
  readonly userData = join(this.data, 'data', 'User');
  #settings: Readonly<Record<string, unknown>> = QUIET;
  #machineSettings: Readonly<Record<string, unknown>> = {};

  constructor(content: ScratchContent) {
    for (const folder of [this.extensions, this.home, this.workspace]) mkdirSync(folder);
    writeFileSync(this.tokenFile, content.token, { mode: 0o600 });
    for (const [path, text] of Object.entries(content.files)) {
      mkdirSync(dirname(join(this.workspace, path)), { recursive: true });
      writeFileSync(join(this.workspace, path), text);
    }
    this.changeSettings(content.settings);
    writeFileSync(join(this.userData, 'keybindings.json'), JSON.stringify(keybindings));
    // In a remote window, settings of machine scope are read from the machine's own file only.
    this.changeMachineSettings(content.machineSettings);
    // What is found here at the first start counts as installed.
    linkAll(content.extensions, this.extensions);
    if (content.builtIn) {
      this.builtIn = join(this.root, 'built-in');
      mkdirSync(this.builtIn);
      linkAll(content.builtIn, this.builtIn);
    }
  }

  /** Environment that keeps every process of the host inside these folders. */
  environment(): Record<string, string> {
    return {
      HOME: this.home,
      XDG_DATA_HOME: join(this.home, '.local', 'share'),
      XDG_CONFIG_HOME: join(this.home, '.config'),
      XDG_CACHE_HOME: join(this.home, '.cache'),
    };
  }

  changeSettings(settings: Readonly<Record<string, unknown>>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.#writeSettings(this.userData, this.#settings);
  }

  changeMachineSettings(settings: Readonly<Record<string, unknown>>): void {
    this.#machineSettings = { ...this.#machineSettings, ...settings };
    this.#writeSettings(join(this.data, 'data', 'Machine'), this.#machineSettings);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  #writeSettings(folder: string, settings: Readonly<Record<string, unknown>>): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'settings.json'), `${JSON.stringify(settings, undefined, 2)}\n`);
  }
}

function linkAll(folders: readonly string[], into: string): void {
  folders.forEach((folder, index) => {
    // 'junction' is for Windows, others ignore it. A link to nothing would be an extension less, without a word.
    symlinkSync(realpathSync(folder), join(into, `extension-${index}`), 'junction');
  });
}
