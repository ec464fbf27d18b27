import assert from 'node:assert/strict';
import { CutCalls } from '../../../src/kiro/chat/response/cutCalls';

describe('calls cut off one after the other', () => {
  it('are told three times in a row, and then no more', () => {
    const calls = new CutCalls();
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => calls.cut('a')),
      [true, true, true, false, false],
    );
  });

  it('are counted anew after a reply that was whole', () => {
    const calls = new CutCalls();
    for (let time = 0; time < 3; time++) calls.cut('a');
    calls.whole('a');
    assert.equal(calls.cut('a'), true);
  });

  it('are counted for each conversation by itself, and not remembered for ever', () => {
    const calls = new CutCalls();
    for (let time = 0; time < 4; time++) calls.cut('a');
    for (let other = 0; other < 100; other++) assert.equal(calls.cut(`other ${other}`), true);
    assert.equal(calls.cut('a'), true);
  });
});
