import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { eventually, repeatUntil } from '../host/retry';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { assertAccessible, pageWith } from './pages';
import { useWorld, type World } from './world';

/** Nobody listens there. */
const nobody = 'http://127.0.0.1:9';
const theirPath = '/home/ana/secret/data.sqlite3';

describe('a person who is stuck', () => {
  let world: World;
  let window: Workbench;

  useWorld({}, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    window = await world.openWindow();
    await window.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await world.importAndOpenChat(window);
    await window.runCommand('Kiro Models: Run Doctor');
    await window.runCommand('View: Maximize Editor Group and Hide Side Bars');
  });

  const endpoints = () => world.simulator.endpoints;
  const three = () => ({
    'kiroModels.endpoints': { ...endpoints(), social: nobody },
    'kiroModels.kiroCli.databasePath': theirPath,
    'kiroModels.request.idleTimeoutSeconds': 5,
  });
  const mended = () => ({
    'kiroModels.endpoints': endpoints(),
    'kiroModels.kiroCli.databasePath': '',
    'kiroModels.request.idleTimeoutSeconds': 60,
  });

  /** The page, once it comes to this result: what was just changed may take effect a moment later. */
  async function examined(result: string): Promise<FrameLocator> {
    return await repeatUntil(async (timeout) => {
      await window.runCommand('Kiro Models: Run Doctor');
      return await pageWith(window, result, timeout);
    });
  }
  const problems = (page: FrameLocator) =>
    page.locator('.row', { has: window.page.locator('.mark.problem') }).allInnerTexts();

  for (const [theme, kind] of [
    ['Dark 2026', 'vscode-dark'],
    ['Light 2026', 'vscode-light'],
  ] as const) {
    it(`reads the three things that are wrong, with cause and button, in ${theme}`, async () => {
      world.host.changeMachineSettings({ 'workbench.colorTheme': theme, ...three() });
      const page = await examined('3 problems found.');
      await page.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
      // A setting that changed has the rows looked at again.
      await eventually(async () => {
        const [cli, social, settings, ...more] = await problems(page);
        assert.match(cli ?? '', /no database at \/home\/ana.*\s+Open Setting$/);
        assert.match(social ?? '', /Google and GitHub sign-in\s+127\.0\.0\.1:9 cannot be reached/);
        assert.match(settings ?? '', /idleTimeoutSeconds has a value that cannot be used/);
        assert.deepEqual(more, []);
      });
      const size = window.page.viewportSize();
      await window.page.setViewportSize({ width: 1280, height: 1900 });
      await window.screenshot(`doctor-${theme.slice(0, -5).toLowerCase()}`);
      if (size) await window.page.setViewportSize(size);
      await assertAccessible(page);
    });
  }

  it('comes to the setting that is wrong by keyboard alone, and sees that it is mended', async () => {
    world.host.changeMachineSettings(three());
    const page = await examined('3 problems found.');
    const button = page.getByRole('button', { name: 'Open Setting: Kiro CLI' });
    await page.getByRole('button', { name: 'Run Again' }).focus();
    for (let tabs = 0; tabs < 10 && !(await isFocused(button)); tabs++)
      await window.page.keyboard.press('Tab');
    assert.ok(await isFocused(button));
    await window.page.keyboard.press('Enter');
    await window.page.locator('.settings-editor').waitFor();
    world.host.changeMachineSettings(mended());
    // Who closes the settings needs no button to see it.
    await window.page.keyboard.press('Escape');
    await window.page.locator('.settings-editor').waitFor({ state: 'hidden' });
    const again = await pageWith(window, 'Everything that was looked at is fine.');
    assert.deepEqual(await problems(again), []);
    await again.getByText('Where each setting’s value comes from').click();
    await again.getByText('kiroModels.request.idleTimeoutSeconds').waitFor();
    await window.screenshot('doctor-well');
  });

  it('copies what an issue needs, and nothing of their own', async () => {
    world.host.changeMachineSettings(three());
    const page = await examined('3 problems found.');
    await page.getByRole('button', { name: 'Copy Diagnostics' }).click();
    await window.notification('The diagnostics were copied');
    const copied = await window.page.evaluate(() =>
      (navigator as unknown as { clipboard: { readText(): Promise<string> } }).clipboard.readText(),
    );
    assert.match(copied, /^### Kiro diagnostics/);
    assert.match(
      copied,
      /\| ✗ \| Google and GitHub sign-in \| the gateway of kiroModels\.endpoints cannot be reached/,
    );
    assert.match(copied, /account 1 \([0-9a-f]{8}\) \| Signed in, shared with Kiro CLI/);
    assert.doesNotMatch(copied, /@|\/home|ana\b|\b\d{12}\b|127\.0\.0\.1/);
    for (const secret of world.simulator.issuedSecrets) assert.ok(!copied.includes(secret));
  });

  it('sends one word once they agree to what it costs, and reads what it did', async () => {
    world.host.changeMachineSettings(mended());
    const page = await examined('Everything that was looked at is fine.');
    await page.getByRole('button', { name: 'Send Test Message…' }).click();
    const dialog = await window.dialog();
    await window.screenshot('doctor-test-message');
    world.simulator.script(text('Hi.'), closing({ input: 9, output: 2 }, 0.004));
    await dialog.press('Send');
    await page.getByText(/answered after/).waitFor();
  });
});

function isFocused(button: ReturnType<FrameLocator['getByRole']>): Promise<boolean> {
  return button.evaluate((element) => element.ownerDocument.activeElement === element);
}
