import { Recordings } from '../../src/kiro/chat/recording/recording';
import { chatOf, connect, modelOf } from '../fixtures/kiroService';
import { Simulator } from '../simulator/simulator';
import { closing, Gate, text, waitAt } from '../simulator/steps';
import { type Figure, median } from './measure';

const pieces = 300;

/** From the moment the simulator may send a piece of text to the moment we yield it, over a real socket. */
export async function latency(): Promise<Figure[]> {
  const simulator = await Simulator.start();
  try {
    const account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    const gates = Array.from({ length: pieces }, () => new Gate());
    simulator.script(
      ...gates.flatMap((gate, index) => [waitAt(gate), ...text(`piece ${index} `)]),
      closing(),
    );
    const { client } = connect(simulator, account, { recordings: new Recordings({ now: Date.now }) });
    const { signal } = new AbortController();
    const answer = client.chat(chatOf('Hi'), modelOf(account, 'claude-opus-4.8'), { signal });
    const times: number[] = [];
    for (const gate of gates) {
      const next = answer.next();
      await gate.reached;
      const start = performance.now();
      gate.open();
      await next;
      times.push(performance.now() - start);
    }
    await answer.return(undefined);
    return [{ name: 'latency, flush to part, median', value: median(times), unit: 'ms', atMost: 2 }];
  } finally {
    await simulator.stop();
  }
}
