/** AWS's own streaming client reads what the simulator says. */
import assert from 'node:assert/strict';
import {
  type ChatResponseStream,
  GenerateAssistantResponseCommand,
} from '@aws/codewhisperer-streaming-client';
import type { SimulatedAccount } from '../simulator/account';
import { Simulator } from '../simulator/simulator';
import { text } from '../simulator/steps';
import { ask, clientOf, collect } from './officialClient';

describe('A chat answer, read by the official client', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'ada@example.com' });
  });
  afterEach(() => simulator.stop());

  async function answer(): Promise<ChatResponseStream[]> {
    const output = await clientOf(simulator, account).send(
      new GenerateAssistantResponseCommand(ask(account)),
    );
    return collect(output);
  }

  it('carries text', async () => {
    simulator.script(text('Hello', ', ', 'world'));
    assert.deepEqual(
      (await answer()).map((part) => part.assistantResponseEvent?.content),
      ['Hello', ', ', 'world'],
    );
    simulator.assertDone();
  });
});
