import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { FrameLocator } from 'playwright-core';
import { writeTurns, yearOfTurns } from '../fixtures/usageTurns';
import type { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

describe('a person who asks what it costs', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;

  useWorld({}, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
  });

  const folder = () => join(world.host.storageOf('kiro-chat-models.kiro-chat-models'), 'usage');

  /** The page inside of its tab, once it shows this. */
  async function pageWith(text: string): Promise<FrameLocator> {
    const page = window.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
    await page.getByText(text).first().waitFor();
    return page;
  }

  async function opened(text: string): Promise<FrameLocator> {
    await window.runCommand('Kiro Models: Show Usage');
    return await pageWith(text);
  }

  it('reads that there is nothing yet', async () => {
    await opened('Nothing yet');
    await window.screenshot('usage-empty');
  });

  it('sees what an answer cost once it is there', async () => {
    world.simulator.script(text('Hi.'), closing({ input: 900, output: 100, cacheRead: 2700 }, 1.25));
    await chat.ask('Hello?');
    await chat.waitForAnswer();
    const frame = await opened('Credits by model');
    const cards = (await frame.locator('.card').allInnerTexts()).join('\n');
    assert.match(cards, /Today\s+1\.25\s+credits/);
    assert.match(cards, /Latest chat\s+1\.25\s+credits in 1 request/);
    assert.match(cards, /Read from cache\s+75%/);
    const [row] = await frame.locator('.requests tbody tr').allInnerTexts();
    assert.match(row ?? '', /Claude Sonnet 5\s+\w+\s+Chat\s+dev@example\.com\s+900\s+2\.7K\s+100\s+1\.25/);
    await window.screenshot('usage-one-day');
  });

  it('sees which model took the month, what the last chat cost, and each of the last requests', async () => {
    const now = Date.now();
    writeTurns(folder(), yearOfTurns(now, ['removed'], 5000));
    const frame = await opened('Credits by model');
    await window.runCommand('View: Maximize Editor Group and Hide Side Bars');
    await window.screenshot('usage');
    const cards = await frame.locator('.card').allInnerTexts();
    assert.match(cards.join('\n'), /Top model\s+Claude Opus 5\s+\d+% of the last 30 days/);
    assert.match(cards.join('\n'), /Latest chat\s+[\d.]+\s+credits in \d+ requests/);
    assert.equal(await frame.locator('.requests tbody tr').count(), 200);
    const errors = window.consoleLines.filter((line) => /Content Security Policy|Refused to/.test(line));
    assert.deepEqual(errors, []);
  });

  for (const theme of ['Dark 2026', 'Light 2026', 'Dark High Contrast', 'Light High Contrast']) {
    it(`can read it all in ${theme}, by axe-core, and reach every table by keyboard`, async () => {
      world.host.changeMachineSettings({ 'workbench.colorTheme': theme });
      const frame = await opened('Credits by model');
      for (const details of await frame.locator('summary:visible').all()) {
        await details.focus();
        await window.page.keyboard.press('Enter');
      }
      const name = `usage-${theme.toLowerCase().replaceAll(' ', '-')}`;
      await window.screenshot(name);
      const size = window.page.viewportSize();
      await window.page.setViewportSize({ width: 600, height: 800 });
      await frame.locator('h1').scrollIntoViewIfNeeded();
      await window.screenshot(`${name}-narrow`);
      if (size) await window.page.setViewportSize(size);
      const inner = await (await frame.locator('body').elementHandle())?.ownerFrame();
      assert.ok(inner);
      await inner.evaluate(axe);
      const { violations } = await inner.evaluate(() =>
        (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
      );
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        [],
      );
      const focusable = await frame
        .locator('.scroll:visible')
        .evaluateAll((found) => found.map((one) => one.getAttribute('tabindex')));
      assert.ok(focusable.length >= 6 && focusable.every((index) => index === '0'));
    });
  }
});
