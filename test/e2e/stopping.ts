import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import { closing, Gate, text, waitAt } from '../simulator/steps';
import type { World } from './world';

/** Asks, and stops the answer in the middle: the service hears of it before the answer is over. */
export async function stopInTheMiddle(world: World, chat: ChatView): Promise<void> {
  const gate = new Gate();
  world.simulator.script(text('Once upon a time, there was '), waitAt(gate), text('never seen'), closing());
  await chat.ask('Tell me a long story.');
  await gate.reached;
  await chat.untilShown('there was');
  await chat.cancel();
  const request = world.simulator.chats.at(-1)?.request;
  // The answer waits at its gate for ever: nothing but the client ends this request.
  await request?.finished;
  assert.ok(request?.closedEarlyAt, 'the connection was closed in the middle');
}
