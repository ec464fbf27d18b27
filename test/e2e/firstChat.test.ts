import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitRepository } from '../fixtures/gitRepository';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { ReceivedChat } from '../simulator/received';
import { closing, Gate, reasoning, text, toolCall, waitAt } from '../simulator/steps';
import { useWorld, type World } from './world';

describe('a person who uses Kiro CLI and has never signed in to GitHub', () => {
  let world: World;
  let window: Workbench;
  let repository: GitRepository;
  const files = { 'hello.txt': 'The secret word is marzipan.\n' };
  // As in a new profile, where nobody has chosen any.
  const settings = { 'chat.utilityModel': undefined, 'chat.utilitySmallModel': undefined };
  useWorld({ files, settings }, async (made) => {
    world = made;
    repository = new GitRepository(world.host.folder);
    repository.commit('feat: a secret word');
    window = await world.openWindow();
    await window.statusBarItem('Kiro Models: Add Account').waitFor();
  });

  it('imports the login, picks a model and gets answers, with thinking and a tool that really ran', async () => {
    const account = world.simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    world.signKiroCliIn(account);
    await window.screenshot('first-window');

    await window.runCommand('Kiro Models: Import from Kiro CLI…');
    const notice = await window.dialog();
    await window.screenshot('first-notice');
    assert.match(notice.text, /unofficial/);
    await notice.press('Continue');

    await window.notification('is ready');
    await window.screenshot('first-imported');
    await window.runCommand('Chat: Manage Language Models');
    const models = window.page.locator('.models-table-container .model-name');
    await models.first().waitFor();
    await window.screenshot('first-models');
    const listed = await models.allInnerTexts();
    await window.page.keyboard.press('Escape');

    const chat = await ChatView.open(window);
    const names = await chat.modelNames();
    // Names for the newest of a family are for settings and extensions: they are listed there, and not offered here.
    const offered = listed.filter((name) => !name.endsWith(' Latest'));
    assert.deepEqual([...names].sort(), offered.sort());
    assert.ok(offered.length < listed.length);
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
    const offer = await window.notification('Use Claude Haiku 4.5 from Kiro (0.4×)?');
    await window.screenshot('utility-offer');
    await offer.press('No');
    await window.clearNotifications();
    await window.screenshot('first-answer');

    assert.match(answer.text, /The word is marzipan\./);
    assert.match(answer.thinking, /It is in a file, so I read it\./);
    assert.match(answer.tools.join(), /Read hello\.txt/);
    const results = JSON.stringify(world.simulator.chats.at(-1)?.toolResults);
    assert.match(results, /marzipan/);
    world.simulator.assertDone();
  });

  it('has VS Code’s titles and summaries written by the cheapest model with one click, and takes that back', async () => {
    const stored = () => readFileSync(join(world.host.userData, 'settings.json'), 'utf8');
    const before = stored();
    const banner = window.page.locator('.chat-input-notification-title', {
      hasText: 'Set BYOK utility models',
    });
    const chat = await ChatView.open(window);
    await banner.waitFor();
    await window.runCommand('Kiro Models: Use Kiro for Titles and Summaries…');
    await (await window.notification('Use Claude Haiku 4.5 from Kiro')).press('Use Claude Haiku 4.5');
    await window.notification('now writes VS Code’s chat titles');
    await banner.waitFor({ state: 'hidden' });
    await window.screenshot('utility-set');

    const isByHaiku = ({ modelId }: ReceivedChat) => modelId === 'claude-haiku-4.5';
    world.simulator.scriptWhen(isByHaiku, text('Almond Sweets'), closing());
    world.simulator.scriptWhen((chat) => !isByHaiku(chat), text('Almonds and sugar.'), closing());
    await chat.ask('What is marzipan?');
    assert.equal((await chat.waitForAnswer()).text, 'Almonds and sugar.');
    await window.page.getByText('Almond Sweets').first().waitFor({ state: 'attached' });
    await window.screenshot('utility-title');

    await window.clearNotifications();
    await window.runCommand('Kiro Models: Use Kiro for Titles and Summaries…');
    await (await window.notification('now writes VS Code’s chat titles')).press('Undo');
    await window.notification('what they were before');
    await banner.waitFor();
    assert.equal(stored(), before);
  });

  it('has the message of a commit written by a click in the source control view', async () => {
    repository.write('hello.txt', 'The secret word is nougat.\n');
    await window.page
      .getByRole('tab', { name: /^Source Control/ })
      .first()
      .click();
    const view = window.page.locator('.part.sidebar');
    const gate = new Gate();
    world.simulator.script(text('fix: the secret word'), waitAt(gate), text(' is nougat now'), closing());
    await view.getByText('hello.txt').first().waitFor();
    await view.getByRole('button', { name: 'Write Commit Message' }).first().click();
    await view.getByText('fix: the secret word').waitFor();
    await window.screenshot('commit-arrives');
    gate.open();
    await view.getByText('fix: the secret word is nougat now').waitFor();
    await window.notification('Commit message written by Claude Haiku 4.5.');
    await window.screenshot('commit-message');
    assert.match(world.simulator.chats.at(-1)?.text ?? '', /\+The secret word is nougat\./);
  });
});
