import assert from 'node:assert/strict';
import type { SimulatedAccount } from '../../simulator/account';
import { streamOf } from '../../simulator/player';
import { Simulator } from '../../simulator/simulator';
import { breakAfter, closing, endAfter, reasoning, text, toolCall } from '../../simulator/steps';
import { chat, hello } from './requests';

describe('A reply that is cut', () => {
  const whole = [reasoning(['Hm.']), text('Hi', ' 🌍'), toolCall('grep', { q: 'x' }), closing()].flat();
  const stream = Buffer.from(streamOf(whole));
  let simulator: Simulator;
  let account: SimulatedAccount;
  before(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'ada@example.com' });
  });
  after(() => simulator.stop());

  // Every border between two frames, and the bytes around it, without asking for each of a thousand.
  const borders = whole.map((_, index) => streamOf(whole.slice(0, index)).length);
  const cuts = [...new Set(borders.flatMap((at) => [at - 1, at, at + 1, at + 13]))].filter((at) => at >= 0);

  it('ends properly at exactly the byte it should', async () => {
    for (const at of cuts) {
      simulator.script(whole, endAfter(at));
      const { bytes, broke } = await read(await chat(simulator, account, hello(account)));
      assert.deepEqual([bytes, broke], [stream.subarray(0, at), false]);
    }
  });

  it('breaks at exactly the byte it should', async () => {
    for (const at of cuts) {
      simulator.script(whole, breakAfter(at));
      const { bytes, broke } = await read(await chat(simulator, account, hello(account)));
      assert.deepEqual([bytes, broke], [stream.subarray(0, at), true]);
    }
  });
});

async function read(response: Response): Promise<{ bytes: Buffer; broke: boolean }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), broke: false };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { bytes: Buffer.concat(chunks), broke: true };
  }
}
