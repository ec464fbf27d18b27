import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { orAborted, SingleFlight, sleep, sleepAwake, timeLimit } from '../../../src/base/async';
import { KiroError } from '../../../src/base/errors';

describe('a single flight', () => {
  it('runs once for all who come while it runs, and anew afterwards', async () => {
    const flights = new SingleFlight<number>();
    let runs = 0;
    const run = () => flights.run('a', async () => ++runs);
    assert.deepEqual(await Promise.all([run(), run(), run()]), [1, 1, 1]);
    assert.equal(await run(), 2);
  });

  it('is over when it fails', async () => {
    const flights = new SingleFlight<number>();
    await assert.rejects(
      flights.run('a', () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await flights.run('a', async () => 1), 1);
  });
});

describe('waiting', () => {
  it('ends with the reason of an abort, and leaves no listener behind', async () => {
    const controller = new AbortController();
    const waiting = sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await assert.rejects(sleep(60_000, controller.signal), /enough/);
  });

  it('for longer than a timer can hold does not end before a shorter wait', async () => {
    const controller = new AbortController();
    const days = sleep(30 * 86_400_000, controller.signal);
    const first = await Promise.race([days.then(() => 'days'), sleep(20).then(() => 'moment')]);
    assert.equal(first, 'moment');
    controller.abort(new Error('enough'));
    await assert.rejects(days, /enough/);
  });

  it('for an answer hears one that came while this thread was busy for longer than that', async () => {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => port2.once('message', resolve));
    const heard = Promise.race([answer, sleepAwake(100)]);
    port1.postMessage('answer');
    const until = performance.now() + 200;
    while (performance.now() < until);
    port1.close();
    assert.equal(await heard, 'answer');
    assert.equal(await Promise.race([new Promise(() => undefined), sleepAwake(1)]), undefined);
  });

  it('that is aborted leaves no rejection that nobody handles', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      const failing = Promise.withResolvers<string>();
      const waiting = orAborted(failing.promise, AbortSignal.abort(new Error('enough')));
      await assert.rejects(waiting, /enough/);
      failing.reject(new Error('too late'));
      await sleep(1);
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', note);
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });

  it('for somebody else’s work stops at an abort, while the work goes on', async () => {
    const controller = new AbortController();
    const work = Promise.withResolvers<string>();
    const waiting = orAborted(work.promise, controller.signal);
    controller.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    work.resolve('done');
    assert.equal(await work.promise, 'done');
  });
});

describe('a time limit', () => {
  it('ends what waits on it with a failure that can be told to a person', async () => {
    await assert.rejects(
      sleep(20_000, timeLimit(1)),
      (error) => error instanceof KiroError && error.code === 'timeout' && error.reason === 'no-answer',
    );
  });
});
