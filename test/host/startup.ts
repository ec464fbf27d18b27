import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StartupReport } from './cli/startupObserver';
import { makeExtension } from './testExtension';
import type { Workbench } from './workbench';

/** Makes an extension in a folder inside of `scratch` that tells how ours starts, and gives that folder. */
export function startupObserver(scratch: string, { watches }: { watches: boolean }): string {
  const manifest = {
    ...{ name: 'startup-observer', publisher: 'kiro-chat-models', activationEvents: ['*'] },
    contributes: { commands: [{ command: 'startupObserver.report', title: 'Report Startup' }] },
    ...{ folder: resolve('dist'), watches },
  };
  return makeExtension(scratch, manifest, 'startupObserver');
}

/** What the observer in this folder has seen since the window was opened. */
export async function startupReport(window: Workbench, folder: string): Promise<StartupReport> {
  await window.runCommand('Report Startup');
  await window.notification('Startup reported.');
  return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as StartupReport;
}
