/**
 * The simulator in a process of its own: every answer is some text and a tool call, and begins after as many milliseconds as
 * the process is told.
 */
import type { Model } from '../../src/kiro/account/models';
import { modelOf } from '../fixtures/kiroService';
import { Simulator } from '../simulator/simulator';
import { closing, type Step, text, toolCall } from '../simulator/steps';

/** Where it is, and who may ask. */
export interface Service {
  url: string;
  accessToken: string;
  profileArn: string | undefined;
  model: Model;
}

async function main(): Promise<void> {
  const pieces = Array.from({ length: 100 }, (_, index) => `piece ${index} `);
  const input = { text: pieces.join('') };
  const pause: Step = { kind: 'pause', ms: Number(process.argv[2]) };
  const simulator = await Simulator.start({
    answer: () => [pause, text(...pieces), toolCall('write', input, { pieces: 20 }), closing()].flat(),
  });
  const account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
  const { accessToken, profileArn } = account;
  const service: Service = {
    url: simulator.url,
    accessToken,
    profileArn,
    model: modelOf(account, 'claude-opus-4.8'),
  };
  process.send?.(service);
}

void main();
