import assert from 'node:assert/strict';
import * as v from 'valibot';
import { creditsReturn, readUsageLimits, UsageLimits, usedPart } from '../../../src/kiro/account/usage';

const read = (answer: unknown) => readUsageLimits(v.parse(UsageLimits, answer));
const credits = (...breakdowns: unknown[]) => read({ usageBreakdownList: breakdowns }).subscription.credits;
const credit = { resourceType: 'CREDIT', currentUsage: 3, usageLimit: 50 };

describe('The credits of an account', () => {
  it('are those of the plan, as exact as they are told', () => {
    const exact = { currentUsageWithPrecision: 3.25, usageLimitWithPrecision: 50 };
    assert.deepEqual(credits({ ...credit, ...exact }), { used: 3.25, limit: 50, resetsAt: undefined });
  });

  it('include a trial and bonuses while they last', () => {
    const freeTrialInfo = { freeTrialStatus: 'ACTIVE', currentUsage: 10, usageLimit: 500 };
    const bonuses = [
      { status: 'ACTIVE', currentUsage: 1, usageLimit: 100 },
      { status: 'EXPIRED', currentUsage: 7, usageLimit: 1000 },
    ];
    assert.deepEqual(credits({ ...credit, freeTrialInfo, bonuses }), {
      used: 14,
      limit: 650,
      resetsAt: undefined,
    });
    const over = { ...freeTrialInfo, freeTrialStatus: 'EXPIRED' };
    assert.equal(credits({ ...credit, freeTrialInfo: over })?.limit, 50);
  });

  it('are not those of another resource', () => {
    const spec = { resourceType: 'SPEC', currentUsage: 9, usageLimit: 10 };
    assert.equal(credits(spec, credit)?.used, 3);
    assert.equal(credits(spec), undefined);
    assert.equal(credits({ currentUsage: 9, usageLimit: 10 })?.used, 9);
  });

  for (const [what, odd] of [
    ['a negative number', { currentUsage: -1, usageLimit: 50 }],
    ['a text', { currentUsage: 'many', usageLimit: 50 }],
    ['no limit', { currentUsage: 3 }],
    ['a limit of nothing', { currentUsage: 0, usageLimit: 0 }],
  ] as const) {
    it(`are not known where the service tells ${what}`, () => {
      assert.equal(credits({ resourceType: 'CREDIT', ...odd }), undefined);
    });
  }

  it('are not known where the list is no list, and the plan still is', () => {
    const { subscription } = read({
      usageBreakdownList: 'none',
      subscriptionInfo: { subscriptionTitle: 'KIRO PRO' },
    });
    assert.deepEqual(subscription, { plan: 'KIRO PRO', credits: undefined });
  });

  it('come back when the service says so, in whichever form', () => {
    const at = Date.UTC(2026, 4, 9);
    for (const nextDateReset of [at / 1000, String(at / 1000)]) {
      const { credits } = read({ nextDateReset, usageBreakdownList: [credit] }).subscription;
      assert.equal(creditsReturn(credits, at - 1), at);
    }
  });

  it('come back on the first of the next month where nothing is known, or what is known is past', () => {
    const now = Date.UTC(2026, 11, 9);
    assert.equal(creditsReturn(undefined, now), Date.UTC(2027, 0, 1));
    assert.equal(creditsReturn({ used: 1, limit: 1, resetsAt: now - 1 }, now), Date.UTC(2027, 0, 1));
  });

  it('may be used beyond the plan', () => {
    assert.equal(usedPart({ used: 75, limit: 50 }), 1.5);
    assert.equal(usedPart(undefined), undefined);
  });
});
