import assert from 'node:assert/strict';
import { ChatView } from '../host/chatView';
import { floor } from '../host/install';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { stopInTheMiddle } from './stopping';
import { useWorld, type World } from './world';

describe('a newcomer with Kiro CLI and the oldest VS Code that is supported', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;

  useWorld({ version: floor(), isBare: true }, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    window = await world.openWindow();
  });

  it('installs the package, asks, and reads the answer once there is an account', async () => {
    await world.installPackage(window);
    chat = await ChatView.whenShown(window);
    await chat.untilPicked('Add a Kiro Account…');
    world.simulator.script(text('Hello from Kiro.'), closing());
    await chat.ask('Hello?');
    await window.quickInput.choose('Use the Google login from Kiro CLI');
    await (await window.dialog()).press('Continue');
    await window.notification('is ready');
    assert.equal((await chat.waitForAnswer()).text, 'Hello from Kiro.');
    await chat.untilPicked('Claude Sonnet 5');
    await window.screenshot('floor-answered');
  });

  it('is one conversation to the service from turn to turn, though this VS Code names none', async () => {
    for (const answer of ['As ever.', 'I said so.']) {
      world.simulator.script(text(answer), closing());
      await chat.ask('How are you?');
      assert.equal((await chat.waitForAnswer()).text, answer);
    }
    const [before, after] = world.simulator.chats.slice(-2);
    assert.equal(after?.history.at(-1)?.assistantResponseMessage?.content, 'As ever.');
    assert.equal(after?.conversationId, before?.conversationId);
  });

  it('stops an answer, and the service hears of it before the answer is over', async () => {
    await stopInTheMiddle(world, chat);
  });
});
