import assert from 'node:assert/strict';
import type { Credits } from '../../../src/kiro/account/usage/credits';
import {
  allowanceTable,
  freshnessSentence,
  leftName,
  levelOf,
  overageSentence,
  paceSentence,
  resetSentence,
  spentSentence,
} from '../../../src/vscode/messages/usageWords';

const day = 86_400_000;
// Noon, so that the day is the same wherever the tests run.
const now = new Date(2026, 10, 21, 12).getTime();
const plan = (used: number | undefined, limit: number | undefined = 1000): Credits => ({
  name: 'Credits',
  allowances: [{ kind: 'plan', used, limit }],
});

describe('What is left of an account, in words', () => {
  for (const [used, level, left] of [
    [0, 'quiet', '1,000 left'],
    [800, 'quiet', '200 left'],
    [800.5, 'low', '199.5 left'],
    [950, 'low', '50 left'],
    [950.5, 'critical', '49.5 left'],
    [999.93, 'critical', '0.07 left'],
    [1000, 'critical', '0 left'],
    [1200, 'critical', '0 left'],
    [undefined, 'unknown', '— left'],
  ] as const) {
    it(`is ${level}, and “${left}”, where ${used} of 1000 are used`, () => {
      assert.deepEqual([levelOf(plan(used)), leftName(plan(used))], [level, left]);
    });
  }

  it('is what is charged where that is more than nothing', () => {
    assert.equal(leftName({ ...plan(1000), overage: { status: 'on', used: 25 } }), '25 over');
    assert.equal(leftName({ ...plan(900), overage: { status: 'on', used: 0 } }), '100 left');
  });

  it('is a bar for each allowance, which shows what is used and what is left', () => {
    const rows = allowanceTable([
      {
        name: 'Credits',
        allowances: [
          { kind: 'plan', used: 500, limit: 1000 },
          { kind: 'trial', used: 0.5, limit: 500, endsAt: now + 9 * day },
          { kind: 'bonus', name: 'A|B', used: 99.9, limit: 100 },
          { kind: 'add-on', used: 100, limit: 100 },
          { kind: 'bonus', used: undefined, limit: 100 },
        ],
      },
    ]).split('\n');
    const cell = (index: number) => rows.map((row) => row.split('|')[index]?.trim()).slice(2);
    assert.deepEqual(cell(1), ['Credits', 'Trial', 'A&#124;B', 'Add&#45;on', 'Bonus']);
    assert.deepEqual(
      cell(2).map((bar) => (bar ?? '').replaceAll('░', '').length),
      [10, 1, 19, 20, 0],
    );
    assert.deepEqual(cell(3), ['500 of 1,000', '0.5 of 500', '99.9 of 100', '100 of 100', '— of 100']);
    assert.deepEqual(cell(4), ['', 'ends November 30', '', '', '']);
  });

  it('comes back on a day that is not far', () => {
    assert.equal(
      resetSentence({ ...plan(1), resetsAt: now + 9.5 * day }, now),
      'Resets December 1, in 10 days',
    );
    assert.equal(
      resetSentence({ ...plan(1), resetsAt: now + day / 2 }, now),
      'Resets November 22, in one day',
    );
    assert.equal(resetSentence(plan(1), now), undefined);
  });

  it('is followed by what more costs, where the service says so', () => {
    assert.equal(overageSentence(undefined), undefined);
    assert.equal(overageSentence({ status: 'off' }), 'Overage is off');
    assert.equal(
      overageSentence({ status: 'on', used: 25, cap: 10_000, charges: 1, currency: 'USD' }),
      'Overage: 25 of 10,000 credits, $1.00 so far',
    );
    assert.equal(
      overageSentence({ status: 'on', used: 100, cap: 100, charges: 4, currency: 'not money' }),
      'Overage: 100 of 100 credits, $4.00 so far (limit reached)',
    );
    assert.equal(overageSentence({ status: 'on' }), 'Overage: — credits');
  });

  it('lasts until a day, or until the reset', () => {
    assert.equal(
      paceSentence({ creditsPerDay: 5, runsOutAt: now + 21 * day }, now),
      'At this pace until December 12',
    );
    assert.equal(
      paceSentence({ creditsPerDay: 5, runsOutAt: undefined }, now),
      'At this pace they last until the reset',
    );
    assert.equal(paceSentence({ creditsPerDay: 5, runsOutAt: now }, now), undefined);
    assert.equal(paceSentence(undefined, now), undefined);
  });

  it('stands beside what was spent, as far as that is known', () => {
    assert.equal(spentSentence({ chat: 0.057, today: 12.34 }), 'This chat: 0.06 · Today: 12.34 credits');
    assert.equal(spentSentence({}), 'This chat: — · Today: — credits');
  });

  it('says how fresh it is, and why it is not', () => {
    assert.equal(freshnessSentence({ readAt: now }, undefined, now), 'As of 12:00 PM');
    assert.equal(
      freshnessSentence({ readAt: now - day }, 'No network.', now),
      'Stale, as of November 20, 12:00 PM: No network.',
    );
    assert.equal(freshnessSentence({}, undefined, now), 'Not read yet');
    assert.equal(freshnessSentence({}, 'No network.', now), 'Not known: No network.');
  });
});
