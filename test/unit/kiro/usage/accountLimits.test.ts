import assert from 'node:assert/strict';
import { KiroError } from '../../../../src/base/errors';
import { Limits } from '../../../../src/kiro/account/usage/accountLimits';
import { leftOf } from '../../../../src/kiro/account/usage/credits';
import type { Subscription } from '../../../../src/kiro/account/usage/usageLimits';

const ann = { id: 'ann' };
const { signal } = new AbortController();
const plan = (used: number): Subscription => ({
  plan: 'KIRO PRO',
  credits: { allowances: [{ kind: 'plan', used, limit: 100 }] },
});

describe('The limits of an account', () => {
  let now: number;
  let asked: number;
  let answer: () => Promise<Subscription>;
  let store: Map<string, unknown>;
  beforeEach(() => {
    now = Date.UTC(2026, 10, 21);
    asked = 0;
    answer = async () => plan(10);
    store = new Map();
  });

  const window = () =>
    new Limits({
      store: {
        get: (key) => structuredClone(store.get(key)),
        update: async (key, value) => void store.set(key, structuredClone(value)),
      },
      read: async () => {
        asked++;
        return await answer();
      },
      now: () => now,
      reportFailure: () => undefined,
    });
  const left = (limits: Limits) => {
    const { credits } = limits.figures(ann).subscription ?? {};
    return credits && leftOf(credits);
  };

  it('move the moment a reply is metered, without asking, and are corrected by the next reading', async () => {
    const limits = window();
    await limits.refresh(ann, signal);
    now += 1000;
    let changes = 0;
    limits.onDidChange(() => changes++);
    limits.add(ann.id, 1.5);
    limits.add(ann.id, 0.25);
    limits.add('bob', 50);
    assert.deepEqual([left(limits), changes, asked], [88.25, 3, 1]);
    now += 1000;
    answer = async () => plan(12);
    await limits.refresh(ann, signal);
    assert.deepEqual([left(limits), asked], [88, 2]);
  });

  it('keep what was metered while the service was being asked: its answer may not know of it', async () => {
    const limits = window();
    answer = async () => {
      now += 1000;
      limits.add(ann.id, 5);
      now += 1000;
      return plan(10);
    };
    await limits.refresh(ann, signal);
    assert.equal(left(limits), 85);
  });

  it('say how fresh they are, and why they are not where a reading failed', async () => {
    const limits = window();
    assert.deepEqual(limits.figures(ann), { subscription: undefined, readAt: undefined, failure: undefined });
    await limits.refresh(ann, signal);
    const readAt = now;
    now += 60_000;
    const failure = new KiroError('network');
    let changes = 0;
    limits.onDidChange(() => changes++);
    answer = () => Promise.reject(failure);
    await assert.rejects(limits.refresh(ann, signal), failure);
    assert.deepEqual(
      [limits.figures(ann).readAt, limits.figures(ann).failure, left(limits)],
      [readAt, failure, 90],
    );
    assert.equal(changes, 1);
    answer = async () => plan(10);
    await limits.refresh(ann, signal);
    assert.deepEqual([limits.figures(ann).readAt, limits.figures(ann).failure], [now, undefined]);
  });

  it('are read by one window for all', async () => {
    const [one, other] = [window(), window()];
    await one.refresh(ann, signal);
    assert.equal(left(other), 90);
    other.get(ann);
    assert.equal(asked, 1);
  });

  it('of before a restart are there at once, and those that are old are read behind the caller’s back', async () => {
    await window().refresh(ann, signal);
    now += 60 * 60_000;
    const limits = window();
    assert.equal(limits.get(ann)?.plan, 'KIRO PRO');
    assert.equal(asked, 2);
  });

  it('have nothing of an account that is gone', async () => {
    const limits = window();
    await limits.refresh(ann, signal);
    await limits.keepOnly([]);
    assert.equal(limits.figures(ann).subscription, undefined);
  });
});
