import assert from 'node:assert/strict';
import { type ErrorCode, KiroError } from '../../../../src/base/errors';
import type { Figures } from '../../../../src/kiro/account/usage/accountLimits';
import { LimitsRefresh } from '../../../../src/kiro/account/usage/limitsRefresh';

const second = 1000;

describe('The limits are read', () => {
  let now: number;
  let read: { at: number; id: string }[];
  let waits: { until: number; resolve: () => void }[];
  let figures: Figures;
  let isLookedAt: boolean;
  let failures: KiroError[];
  let reported: unknown[];
  let refresh: LimitsRefresh;
  beforeEach(() => {
    now = 0;
    read = [];
    waits = [];
    figures = {};
    isLookedAt = true;
    failures = [];
    reported = [];
    refresh = new LimitsRefresh({
      limits: {
        figures: () => figures,
        refresh: async ({ id }) => {
          read.push({ at: now, id });
          const failure = failures.shift();
          if (failure) throw failure;
        },
      },
      owner: async (id = 'active') => (id === 'gone' ? undefined : { id }),
      isLookedAt: () => isLookedAt,
      retries: () => 2,
      now: () => now,
      wait: (ms, signal) =>
        new Promise((resolve, reject) => {
          waits.push({ until: now + ms, resolve });
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
      reportFailure: (error) => void reported.push(error),
    });
  });

  /** Lets the time pass, and what waits for it go on. */
  const pass = async (ms: number) => {
    now += ms;
    for (const { until, resolve } of waits) if (until <= now) resolve();
    await new Promise(setImmediate);
  };

  it('after a turn, once it is quiet', async () => {
    const ended = refresh.turnEnded('ann');
    await pass(second);
    assert.deepEqual(read, []);
    await pass(9 * second);
    await ended;
    assert.deepEqual(read, [{ at: 10 * second, id: 'ann' }]);
  });

  it('once after several turns, of each account', async () => {
    for (const id of ['ann', 'ann', 'bob']) {
      void refresh.turnEnded(id);
      await pass(4 * second);
    }
    await pass(20 * second);
    assert.deepEqual(
      read.map(({ id }) => id),
      ['ann', 'bob'],
    );
  });

  it('at least once a minute while turn follows turn', async () => {
    for (let turn = 0; turn < 15; turn++) {
      void refresh.turnEnded('ann');
      await pass(5 * second);
    }
    assert.deepEqual(
      read.map(({ at }) => at),
      [60 * second],
    );
  });

  const times = () => read.map(({ at }) => at / second);

  it('again after a failure that may pass, each time after a longer while, and no more than the setting says', async () => {
    failures = ['network', 'server', 'timeout'].map((code) => new KiroError(code as ErrorCode));
    const ended = refresh.turnEnded('ann');
    for (let at = 0; at < 60; at++) await pass(second);
    await ended;
    assert.deepEqual(times(), [10, 15, 25]);
    assert.deepEqual(
      reported.map((error) => (error as KiroError).code),
      ['timeout'],
    );
  });

  it('no sooner than the service asks', async () => {
    failures = [new KiroError('rate-limited', { retryAfterMs: 20 * second })];
    void refresh.turnEnded('ann');
    for (let at = 0; at < 60; at++) await pass(second);
    assert.deepEqual([times(), reported], [[10, 30], []]);
  });

  it('not again where a failure will not pass', async () => {
    failures = [new KiroError('forbidden')];
    void refresh.turnEnded('ann');
    for (let at = 0; at < 60; at++) await pass(second);
    assert.deepEqual([times(), reported.length], [[10], 1]);
  });

  it('once where another turn ends while a failed reading waits', async () => {
    failures = [new KiroError('network')];
    void refresh.turnEnded('ann');
    for (let at = 0; at < 12; at++) await pass(second);
    void refresh.turnEnded('ann');
    for (let at = 0; at < 60; at++) await pass(second);
    assert.deepEqual([times(), reported], [[10, 22], []]);
  });

  it('when somebody looks, unless they were a moment ago', async () => {
    await refresh.look();
    figures = { readAt: now };
    now += 30 * second;
    await refresh.look();
    assert.equal(read.length, 1);
    now += 31 * second;
    await refresh.look();
    figures = { readAt: now, failure: new Error('none') };
    await refresh.look();
    assert.equal(read.length, 3);
  });

  it('not while nobody looks, nor of an account that is gone, nor once the window closes', async () => {
    isLookedAt = false;
    await refresh.look();
    void refresh.turnEnded('gone');
    await pass(20 * second);
    void refresh.turnEnded('ann');
    refresh.dispose();
    await pass(20 * second);
    isLookedAt = true;
    await refresh.look();
    assert.deepEqual(read, []);
  });
});
