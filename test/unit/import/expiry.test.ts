import assert from 'node:assert/strict';
import { epochMs } from '../../../src/import/expiry';

const second = Date.UTC(2026, 10, 21, 1, 2, 3);

describe('An expiry', () => {
  for (let digits = 0; digits <= 9; digits++) {
    it(`is read with ${digits} fractional digits`, () => {
      const fraction = digits ? `.${'123456789'.slice(0, digits)}` : '';
      const milliseconds = Number('123456789'.slice(0, Math.min(digits, 3)).padEnd(3, '0'));
      assert.equal(epochMs(`2026-11-21T01:02:03${fraction}Z`), second + (digits ? milliseconds : 0));
    });
  }

  it('is read with an offset instead of Z', () => {
    assert.equal(epochMs('2026-11-21T03:02:03.5+02:00'), second + 500);
  });

  it('is read from epoch seconds', () => assert.equal(epochMs(second / 1000), second));
  it('is read from epoch milliseconds', () => assert.equal(epochMs(second), second));
  it('is read from an epoch written as text', () => assert.equal(epochMs(String(second / 1000)), second));
  it('is read from fractional epoch seconds', () =>
    assert.equal(epochMs(second / 1000 + 0.25), second + 250));

  for (const value of [null, undefined, '', 'soon', '2026-13-41T00:00:00Z', '2026-11-21', -5, Number.NaN]) {
    it(`is unknown for ${JSON.stringify(value)} (${typeof value})`, () =>
      assert.equal(epochMs(value), undefined));
  }
});
