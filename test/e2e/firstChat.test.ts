import assert from 'node:assert/strict';
import { ChatView } from '../host/chatView';
import { closing, reasoning, text, toolCall } from '../simulator/steps';
import { useWorld, type World } from './world';

describe('a person who uses Kiro CLI and has never signed in to GitHub', () => {
  let world: World;
  useWorld({ files: { 'hello.txt': 'The secret word is marzipan.\n' } }, async (made) => {
    world = made;
  });

  it('imports the login, picks a model and gets answers, with thinking and a tool that really ran', async () => {
    const account = world.simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    world.signKiroCliIn(account);
    const window = await world.openWindow();
    await window.screenshot('first-window');

    await window.runCommand('Kiro Models: Import from Kiro CLI…');
    const notice = await window.dialog();
    await window.screenshot('first-notice');
    assert.match(notice.text, /unofficial/);
    await notice.press('Continue');

    const ready = await window.notification('is ready');
    await window.screenshot('first-imported');
    await ready.press('Show Models');
    const models = window.page.locator('.models-table-container .model-name');
    await models.first().waitFor();
    await window.screenshot('first-models');
    const listed = await models.allInnerTexts();
    await window.page.keyboard.press('Escape');

    const chat = await ChatView.open(window);
    const names = await chat.modelNames();
    assert.deepEqual([...names].sort(), [...listed].sort());
    assert.equal(new Set(names).size, names.length, `listed once each: ${names.join(', ')}`);
    await chat.showModelPicker();
    await window.screenshot('first-picker');
    await chat.closeMenu();
    await chat.pickModel('Claude Sonnet 5');

    world.simulator.script(
      reasoning(['The person wants a word. ', 'It is in a file, so I read it.']),
      text('I will look.'),
      toolCall('read_file', { filePath: `${world.host.folder}/hello.txt`, startLine: 1, endLine: 2 }),
      closing(),
    );
    world.simulator.script(text('The word is ', '**marzipan**.'), closing());
    await chat.ask('What is the secret word in hello.txt?');
    const answer = await chat.waitForAnswer();
    await window.screenshot('first-answer');

    assert.match(answer.text, /The word is marzipan\./);
    assert.match(answer.thinking, /It is in a file, so I read it\./);
    assert.match(answer.tools.join(), /Read hello\.txt/);
    const results = JSON.stringify(world.simulator.chats.at(-1)?.toolResults);
    assert.match(results, /marzipan/);
    world.simulator.assertDone();
  });
});
