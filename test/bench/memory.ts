import { chatOf } from '../fixtures/kiroService';
import type { Figure } from './measure';
import { withService } from './serviceProcess';

const turns = 1000;
const collectGarbage = globalThis.gc;

/** What stays in memory after a thousand streamed turns. The simulator, which remembers every request, runs elsewhere. */
export async function memory(): Promise<Figure[]> {
  if (!collectGarbage) throw new Error('Run node with --expose-gc.');
  return await withService(0, async ({ client, model }) => {
    const talk = async (times: number) => {
      for (let turn = 0; turn < times; turn++) {
        const { signal } = new AbortController();
        let parts = 0;
        for await (const _part of client.chat(chatOf('Hi'), model, { signal })) parts++;
        if (parts < 100) throw new Error(`An answer had ${parts} parts.`);
      }
    };
    await talk(turns / 2);
    const before = await settled();
    await talk(turns);
    const after = await settled();
    return [
      { name: 'memory, heap after 1,000 turns', value: after.heap - before.heap, unit: 'MB', atMost: 5 },
      { name: 'memory, resident after 1,000 turns', value: after.rss - before.rss, unit: 'MB', atMost: 5 },
    ];
  });
}

async function settled(): Promise<{ heap: number; rss: number }> {
  for (let time = 0; time < 4; time++) {
    collectGarbage?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / 1e6, rss: rss / 1e6 };
}
