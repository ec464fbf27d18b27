import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import type { Model } from '../../../src/kiro/account/models';
import { firstTokenMs, RequestTimeouts } from '../../../src/kiro/chat/timeouts';

describe('the time a model has to begin', () => {
  const model = (contextWindow: number, rateMultiplier?: number): Model => ({
    id: 'm',
    name: 'M',
    contextWindow,
    maxOutputTokens: 64_000,
    images: false,
    rateMultiplier,
  });

  it('grows with its window and its price', () => {
    const times = [model(200_000, 0.4), model(200_000, 2.2), model(1_000_000, 1.3), model(1_000_000, 2.2)];
    assert.deepEqual(times.map(firstTokenMs), [90_000, 150_000, 180_000, 240_000]);
  });

  it('is the shorter one where neither is known to be large', () => {
    assert.equal(firstTokenMs(model(200_000)), 90_000);
  });
});

describe('a timeouts', () => {
  for (const [name, limits, heardAt, endsAt, reason] of [
    ['before the first sign ends the request', [90, 300, 3600], [], 90, 'first-token'],
    ['after a sign ends it by another limit', [90, 300, 3600], [80], 380, 'idle'],
    ['is measured from the last sign', [90, 300, 3600], [80, 300, 500], 800, 'idle'],
    [
      'there need not be: the whole may take too long',
      [90, 300, 1000],
      [80, 300, 500, 750, 990],
      1000,
      'total',
    ],
  ] as [string, [number, number, number], number[], number, string][]) {
    it(name, () => {
      const timers = new Timers();
      timers.replacing(() => {
        const timeouts = new RequestTimeouts(...limits);
        for (const moment of heardAt) {
          timers.passTo(moment);
          timeouts.activity();
        }
        timers.passTo(endsAt - 1);
        assert.equal(timeouts.signal.aborted, false);
        timers.passTo(endsAt);
        assert.ok(timeouts.signal.reason instanceof KiroError);
        assert.equal(timeouts.signal.reason.reason, reason);
      });
    });
  }

  it('that is over ends nothing any more, but closes the connection', () => {
    const timers = new Timers();
    timers.replacing(() => {
      const timeouts = new RequestTimeouts(90, 300, 3600);
      timeouts.activity();
      timeouts.end();
      assert.ok(timeouts.signal.aborted);
      assert.equal(timers.running, 0);
    });
  });
});

/** The platform's timers, with a clock that the test moves. */
class Timers {
  #now = 0;
  readonly #due = new Map<object, { at: number; run: () => void }>();

  get running(): number {
    return this.#due.size;
  }

  passTo(moment: number): void {
    for (const [timer, { at, run }] of [...this.#due].sort(([, one], [, other]) => one.at - other.at)) {
      if (at > moment) break;
      this.#due.delete(timer);
      run();
    }
    this.#now = moment;
  }

  replacing(run: () => void): void {
    const { setTimeout, clearTimeout } = globalThis;
    const start = (callback: () => void, ms: number) => {
      const timer = { refresh: () => this.#due.set(timer, { at: this.#now + ms, run: callback }) };
      timer.refresh();
      return timer;
    };
    Object.assign(globalThis, {
      setTimeout: start,
      clearTimeout: (timer: object) => this.#due.delete(timer),
    });
    try {
      run();
    } finally {
      Object.assign(globalThis, { setTimeout, clearTimeout });
    }
  }
}
