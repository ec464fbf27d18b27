import assert from 'node:assert/strict';
import { readExpiry, spellExpiry } from '../../../src/import/expiry';

const second = Date.UTC(2026, 10, 21, 1, 2, 3);

describe('An expiry', () => {
  for (let digits = 0; digits <= 9; digits++) {
    it(`is read with ${digits} fractional digits`, () => {
      const fraction = digits ? `.${'123456789'.slice(0, digits)}` : '';
      const milliseconds = Number('123456789'.slice(0, Math.min(digits, 3)).padEnd(3, '0'));
      assert.equal(readExpiry(`2026-11-21T01:02:03${fraction}Z`), second + (digits ? milliseconds : 0));
    });
  }

  it('is read with an offset instead of Z', () => {
    assert.equal(readExpiry('2026-11-21T03:02:03.5+02:00'), second + 500);
  });

  it('is read from epoch seconds', () => assert.equal(readExpiry(second / 1000), second));
  it('is read from epoch milliseconds', () => assert.equal(readExpiry(second), second));
  it('is read from an epoch written as text', () => assert.equal(readExpiry(String(second / 1000)), second));
  it('is read from fractional epoch seconds', () =>
    assert.equal(readExpiry(second / 1000 + 0.25), second + 250));

  for (const text of [
    '2026/11/21 01:02:03',
    '2026-11-21 01:02:03',
    '2026-11-21 01:02:03 UTC',
    '2026-11-21 01:02:03 +0000',
    '2026-11-21T02:02:03+01',
    '2026-11-21T02:02:03 +01:00',
    '  2026-11-21T01:02:03Z\n',
    'Sat, 21 Nov 2026 01:02:03 GMT',
    ` ${second} `,
  ]) {
    it(`is read from ${JSON.stringify(text)}`, () => assert.equal(readExpiry(text), second));
  }

  it('is read without seconds', () => assert.equal(readExpiry('2026/1/2 3:04'), Date.UTC(2026, 0, 2, 3, 4)));

  for (const value of [1e306, Number.POSITIVE_INFINITY, '9'.repeat(40), '2026-11/21 01:02:03', '99:99']) {
    it(`is unknown for ${value}, which is no moment`, () => assert.equal(readExpiry(value), undefined));
  }

  for (const value of [null, undefined, '', 'soon', '2026-13-41T00:00:00Z', '2026-11-21', -5, Number.NaN]) {
    it(`is unknown for ${JSON.stringify(value)} (${typeof value})`, () =>
      assert.equal(readExpiry(value), undefined));
  }
});

const moment = Date.UTC(2026, 10, 21, 12, 0, 0, 123);

describe('A moment is spelled like', () => {
  for (const [sample, spelled] of [
    ['2026-01-02T03:04:05.123456789Z', '2026-11-21T12:00:00.123000000Z'],
    ['2026-01-02T03:04:05.123Z', '2026-11-21T12:00:00.123Z'],
    ['2026-01-02T03:04:05Z', '2026-11-21T12:00:00Z'],
    ['2026-01-02T03:04:05.123456+00:00', '2026-11-21T12:00:00.123000+00:00'],
    ['2026-01-02T03:04:05+02:00', '2026-11-21T14:00:00+02:00'],
    ['2026-01-02T03:04:05-07:30', '2026-11-21T04:30:00-07:30'],
    ['2026-01-02 03:04:05z', '2026-11-21 12:00:00z'],
    ['2026/01/02 03:04:05', '2026/11/21 12:00:00'],
    ['2026-01-02 03:04 +0200', '2026-11-21 14:00 +0200'],
    ['Fri, 02 Jan 2026 03:04:05 GMT', 'Sat, 21 Nov 2026 12:00:00 GMT'],
    [1_760_000_000, Math.floor(moment / 1000)],
    [1_760_000_000.5, moment / 1000],
    [1_760_000_000_000, moment],
    ['1760000000', String(Math.floor(moment / 1000))],
  ] as const) {
    it(`${sample}`, () => assert.equal(spellExpiry(sample, moment), spelled));
  }

  it('nothing where the sample is no moment', () => assert.equal(spellExpiry('soon', moment), undefined));
});
