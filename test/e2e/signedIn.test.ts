import assert from 'node:assert/strict';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

describe('a person who is signed in', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;

  useWorld({ theme: 'light' }, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
  });

  /** Loads the window anew, until its chat has the model again that was picked. */
  async function reload(): Promise<void> {
    await window.reload();
    chat = await ChatView.open(window);
    await chat.untilPicked('Claude Opus 4.8');
  }

  it('gets an answer from the model and with the effort they chose', async () => {
    await chat.pickModel('Claude Opus 4.8');
    await chat.pickEffort('Low');
    world.simulator.script(text('Hello.'), closing());
    await chat.ask('Hello?');
    const answer = await chat.waitForAnswer();
    assert.equal(answer.text, 'Hello.');
    assert.equal(answer.model, 'Claude Opus 4.8');
    const request = world.simulator.chats.at(-1);
    assert.equal(request?.modelId, 'claude-opus-4.8');
    assert.match(JSON.stringify(request?.modelFields), /"effort":"low"/);
  });

  it('goes back to the default effort and can still chat without a GitHub sign-in', async () => {
    // The host then drops what it stored for the model, and with it a provider group that holds nothing else.
    await chat.pickModel('Claude Opus 4.8');
    await chat.pickEffort('Low');
    await chat.pickEffort('High');
    await reload();
    world.simulator.script(text('Hello.'), closing());
    await chat.ask('Hello?');
    assert.equal((await chat.waitForAnswer()).text, 'Hello.');
  });

  it('is still signed in after the window was reloaded', async () => {
    await reload();
    world.simulator.script(text('Still here.'), closing());
    await chat.ask('Are you there?');
    assert.equal((await chat.waitForAnswer()).text, 'Still here.');
    await window.screenshot('light-answer');
  });
});
