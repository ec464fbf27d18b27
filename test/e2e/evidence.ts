import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from '../host/workbench';
import type { Received } from '../simulator/received';
import type { World } from './world';

/** How many of the last lines are printed: where tests run by themselves, the output may be all that is kept. */
const LINES_PRINTED = 15;

/** Leaves what helps to understand a failure in `artifacts/failures/`, and prints where, and the end of it. */
export async function leaveEvidence(world: World, test: string): Promise<void> {
  const folder = join('artifacts', 'failures', test.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 120));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const requests = world.simulator.received.map(lineOf);
  writeFileSync(join(folder, 'requests.txt'), requests.join('\n'));
  const logs = [...extensionLogs(world.host.root)].map(([file, text]) => [
    `== ${file}`,
    ...text.trimEnd().split('\n'),
  ]);
  writeFileSync(join(folder, 'extension.log'), logs.flat().join('\n'));
  for (const [index, window] of world.windows.entries()) await leaveWindow(window, folder, index + 1);
  const ends = [['== requests', ...requests], ...logs].map(([title, ...lines]) => [
    title,
    ...lines.slice(-LINES_PRINTED),
  ]);
  console.error(
    [`Failed: ${test}`, `page, its console, extension log, requests: ${folder}`, ...ends.flat()].join('\n  '),
  );
}

async function leaveWindow(window: Workbench, folder: string, number: number): Promise<void> {
  writeFileSync(join(folder, `console-${number}.txt`), window.consoleLines.join('\n'));
  // A page that crashed or hangs must not hide the failure that this is about.
  await window.page
    .screenshot({ path: join(folder, `page-${number}.png`) })
    .catch((error: unknown) => console.error(`  no picture of page ${number}: ${String(error)}`));
}

/** Neither bodies nor headers: both carry what nobody else is to read. */
function lineOf({ at, method, service, path, account, status, closedEarlyAt }: Received): string {
  const end = closedEarlyAt === undefined ? (status ?? 'no response') : 'closed by the client';
  return [new Date(at).toISOString(), service, method, path, account?.email ?? 'nobody', end].join(' ');
}

/** What the extension wrote to its log channel, by window. */
export function extensionLogs(root: string): Map<string, string> {
  const logs = join(root, 'server', 'data', 'logs');
  const files = readdirSync(logs, { recursive: true, encoding: 'utf8' });
  const ours = files.filter((file) => /kiro-chat-models.*\.log$/.test(file)).sort();
  return new Map(ours.map((file) => [file, readFileSync(join(logs, file), 'utf8')]));
}
