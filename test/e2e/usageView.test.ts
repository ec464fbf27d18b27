import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { writeTurns, yearOfTurns } from '../fixtures/usageTurns';
import type { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { assertAccessible, frameOf } from './pages';
import { useWorld, type World } from './world';

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
  async function opened(text: string): Promise<FrameLocator> {
    await window.runCommand('Kiro Models: Show Usage');
    const page = window.webview();
    await page.getByText(text).first().waitFor();
    // What follows once the page is ready.
    if (await page.locator('#requests').count()) await page.locator('#requests table').waitFor();
    return page;
  }

  /** The id of the account that the first answer was of, as it is kept. */
  function accountId(): string {
    const [file] = readdirSync(folder());
    return (
      /"accountId":"(.*?)"/.exec(readFileSync(join(folder(), file ?? ''), 'utf8'))?.[1] ??
      assert.fail('no turn')
    );
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

  it('has the figures as a file of the form they choose', async () => {
    const file = (form: string) => join(world.host.home, `kiro-usage.${form}`);
    for (const form of ['csv', 'json']) {
      const frame = await opened('Credits by model');
      await frame.getByRole('button', { name: `Export ${form.toUpperCase()}…` }).click();
      await window.quickInput.saveOffered(file(form));
      await window.notification(`The usage was exported to ${file(form)}.`);
      await window.clearNotifications();
    }
    const [header = '', row = '', ...more] = readFileSync(file('csv'), 'utf8').split('\r\n');
    assert.deepEqual(more, ['']);
    assert.equal(row.split(',')[header.split(',').indexOf('credits')], '1.25');
    const [turn, ...others] = JSON.parse(readFileSync(file('json'), 'utf8'));
    assert.deepEqual([turn.credits, others], [1.25, []]);
  });

  it('sees which model took the month, what the last chat cost, and each of the last requests', async () => {
    const now = Date.now();
    writeTurns(folder(), yearOfTurns(now, [accountId(), 'removed'], 50_000));
    // What VS Code itself complains about when it starts is not about the page.
    window.consoleLines.length = 0;
    const frame = await opened('Credits by model');
    await window.runCommand('View: Maximize Editor Group and Hide Side Bars');
    await window.screenshot('usage');
    const cards = await frame.locator('.card').allInnerTexts();
    assert.match(cards.join('\n'), /Top model\s+Claude Opus 5\s+\d+% of the last 30 days/);
    assert.match(cards.join('\n'), /Latest chat\s+[\d.]+\s+credits in (?:1 request|\d+ requests)\n/);
    assert.equal(await frame.locator('.requests tbody tr').count(), 200);
    const errors = window.consoleLines.filter((line) =>
      /^error|Content Security Policy|Refused to/.test(line),
    );
    assert.deepEqual(errors, []);
  });

  it('reaches every button, choice and table by Tab, one after the other', async () => {
    const frame = await frameOf(await opened('Credits by model'));
    await frame.locator('h1').click();
    const look = `(globalThis.seen ??= new Set()).add(document.activeElement), document.hasFocus()`;
    do {
      await window.page.keyboard.press('Tab');
      // What a table stands behind is opened on the way.
      if (await frame.evaluate(`document.activeElement.matches('summary')`))
        await window.page.keyboard.press('Enter');
    } while (await frame.evaluate(look));
    const missed =
      await frame.evaluate(`[...document.querySelectorAll('button, summary, .scroll, input:checked')]
      .filter((one) => one.checkVisibility() && !seen.has(one))
      .map((one) => one.outerHTML.slice(0, 80))`);
    assert.deepEqual(missed, []);
    await window.screenshot('usage-tables');
    assert.equal(await frame.evaluate(`[...seen].filter((one) => one.matches('.scroll')).length`), 6);
  });

  for (const [theme, kind] of [
    ['Dark 2026', 'vscode-dark'],
    ['Light 2026', 'vscode-light'],
    ['Default High Contrast', 'vscode-high-contrast'],
    ['Default High Contrast Light', 'vscode-high-contrast-light'],
  ] as const) {
    it(`can read it all in ${theme}, by axe-core, with every table open`, async () => {
      world.host.changeMachineSettings({ 'workbench.colorTheme': theme });
      const page = await opened('Credits by model');
      await page.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
      const name = `usage-${theme.toLowerCase().replaceAll(' ', '-')}`;
      await window.screenshot(name);
      const size = window.page.viewportSize() ?? assert.fail('no size');
      await window.page.setViewportSize({ width: 600, height: 800 });
      await page.locator('h1').scrollIntoViewIfNeeded();
      await window.screenshot(`${name}-narrow`);
      await window.page.setViewportSize({ width: size.width, height: 2200 });
      await page.getByRole('radio', { name: '12 months' }).check();
      await window.screenshot(`${name}-whole`);
      const frame = await frameOf(page);
      const colors = await frame.evaluate(
        `[...document.querySelectorAll('#months .swatch')].map((one) => getComputedStyle(one).backgroundColor)`,
      );
      assert.equal(new Set(colors as string[]).size, 6, String(colors));
      assert.doesNotMatch(String(colors), /, 0\)/);
      await frame.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
      await assertAccessible(page);
      await window.page.setViewportSize(size);
    });
  }
});
