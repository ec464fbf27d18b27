import fs from 'node:fs';
import {
  commands,
  type ExtensionContext,
  extensions,
  type SecretStorage,
  Uri,
  window,
  workspace,
} from 'vscode';

/**
 * An extension that starts before all others in a window of the tests, and keeps what one of them does: the secrets and files
 * that it reads, its timers, and the parts of it that are loaded. Watching takes time, so that it only watches where it is
 * to.
 */
export function activate(context: ExtensionContext): void {
  const { folder, watches } = context.extension.packageJSON as { folder: string; watches: boolean };
  const isIts = () => new Error().stack?.includes(folder) === true;
  const secrets = watches ? watchSecrets(context.secrets) : [];
  const files = watches ? watchFiles(isIts) : [];
  const timers = watches ? watchTimers(isIts) : new Map();
  context.subscriptions.push(
    commands.registerCommand('startupObserver.report', async () => {
      const report: StartupReport = {
        loaded: Object.keys(require.cache).filter((file) => file.startsWith(folder)),
        ...{ secrets, files },
        pendingTimersMs: [...timers.values()],
        activations: await activations(),
      };
      fs.writeFileSync(context.asAbsolutePath('report.json'), JSON.stringify(report));
      void window.showInformationMessage('Startup reported.');
    }),
  );
}

/** What was seen since the window was opened. */
export interface StartupReport {
  /** Files of the extension that are loaded. */
  loaded: string[];
  /** The keys of the secrets that were read, by any extension. */
  secrets: string[];
  /** Paths that the extension itself touched. */
  files: string[];
  /** How long each timer that has not fired is set to. */
  pendingTimersMs: number[];
  /** How long each extension took to activate: loading, the call, and what the call waited for. */
  activations: Record<string, number>;
}

/** All extensions' secrets are of one class. */
function watchSecrets(own: SecretStorage): string[] {
  const read: string[] = [];
  const all = Object.getPrototypeOf(own) as Pick<SecretStorage, 'get'>;
  const { get } = all;
  all.get = function (this: SecretStorage, key) {
    read.push(key);
    return get.call(this, key);
  };
  return read;
}

function watchFiles(isIts: () => boolean): string[] {
  const touched: string[] = [];
  const watch = (module: Record<string, unknown>) => {
    for (const [name, original] of Object.entries(module)) {
      if (typeof original !== 'function' || /^[A-Z_]/.test(name)) continue;
      const watched = (...args: unknown[]) => {
        if (isIts()) touched.push(String(args[0]));
        return original(...args);
      };
      module[name] = Object.assign(watched, original);
    }
  };
  watch(fs as unknown as Record<string, unknown>);
  watch(fs.promises as unknown as Record<string, unknown>);
  return touched;
}

function watchTimers(isIts: () => boolean): Map<unknown, number> {
  const pending = new Map<unknown, number>();
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  type Handler = (...args: unknown[]) => void;
  Object.assign(globalThis, {
    setTimeout: (run: Handler, ms = 0, ...args: unknown[]) => {
      const timer = setTimeout(() => {
        pending.delete(timer);
        run(...args);
      }, ms);
      if (isIts()) pending.set(timer, ms);
      return timer;
    },
    setInterval: (run: Handler, ms = 0, ...args: unknown[]) => {
      const timer = setInterval(run, ms, ...args);
      if (isIts()) pending.set(timer, ms);
      return timer;
    },
    clearTimeout: (timer: NodeJS.Timeout) => {
      pending.delete(timer);
      clearTimeout(timer);
    },
    clearInterval: (timer: NodeJS.Timeout) => {
      pending.delete(timer);
      clearInterval(timer);
    },
  });
  return pending;
}

/** As "Developer: Startup Performance" tells, with an extension beside ours that VS Code brings along. */
async function activations(): Promise<Record<string, number>> {
  await extensions.getExtension('vscode.github-authentication')?.activate();
  await commands.executeCommand('perfview.show');
  const document = await workspace.openTextDocument(
    Uri.from({ scheme: 'perf', path: 'Startup Performance' }),
  );
  const rows = document.getText().matchAll(/^\| *([\w.-]+) *\|[^|]*\| *(\d+) *\| *(\d+) *\| *(\d+) *\|/gm);
  return Object.fromEntries(
    [...rows].map(([, id, load, call, finish]) => [id, Number(load) + Number(call) + Number(finish)]),
  );
}
