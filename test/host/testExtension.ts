import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Makes an extension in a folder inside of `parent`, with one of the programs beside this file, if any; gives the folder. */
export function makeExtension(parent: string, manifest: object, program?: string): string {
  const folder = mkdtempSync(join(parent, 'extension-'));
  if (program) copyFileSync(resolve('dist', 'host', `${program}.js`), join(folder, 'extension.js'));
  const common = { version: '0.0.0', engines: { vscode: '^1.133.0' }, extensionKind: ['workspace'] };
  const main = program && { main: './extension.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...common, ...main, ...manifest }));
  return folder;
}
