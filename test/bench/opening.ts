import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { World } from '../e2e/world';
import { writeTurns, yearOfTurns } from '../fixtures/usageTurns';
import type { Workbench } from '../host/workbench';
import { type Figure, median } from './measure';

const turns = 50_000;
const rounds = 9;
const command = 'Kiro Models: Show Usage';

/** What runs in the page, as text: these files know no DOM. */
const noteEnter = `void (globalThis.enterAt = undefined, document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') globalThis.enterAt ??= performance.timeOrigin + event.timeStamp;
}, { capture: true }))`;
const firstPaint = `new Promise((resolve) => {
  const look = () => {
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    if (paint) resolve(performance.timeOrigin + paint.startTime);
    else requestAnimationFrame(look);
  };
  look();
})`;

/**
 * From the key that runs *Kiro Models: Show Usage* to the figures on the screen, by the browser's own times, beside the same
 * page of an empty history, which is what VS Code itself takes.
 */
export async function opening(): Promise<Figure[]> {
  const world = await World.create();
  try {
    const account = world.simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    world.signKiroCliIn(account);
    const window = await world.openWindow();
    await world.importAndOpenChat(window);
    const folder = join(world.host.storageOf('kiro-chat-models.kiro-chat-models'), 'usage');
    const aside = `${folder}-aside`;
    writeTurns(aside, yearOfTurns(Date.now(), ['ann', 'bob'], turns));
    const times = { empty: [] as number[], full: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      for (const history of ['empty', 'full'] as const) {
        if (existsSync(folder) !== (history === 'full'))
          renameSync(...((history === 'full' ? [aside, folder] : [folder, aside]) as [string, string]));
        const time = await openingMs(window, history === 'full' ? 'Credits by model' : 'Nothing yet');
        // The first time, VS Code loads what every webview needs.
        if (round > 0) times[history].push(time);
      }
    }
    const [empty, full] = [median(times.empty), median(times.full)];
    return [
      { name: 'usage view, empty, command to figures', value: empty, unit: 'ms' },
      { name: 'usage view, 50,000 turns, command to figures', value: full, unit: 'ms' },
      { name: 'usage view, 50,000 turns ÷ empty', value: full / empty, unit: '×' },
    ];
  } finally {
    await world.end();
  }
}

async function openingMs(window: Workbench, shown: string): Promise<number> {
  await window.reset();
  await window.page.keyboard.press('F1');
  await window.quickInput.type(`>${command}`, 10_000);
  await window.quickInput.row(command).waitFor();
  await window.page.evaluate(noteEnter);
  await window.page.keyboard.press('Enter');
  const page = window.webview();
  await page.getByText(shown).first().waitFor();
  const frame = await (await page.locator('body').elementHandle())?.ownerFrame();
  const [enter, paint] = [
    await window.page.evaluate('globalThis.enterAt'),
    await frame?.evaluate(firstPaint),
  ];
  return Number(paint) - Number(enter);
}
