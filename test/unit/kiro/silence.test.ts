import assert from 'node:assert/strict';
import type { Model } from '../../../src/kiro/models';
import { firstTokenMs } from '../../../src/kiro/silence';

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
