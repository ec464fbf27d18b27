import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StartupReport } from './cli/startupObserver';
import type { Workbench } from './workbench';

/** Makes an extension in a folder inside of `scratch` that tells how ours starts, and gives that folder. */
export function startupObserver(scratch: string, { watches }: { watches: boolean }): string {
  const dist = resolve('dist');
  const folder = mkdtempSync(join(scratch, 'observer-'));
  copyFileSync(join(dist, 'host', 'startupObserver.js'), join(folder, 'extension.js'));
  const manifest = {
    ...{ name: 'startup-observer', publisher: 'kiro-chat-models', version: '0.0.0' },
    engines: { vscode: '^1.133.0' },
    extensionKind: ['workspace'],
    main: './extension.js',
    activationEvents: ['*'],
    contributes: { commands: [{ command: 'startupObserver.report', title: 'Report Startup' }] },
    ...{ folder: dist, watches },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/** What the observer in this folder has seen since the window was opened. */
export async function startupReport(window: Workbench, folder: string): Promise<StartupReport> {
  await window.runCommand('Report Startup');
  await window.notification('Startup reported.');
  return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as StartupReport;
}
