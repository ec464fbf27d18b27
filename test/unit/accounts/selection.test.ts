import assert from 'node:assert/strict';
import { type Candidate, choose, failoverFrom } from '../../../src/accounts/selection/selection';
import { KiroError } from '../../../src/base/errors';

const well = (id: string, used?: number): Candidate => ({ id, health: 'active', used });
const ill = (id: string, health: Candidate['health'] = 'signed-out'): Candidate => ({ id, health });

describe('The strategy sticky', () => {
  it('stays with the person’s choice, well or not', () => {
    assert.equal(choose('sticky', { candidates: [well('a'), ill('b')], activeId: 'b', lastId: 'a' }), 'b');
  });
});

describe('The strategy round-robin', () => {
  const turns = (candidates: Candidate[], count: number) => {
    const chosen: (string | undefined)[] = [];
    for (let turn = 0; turn < count; turn++) {
      chosen.push(choose('round-robin', { candidates, activeId: 'a', lastId: chosen.at(-1) }));
    }
    return chosen.join('');
  };

  it('takes turns', () => assert.equal(turns([well('a'), well('b'), well('c')], 5), 'abcab'));
  it('leaves out who is not well', () => assert.equal(turns([well('a'), ill('b'), well('c')], 4), 'acac'));
  it('stays with the only one that is well', () => assert.equal(turns([ill('b'), well('a')], 3), 'aaa'));
  it('stays with the person’s choice where none is well', () => {
    assert.equal(turns([ill('b'), ill('a')], 2), 'aa');
  });
  it('begins anew where the last one is gone', () => {
    assert.equal(choose('round-robin', { candidates: [well('a'), well('b')], lastId: 'gone' }), 'a');
  });
});

describe('The strategy lowest-usage', () => {
  it('takes the one with the most credits left', () => {
    const candidates = [well('a', 0.5), well('b', 0.1), well('c', 1.2)];
    assert.equal(choose('lowest-usage', { candidates, activeId: 'a' }), 'b');
  });
  it('leaves out who is not well', () => {
    const candidates = [well('a', 0.5), { ...ill('b', 'out-of-credits'), used: 0 }];
    assert.equal(choose('lowest-usage', { candidates, activeId: 'a' }), 'a');
  });
  it('takes the person’s choice among equals', () => {
    assert.equal(choose('lowest-usage', { candidates: [well('a', 0), well('b', 0)], activeId: 'b' }), 'b');
    assert.equal(choose('lowest-usage', { candidates: [well('a'), well('b')], activeId: 'b' }), 'b');
  });
  it('takes last whose usage is not known', () => {
    assert.equal(choose('lowest-usage', { candidates: [well('a'), well('b', 0.99)], activeId: 'a' }), 'b');
  });
});

for (const strategy of ['sticky', 'round-robin', 'lowest-usage'] as const) {
  describe(`Without accounts, ${strategy}`, () => {
    it('chooses none', () => assert.equal(choose(strategy, { candidates: [] }), undefined));
  });
}

describe('A request passes on to another account', () => {
  const candidates = [well('a'), well('b'), ill('c', 'suspended'), well('d')];
  const next = (error: unknown, ...tried: string[]) =>
    failoverFrom(error, { candidates, tried: tried.length > 0 ? tried : ['b'] });
  const quota = new KiroError('quota', { reason: 'MONTHLY_REQUEST_COUNT' });

  for (const code of ['quota', 'signed-out', 'registration-expired', 'token-rejected'] as const) {
    it(`at ${code}: the next one that is well`, () => assert.equal(next(new KiroError(code)), 'd'));
  }
  it('from the end of the list to its beginning', () => assert.equal(next(quota, 'd'), 'a'));
  it('that was not tried', () => assert.equal(next(quota, 'b', 'd'), 'a'));
  it('only while there is one', () => assert.equal(next(quota, 'b', 'd', 'a'), undefined));
  for (const code of [
    'suspended',
    'rate-limited',
    'capacity',
    'server',
    'network',
    'forbidden',
    'too-long',
  ] as const) {
    it(`never at ${code}`, () => assert.equal(next(new KiroError(code)), undefined));
  }
  it('never at the limit of one conversation', () => {
    assert.equal(next(new KiroError('quota', { reason: 'CONVERSATION_LIMIT_EXCEEDED' })), undefined);
  });
  it('never at a bug', () => assert.equal(next(new TypeError('a bug')), undefined));
});
