import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { KiroClient } from '../../src/kiro/chat/client';
import { Hosts } from '../../src/kiro/transport/hosts';
import { KiroHttp } from '../../src/kiro/transport/kiroHttp';
import { chatOf } from '../fixtures/kiroService';
import type { Figure } from './measure';
import type { Service } from './service';

const turns = 1000;
const collectGarbage = globalThis.gc;

/** What stays in memory after a thousand streamed turns. The simulator, which remembers every request, runs elsewhere. */
export async function memory(): Promise<Figure[]> {
  if (!collectGarbage) throw new Error('Run node with --expose-gc.');
  const service = fork(path.join(__dirname, 'service.js'));
  try {
    const [{ url, accessToken, profileArn, model }] = (await once(service, 'message')) as [Service];
    const session = { accountId: 'a', accessToken, profileArn, region: 'us-east-1' };
    const client = new KiroClient({
      http: new KiroHttp({
        http: { fetch, userAgent: 'kiro-chat-models/bench' },
        hosts: new Hosts(() => ({ runtime: url })),
        sessions: { current: async () => session },
        shareContent: () => false,
        now: () => Date.now(),
      }),
      timeouts: () => ({ firstTokenMs: undefined, idleMs: 30_000, totalMs: 60_000 }),
      resending: () => ({ times: 0, delayMs: 0 }),
      sleep: async () => undefined,
      random: () => 0.5,
    });
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
  } finally {
    service.kill();
  }
}

async function settled(): Promise<{ heap: number; rss: number }> {
  for (let time = 0; time < 4; time++) {
    collectGarbage?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / 1e6, rss: rss / 1e6 };
}
