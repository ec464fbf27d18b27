import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatView } from '../host/chatView';
import { eventually } from '../host/retry';
import { makeExtension } from '../host/testExtension';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

const scratch = mkdtempSync(join(tmpdir(), 'kiro-second-'));

/** An extension that is activated before all others. */
const secondExtension = () =>
  makeExtension(
    scratch,
    { name: 'second', publisher: 'somebody', activationEvents: ['*'] },
    'secondExtension',
  );

describe('another extension that asks for models while the window opens', () => {
  let world: World;
  let window: Workbench;
  const settings = { 'workbench.secondarySideBar.defaultVisibility': 'hidden' };

  useWorld({ settings, besides: [secondExtension()] }, async (made) => {
    world = made;
    const { refreshToken } = world.simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    window = await world.openWindow();
    await window.runCommand('Kiro Models: Paste Refresh Token…');
    await window.quickInput.answer(refreshToken);
    await (await window.dialog()).press('Continue');
    await window.notification('is ready');
    // The first account opens the chat.
    const chat = await ChatView.whenShown(window);
    // The account's own list, which is stored before it is shown, and not the short one that stands in for it.
    await eventually(async () => assert.ok((await chat.modelNames()).includes('Claude Opus 4.8')));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  it('finds them by vendor, family and id, and is answered, with no chat in sight', async () => {
    await window.runCommand('View: Hide Secondary Side Bar');
    await window.page.locator('.part.auxiliarybar').waitFor({ state: 'hidden' });
    world.simulator.script(text('Hello from Kiro.'), closing());
    await window.reload();
    const said = await window.notification('Second extension:');
    assert.equal(await window.page.locator('.interactive-session').first().isVisible(), false);
    await window.screenshot('second-extension');
    assert.match(
      await said.text(),
      /16 models, claude-opus-4\.8 and claude-haiku-4\.5\. claude-sonnet-latest: Hello from Kiro\./,
    );
    assert.equal(world.simulator.chats.at(-1)?.modelId, 'claude-sonnet-5');
  });
});
