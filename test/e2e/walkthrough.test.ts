import assert from 'node:assert/strict';
import { ChatView } from '../host/chatView';
import { closing, reasoning, text, toolCall } from '../simulator/steps';
import { email } from './firstAnswer';
import { useWorld, type World } from './world';

describe('the walkthrough of a fresh profile', () => {
  let world: World;
  const files = { 'hello.txt': 'The secret word is marzipan.\n' };
  // As in a new profile: VS Code opens its own first page, without which it opens no walkthrough after an install either.
  const settings = { 'workbench.startupEditor': undefined };
  useWorld({ files, settings, isBare: true }, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email }));
    await world.openWindow();
  });

  it('opens beside the chat after the install, and ticks each step as a person goes it', async () => {
    const [window] = world.windows;
    assert.ok(window);
    const { page } = window;
    // Wide enough for the pictures of the walkthrough beside its steps.
    await page.setViewportSize({ width: 2000, height: 900 });
    await world.installPackage(window);
    const step = (title: string) => page.locator('.getting-started-step', { hasText: title });
    const isTicked = (title: string) =>
      step(title).locator('.codicon.complete:not(.hidden)').first().waitFor();
    // The drawing that stands beside the open step.
    const picture = (words: string) => window.webview().locator('text', { hasText: words }).first().waitFor();
    await step('Add your Kiro account').waitFor();
    await picture('How do you sign in to Kiro?');
    const chat = await ChatView.whenShown(window);
    await chat.untilPicked('Add a Kiro Account…');
    await world.screenshots(window, 'walkthrough-installed');

    await page.getByRole('button', { name: 'Add Account', exact: true }).click();
    await window.quickInput.row('Use the Google login from Kiro CLI').waitFor();
    await window.drawing('addAccount', page.locator('.quick-input-widget'));
    await window.quickInput.choose('Use the Google login from Kiro CLI');
    await (await window.dialog()).press('Continue');
    await window.notification('is ready');
    await chat.untilPicked('Claude Sonnet 5');
    await isTicked('Add your Kiro account');
    await world.screenshots(window, 'walkthrough-account');
    await window.clearNotifications();
    await ChatView.open(window, 430);

    await step('Pick a model').click();
    await picture('Search models');
    await page.getByRole('button', { name: 'Choose Model', exact: true }).click();
    const menu = page.locator('.action-widget:not(.action-list-submenu-panel)');
    await menu.locator('.monaco-list-row').first().waitFor();
    await isTicked('Pick a model');
    await world.screenshots(window, 'walkthrough-picker');
    const input = page.locator('.part.auxiliarybar .interactive-input-part');
    await window.drawing('pickModel', input, menu);
    await chat.closeMenu();

    world.simulator.script(
      reasoning(['It is in a file, so I read it.']),
      text('I will look.'),
      toolCall('read_file', { filePath: `${world.host.folder}/hello.txt`, startLine: 1, endLine: 2 }),
      closing(),
    );
    world.simulator.script(text('The word is ', '**marzipan**.'), closing());
    await chat.ask('What is the secret word?');
    await chat.waitForAnswer();
    await isTicked('Ask');
    await world.screenshots(window, 'walkthrough-answered');
    await window.escape();
    await window.drawing(
      'ask',
      page.locator('.part.auxiliarybar .interactive-list .request .value'),
      page.locator('.part.auxiliarybar .interactive-list .response .value').last(),
    );

    const hover = page.locator('.monaco-hover:visible').first();
    await window.untilHoverSays(window.statusBarItem(`Kiro Models: ${email}`), /This chat/);
    await window.drawing('seeCost', hover);
    await window.escape();
    await step('Ask').click();
    await picture('What is the secret word?');
    await world.screenshots(window, 'walkthrough-ask');
    await step('See what it cost').click();
    await picture('This chat');
    await world.screenshots(window, 'walkthrough-cost');
    await page.getByRole('button', { name: 'Show Usage', exact: true }).click();
    await window.webview().locator('body').waitFor();
    await window.runCommand('Welcome: Open Walkthrough...');
    await window.quickInput.choose('Chat with Your Kiro Models');
    await isTicked('See what it cost');
    await world.screenshots(window, 'walkthrough-done');
  });
});
