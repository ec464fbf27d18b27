import assert from 'node:assert/strict';
import { Recent } from '../../../src/base/recent';

describe('A map of what was used last', () => {
  it('forgets what was set longest ago', () => {
    const recent = new Recent<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    recent.set('a', 3);
    recent.set('c', 4);
    assert.deepEqual([recent.get('a'), recent.get('b'), recent.get('c')], [3, undefined, 4]);
  });

  it('forgets what is deleted', () => {
    const recent = new Recent<number>(2);
    recent.set('a', 1);
    recent.delete('a');
    assert.equal(recent.get('a'), undefined);
  });
});
