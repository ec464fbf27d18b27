import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { World } from '../e2e/world';
import { bundledFiles, bytesOf, filesOfActivation } from '../fixtures/bundle';
import { startupObserver, startupReport } from '../host/startup';
import { type Figure, median, ratio } from './measure';

const windows = 10;
const ours = 'kiro-chat-models.kiro-chat-models';
const theirs = 'vscode.github-authentication';
const email = 'dev@example.com';

/** What is loaded at once, and how long activation takes beside an extension that VS Code brings along, window by window. */
export async function activating(): Promise<Figure[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'kiro-activating-'));
  try {
    // As it is packaged.
    execFileSync(process.execPath, ['esbuild.mjs', 'extension', '--minify']);
    const dist = resolve('dist');
    const times = await activationTimes(startupObserver(scratch, { watches: false }));
    return [
      {
        name: 'bundle, loaded at activation',
        value: bytesOf(filesOfActivation(dist)) / 1000,
        unit: 'kB',
        atMost: 130,
      },
      { name: 'bundle, all of it', value: bytesOf(bundledFiles(dist)) / 1000, unit: 'kB' },
      { name: 'activation, ours', value: median(times.ours), unit: 'ms' },
      { name: 'activation, GitHub Authentication', value: median(times.theirs), unit: 'ms' },
      {
        name: 'activation, ours ÷ GitHub Authentication',
        value: ratio(times.ours, times.theirs),
        unit: '×',
        atMost: 0.5,
      },
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function activationTimes(observer: string): Promise<{ ours: number[]; theirs: number[] }> {
  const world = await World.create({ besides: [observer] });
  const times = { ours: [] as number[], theirs: [] as number[] };
  try {
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email }));
    const window = await world.openWindow();
    await world.importAndOpenChat(window);
    for (let opened = 0; opened < windows; opened++) {
      await window.reload();
      // Which it is not before VS Code has started.
      await window.statusBarItem(`Kiro Models: ${email}`).waitFor();
      const { activations } = await startupReport(window, observer);
      times.ours.push(activations[ours] ?? assert.fail('it is not active'));
      times.theirs.push(activations[theirs] ?? assert.fail('GitHub Authentication is not active'));
      await window.clearNotifications();
    }
    return times;
  } finally {
    await world.end();
  }
}
