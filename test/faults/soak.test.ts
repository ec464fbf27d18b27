import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { KiroError } from '../../src/base/errors';
import { Recordings } from '../../src/kiro/chat/recording/recording';
import { dice } from '../fixtures/dice';
import { chatOf, connect, modelOf, textOf } from '../fixtures/kiroService';
import { httpError } from '../simulator/httpErrors';
import { streamOf } from '../simulator/player';
import { Simulator } from '../simulator/simulator';
import { closing, reasoning, text, toolCall } from '../simulator/steps';
import { answer, cutAt, drip, FaultyServer, gzipped, type Play, reply, stallAt } from './faultyServer';

// Many chats of one window, with faults between them as they come.
const turns = Number(process.env['FAULT_TURNS'] ?? 400);
const seed = Number(process.env['FAULT_SEED'] ?? 1);

const says = (status: number): Play => reply(httpError({ status, type: 'SomeException', message: 'No.' }));
const good: Play = answer(() => ({}));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What a window holds on to, once nothing is under way. */
async function held(signal: AbortSignal) {
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const resources = process.getActiveResourcesInfo();
  const count = (pattern: RegExp) => resources.filter((one) => pattern.test(one)).length;
  const { heapUsed, external } = process.memoryUsage();
  return {
    timers: count(/^(Timeout|Immediate)$/),
    sockets: count(/^TCPSocketWrap$/),
    listeners: getEventListeners(signal, 'abort').length + process.listenerCount('unhandledRejection'),
    megabytes: (heapUsed + external) / 1e6,
  };
}

describe('A window that chats for weeks', () => {
  it(`is as it was after ${turns} turns with faults of every kind`, async function () {
    this.timeout(600_000);
    const roll = dice(seed);
    const simulator = await Simulator.start();
    const faulty = await FaultyServer.start();
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.message);
    process.on('warning', warned);
    try {
      const account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
      const { client } = connect({ endpoints: { runtime: faulty.url }, fetch }, account, {
        timeouts: { firstTokenMs: 50, idleMs: 50, totalMs: 5_000 },
        resending: () => ({ times: 1, delayMs: 0 }),
        recordings: new Recordings({ now: Date.now }),
      });
      const steps = [
        reasoning(['Let me ', 'see.']),
        text(...Array.from({ length: 50 }, (_, index) => `piece ${index} `)),
        toolCall('write', { path: 'a.txt', content: 'x'.repeat(2000) }, { pieces: 10 }),
        closing(),
      ].flat();
      faulty.recorded = {
        status: 200,
        headers: { 'content-type': 'application/vnd.amazon.eventstream' },
        body: Buffer.from(streamOf(steps)),
      };
      const model = modelOf(account, 'claude-opus-4.8');
      // One of the window's own, which lives as long as the window.
      const { signal } = new AbortController();
      const outcomes = new Map<string, number>();
      const plays = (): Play =>
        [
          ...[good, good, good, drip, gzipped, cutAt(undefined), cutAt(roll(100) / 100), stallAt(undefined)],
          ...[stallAt(roll(100) / 100), says(400), says(403), says(429), says(500), says(503)],
        ][roll(14)] ?? good;
      const chat = async () => {
        faulty.play = plays();
        const isStopped = roll(10) === 0;
        const stop = new AbortController();
        const parts = [];
        try {
          const reading = AbortSignal.any([signal, stop.signal]);
          for await (const part of client.chat(chatOf('Hi'), model, {
            accountId: account.id,
            signal: reading,
          })) {
            parts.push(part);
            if (isStopped) stop.abort();
          }
          return textOf(parts).endsWith('piece 49 ') ? 'answered' : 'cut';
        } catch (error) {
          if (error instanceof KiroError) return error.code;
          if (stop.signal.aborted) return 'stopped';
          throw error;
        }
      };
      const talk = async (count: number) => {
        for (let turn = 0; turn < count; turn++) {
          const outcome = await chat();
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        }
        faulty.play = good;
        assert.equal(
          await chat().then((outcome) => (outcome === 'stopped' ? 'answered' : outcome)),
          'answered',
        );
      };
      await talk(200);
      const before = await held(signal);
      await talk(turns);
      const after = await held(signal);
      console.log(`      ${[...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`);
      console.log(`      before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
      assert.deepEqual(warnings, []);
      assert.ok(after.timers <= before.timers + 2, `${after.timers} timers`);
      assert.ok(after.sockets <= before.sockets + 2, `${after.sockets} sockets`);
      assert.equal(after.listeners, before.listeners);
      assert.ok(after.megabytes <= before.megabytes + 5, `${after.megabytes - before.megabytes} MB more`);
    } finally {
      process.off('warning', warned);
      await faulty.stop();
      await simulator.stop();
    }
  });
});
