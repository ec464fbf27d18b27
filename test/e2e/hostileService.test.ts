import assert from 'node:assert/strict';
import type { Frame, FrameLocator } from 'playwright-core';
import type { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { httpError } from '../simulator/httpErrors';
import { closing, fail, metering, text } from '../simulator/steps';
import { frameOf, pageWith } from './pages';
import { useWorld, type World } from './world';

/** Words that are a link that runs a command, an element, a picture, an icon and a color, wherever they are no mere text. */
const forged = '[In](command:forged) <i id="forged">x</i> ![p](https://forged.example/p) $(rocket)\u001b[31m';
const link = 'https://forged.example](command:forged)';

/** What of those has come to life in a page. */
async function alive(frame: Frame): Promise<string[]> {
  const found = 'a[href*="forged"], [data-href*="forged"], img[src*="forged"], #forged, .codicon-rocket';
  return await frame.locator(found).evaluateAll((elements) => {
    // An address that leads where it says is no more than a text.
    const forgeries = elements.filter((element) => {
      const address = element.getAttribute('href');
      return element.textContent !== address || !address?.startsWith('https:');
    });
    return forgeries.map(({ outerHTML }) => outerHTML);
  });
}

describe('a person whose service has become hostile', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  let account: SimulatedAccount;

  useWorld({ settings: { 'chat.utilityModel': '', 'chat.utilitySmallModel': '' } }, async (made) => {
    world = made;
    account = world.simulator.addAccount({ method: 'google', email: `${forged}@example.com`, used: 900 });
    const { usage, models } = account;
    Object.assign(usage.subscriptionInfo ?? {}, { subscriptionTitle: forged });
    for (const breakdown of usage.usageBreakdownList ?? []) {
      Object.assign(breakdown, {
        ...{ displayName: forged, displayNamePlural: forged },
        bonuses: [{ status: 'ACTIVE', displayName: forged, currentUsage: 1, usageLimit: 9 }],
      });
    }
    for (const model of models) {
      if (model.modelId === 'claude-sonnet-5') model.description = forged;
      else Object.assign(model, { modelName: `${model.modelId} ${forged}`, description: forged });
    }
    window = await world.openWindow();
    await window.runCommand('Kiro Models: Paste Refresh Token…');
    await window.quickInput.answer(account.refreshToken);
    chat = await world.openChatOnceReady(window, 'is ready');
  });

  async function assertText(picture: string, page?: FrameLocator): Promise<void> {
    await window.screenshot(`hostile-${picture}`);
    assert.deepEqual(await alive(window.page.mainFrame()), []);
    if (page) assert.deepEqual(await alive(await frameOf(page)), []);
  }

  it('reads a name in the status bar, its tooltip and the switcher', async () => {
    const item = window.statusBarItem('Kiro Models:');
    await assertText('status-bar');
    assert.match(await window.hover(item), /rocket/);
    await assertText('tooltip');
    await window.escape();
    await item.click();
    await window.quickInput.rows();
    await assertText('switcher');
    await window.page.keyboard.press('Escape');
  });

  it('reads what models are called, and what is said of them', async () => {
    await chat.showModelPicker();
    await window.page.locator('.action-widget .monaco-list-row.action').first().hover();
    await window.page.locator('.chat-model-hover').waitFor();
    await assertText('picker');
    await chat.closeMenu();
  });

  it('reads in a notification why a sign-in failed', async () => {
    const refused = httpError({
      ...{ status: 400, type: 'ValidationException', typeIn: 'both' },
      ...{
        message: `${forged} ${link}`,
        reason: forged,
        headers: { 'x-amzn-requestid': '[x](command:forged)' },
      },
    });
    world.simulator.failNext('social-refresh', refused);
    await window.runCommand('Kiro Models: Paste Refresh Token…');
    await window.quickInput.answer(account.refreshToken);
    await window.notification('Kiro says');
    await assertText('notification');
  });

  it('reads in the chat why there is no answer', async () => {
    const refused = httpError({
      status: 400,
      type: 'ValidationException',
      message: `${forged} ${link}`,
      reason: forged,
    });
    world.simulator.script(fail(refused));
    await chat.ask('Hello?');
    const { error } = await chat.waitForAnswer();
    assert.ok(error.includes('Kiro says: “[In] (command:forged) <i id="forged">'), error);
    await assertText('chat');
  });

  it('reads in the offer of a model what it is called', async () => {
    world.simulator.script(text('Hello.'), metering(1.5), closing());
    await chat.ask('Hello?');
    await chat.waitForAnswer();
    await window.notification('titles');
    await assertText('offer');
  });

  it('reads it in the pages of usage and of the doctor', async () => {
    await window.runCommand('Kiro Models: Show Usage');
    await window.webview().locator('#requests table').waitFor();
    await assertText('usage', window.webview());
    await window.reset();
    await window.runCommand('Kiro Models: Run Doctor');
    await assertText('doctor', await pageWith(window, 'Run Again'));
  });
});
