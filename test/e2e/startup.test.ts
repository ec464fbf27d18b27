import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { filesOfActivation } from '../fixtures/bundle';
import type { StartupReport } from '../host/cli/startupObserver';
import { startupObserver, startupReport } from '../host/startup';
import type { Workbench } from '../host/workbench';
import { useWorld, type World } from './world';

const scratch = mkdtempSync(join(tmpdir(), 'kiro-startup-'));
const dist = resolve('dist');
const email = 'ann@example.com';
const minuteMs = 60_000;

async function signIn(window: Workbench, world: World): Promise<void> {
  const account = world.simulator.addAccount({ method: 'google', email });
  await window.runCommand('Kiro Models: Paste Refresh Token…');
  await window.quickInput.answer(account.refreshToken);
  await (await window.dialog()).press('Continue');
  await window.notification('is ready');
}

describe('a window that opens with an account', () => {
  const folder = startupObserver(scratch, { watches: true });
  let report: StartupReport;
  let requests: string[];
  useWorld({ besides: [folder] }, async (world) => {
    const window = await world.openWindow();
    await signIn(window, world);
    world.simulator.received.length = 0;
    await window.reload();
    await window.statusBarItem(email).waitFor();
    do report = await startupReport(window, folder);
    while (
      // The host has just listed the models, and whether it does so once more is seen in a moment.
      report.pendingTimersMs.some((ms) => ms < minuteMs)
    );
    requests = world.simulator.received.map(({ path }) => path);
  });

  after(() => rmSync(scratch, { recursive: true, force: true }));

  it('loads what it needs to list models, and nothing else', () => {
    const files = filesOfActivation(dist).map(({ path }) => path);
    assert.deepEqual(report.loaded.toSorted(), files.toSorted());
  });

  it('reads the secret of the account, and no file', () => {
    // A window in a browser has secrets and files that windows on a desktop do without. Other extensions read their own.
    const secrets = new Set(report.secrets.filter((key) => key.startsWith('kiroModels.')));
    for (const ofPage of ['kiroModels.sealKey', 'kiroModels.removal']) secrets.delete(ofPage);
    assert.match([...secrets].join(' '), /^kiroModels\.account\.[^ ]+$/);
    const others = report.files.filter((file) => !file.startsWith(dist) && !/[\\/]copies\b/.test(file));
    assert.deepEqual(others, []);
  });

  it('asks the service nothing', () => {
    assert.deepEqual(requests, []);
  });

  it('looks at the clock once a minute at most', () => {
    assert.deepEqual(report.pendingTimersMs, [minuteMs]);
  });
});
