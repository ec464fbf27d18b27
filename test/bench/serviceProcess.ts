import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Model } from '../../src/kiro/account/models';
import { KiroClient } from '../../src/kiro/chat/client';
import { Recordings } from '../../src/kiro/chat/recording/recording';
import { Hosts } from '../../src/kiro/transport/hosts';
import { KiroHttp } from '../../src/kiro/transport/kiroHttp';
import type { Service } from './service';

/** Runs with a simulator in a process of its own, whose answers begin after these milliseconds. */
export async function withService<T>(
  pauseMs: number,
  use: (of: { client: KiroClient; model: Model }) => Promise<T>,
): Promise<T> {
  const service = fork(path.join(__dirname, 'service.js'), [`${pauseMs}`]);
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
      recordings: new Recordings({ now: Date.now }),
    });
    return await use({ client, model });
  } finally {
    service.kill();
  }
}
