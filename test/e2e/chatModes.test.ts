import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatView } from '../host/chatView';
import { eventually } from '../host/retry';
import type { Workbench } from '../host/workbench';
import { closing, text, toolCall } from '../simulator/steps';
import { useWorld, type World } from './world';

describe('a person who does not only let an agent work', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;

  useWorld({ files: { 'composer.txt': 'Mozart\n' } }, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
  });

  const file = () => join(world.host.folder, 'composer.txt');
  const toolsOfLast = () => world.simulator.chats.at(-1)?.tools.map(({ name }) => name) ?? [];

  for (const [mode, canEdit] of [
    ['Ask', false],
    ['Plan', false],
    ['Agent', true],
  ] as const) {
    it(`is answered in the mode ${mode} by the model that was picked`, async () => {
      await chat.pickMode(mode);
      world.simulator.script(text(`In the mode ${mode}.`), closing());
      await chat.ask('Who was Mozart?');
      const { text: said, error, model } = await chat.waitForAnswer();
      assert.deepEqual([said, error], [`In the mode ${mode}.`, '']);
      assert.match(model, /Claude Sonnet 5/);
      assert.equal(toolsOfLast().includes('replace_string_in_file'), canEdit);
    });
  }

  it('has a file changed by inline chat', async () => {
    await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'composer' }).dblclick();
    const editor = window.page.locator('.part.editor .view-lines', { hasText: 'Mozart' });
    await editor.waitFor();
    await window.runCommand('Inline Chat: Open Inline Chat');
    await window.page.locator('.inline-chat-widget .monaco-editor.focused').waitFor();
    const change = { filePath: file(), oldString: 'Mozart', newString: 'Salieri' };
    world.simulator.script(toolCall('replace_string_in_file', change), closing());
    await window.page.keyboard.insertText('Another composer');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.part.editor .view-lines', { hasText: 'Salieri' }).first().waitFor();
    await window.screenshot('inline-chat');
    await window.page.locator('.part.editor').getByRole('button', { name: /^Keep/ }).first().click();
    await eventually(() => assert.equal(readFileSync(file(), 'utf8'), 'Salieri\n'));
  });
});
