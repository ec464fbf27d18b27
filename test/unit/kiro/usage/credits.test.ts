import assert from 'node:assert/strict';
import * as v from 'valibot';
import {
  type Credits,
  creditsAt,
  creditsReturn,
  leftOf,
  overageLeft,
  totalOf,
  usedPart,
  withMetered,
} from '../../../../src/kiro/account/usage/credits';
import { readUsageLimits, UsageLimits } from '../../../../src/kiro/account/usage/usageLimits';

const now = Date.UTC(2026, 10, 21);
const seconds = (at: number) => at / 1000;
const later = Date.UTC(2026, 11, 24);

const read = (answer: unknown) => readUsageLimits(v.parse(UsageLimits, answer)).subscription;
const credit = { resourceType: 'CREDIT', currentUsage: 3, usageLimit: 50 };
const trial = { freeTrialStatus: 'ACTIVE', currentUsage: 10, usageLimit: 500 };
const bonus = { status: 'ACTIVE', displayName: 'Welcome', currentUsage: 1, usageLimit: 100 };
const ended = seconds(now - 1);
const over = {
  currentUsage: 80,
  currentOverages: 30,
  overageRate: 0.04,
  overageCharges: 1.2,
  overageCap: 100,
};
const answerOf = (breakdown: object, rest: object = {}) => ({
  usageBreakdownList: [{ ...credit, ...breakdown }],
  ...rest,
});
const overage = (overageStatus: string) => ({ overageConfiguration: { overageStatus } });

/** What a response comes to: used, limit, left, what may still be bought. */
const table: Record<string, [answer: object, used?: number, limit?: number, left?: number, more?: number]> = {
  'the plan alone': [answerOf({}), 3, 50, 47],
  'a plan that is told exactly': [answerOf({ currentUsageWithPrecision: 3.25 }), 3.25, 50, 46.75],
  'a plan of which nothing is used': [answerOf({ currentUsage: 0 }), 0, 50, 50],
  'a plan that is used up': [answerOf({ currentUsage: 50 }), 50, 50, 0],
  'a trial': [answerOf({ freeTrialInfo: trial }), 13, 550, 537],
  'a trial that the service calls expired': [
    answerOf({ freeTrialInfo: { ...trial, freeTrialStatus: 'EXPIRED' } }),
    3,
    50,
    47,
  ],
  'a trial whose end has passed': [
    answerOf({ freeTrialInfo: { ...trial, freeTrialExpiry: ended } }),
    3,
    50,
    47,
  ],
  'a bonus': [answerOf({ bonuses: [bonus] }), 4, 150, 146],
  'bonuses that are exhausted or expired': [
    answerOf({
      bonuses: [
        { ...bonus, status: 'EXHAUSTED' },
        { ...bonus, status: 'EXPIRED' },
      ],
    }),
    3,
    50,
    47,
  ],
  'a bonus whose end has passed': [answerOf({ bonuses: [{ ...bonus, expiresAt: ended }] }), 3, 50, 47],
  'everything at once': [answerOf({ freeTrialInfo: trial, bonuses: [bonus, bonus] }), 15, 750, 735],
  'add-on credits': [answerOf({ addOnCredits: [{ currentUsage: 5, usageLimit: 20 }] }), 8, 70, 62],
  'overage that is on: the plan’s own use is the rest': [answerOf(over, overage('ENABLED')), 50, 50, 0, 70],
  'overage at its cap': [
    answerOf({ ...over, currentOverages: 100, currentUsage: 150 }, overage('ENABLED')),
    50,
    50,
    0,
    0,
  ],
  'overage without a cap': [
    answerOf({ ...over, overageCap: undefined }, overage('ENABLED')),
    50,
    50,
    0,
    Number.POSITIVE_INFINITY,
  ],
  'overage that is off': [answerOf({ currentOverages: 0 }, overage('DISABLED')), 3, 50, 47, 0],
  'overage on a plan that cannot have it': [
    answerOf({}, { ...overage('ENABLED'), subscriptionInfo: { overageCapability: 'OVERAGE_INCAPABLE' } }),
    3,
    50,
    47,
    0,
  ],
  'overage that an organization hides': [answerOf({ currentUsage: 80 }), 80, 50, 0],
  'more overage than use, which cannot be': [
    answerOf({ currentOverages: 9, overageCap: 10 }, overage('ENABLED')),
    3,
    50,
    47,
    1,
  ],
  'the older form, without a list': [{ usageBreakdown: credit }, 3, 50, 47],
  'one breakdown of no type': [{ usageBreakdownList: [{ currentUsage: 9, usageLimit: 10 }] }, 9, 10, 1],
  'another resource beside': [
    { usageBreakdownList: [{ resourceType: 'SPEC', currentUsage: 9, usageLimit: 10 }, credit] },
    3,
    50,
    47,
  ],
  'the same breakdown twice': [{ usageBreakdownList: [credit, credit] }, 3, 50, 47],
  'a breakdown that is none beside': [{ usageBreakdownList: ['none', credit] }, 3, 50, 47],
  'a bonus that is none beside': [answerOf({ bonuses: ['none', bonus] }), 4, 150, 146],
  // From here on nobody can say.
  'two breakdowns of credits that do not agree': [
    { usageBreakdownList: [credit, { ...credit, usageLimit: 60 }] },
  ],
  'another resource only': [{ usageBreakdownList: [{ ...credit, resourceType: 'SPEC' }] }],
  'no use': [answerOf({ currentUsage: undefined })],
  'a negative use': [answerOf({ currentUsage: -1 })],
  'a use that is a text': [answerOf({ currentUsage: 'many' })],
  'an absurd use': [answerOf({ currentUsage: 1e30 })],
  'no limit': [answerOf({ usageLimit: undefined })],
  'a limit of nothing': [answerOf({ usageLimit: 0 })],
  'a bonus of which the use is not told': [answerOf({ bonuses: [{ status: 'ACTIVE', usageLimit: 100 }] })],
  'a plan that was reset since it was read': [answerOf({ nextDateReset: ended })],
  'no breakdown': [{ usageBreakdownList: [] }],
  'a list that is none': [{ usageBreakdownList: 'none' }],
  'nothing at all': [{}],
};

describe('The credits of an account', () => {
  for (const [what, [answer, used, limit, left, more]] of Object.entries(table)) {
    it(`with ${what}: ${left === undefined ? 'not known' : `${left} left`}`, () => {
      const told = read(answer).credits;
      const credits: Credits = told ? creditsAt(told, now) : { allowances: [] };
      assert.deepEqual(
        [totalOf(credits), leftOf(credits), overageLeft(credits)],
        [used === undefined || limit === undefined ? undefined : { used, limit }, left, more],
      );
    });
  }

  it('are told apart by where they come from and when they end', () => {
    const { credits } = read(
      answerOf({
        freeTrialInfo: { ...trial, freeTrialExpiry: seconds(later) },
        bonuses: [{ ...bonus, expiresAt: seconds(later) }],
      }),
    );
    assert.deepEqual(credits?.allowances, [
      { kind: 'plan', used: 3, limit: 50 },
      { kind: 'trial', used: 10, limit: 500, endsAt: later },
      { kind: 'bonus', name: 'Welcome', used: 1, limit: 100, endsAt: later },
    ]);
  });

  it('come with the price of more, and what it has cost', () => {
    assert.deepEqual(read(answerOf({ ...over, currency: 'USD' }, overage('ENABLED'))).credits?.overage, {
      ...{ status: 'on', used: 30, cap: 100, rate: 0.04, charges: 1.2, currency: 'USD' },
    });
  });

  it('stand beside what else the plan counts', () => {
    const spec = {
      resourceType: 'SPEC',
      displayNamePlural: 'Spec requests',
      currentUsage: 9,
      usageLimit: 10,
    };
    const { others } = read({ usageBreakdownList: [credit, spec] });
    assert.deepEqual(
      others?.map((one) => [one.name, leftOf(one)]),
      [['Spec requests', 1]],
    );
  });

  it('are not known where the list is no list, and the plan still is', () => {
    const subscription = read({
      usageBreakdownList: 'none',
      subscriptionInfo: { subscriptionTitle: 'KIRO PRO' },
    });
    assert.deepEqual([subscription.plan, subscription.credits], ['KIRO PRO', undefined]);
    for (const odd of [undefined, null, 7, {}, { subscriptionTitle: '' }]) {
      assert.equal(read({ subscriptionInfo: odd }).plan, undefined);
    }
  });

  it('come back when the service says so, in whichever form', () => {
    const at = Date.UTC(2026, 11, 1);
    for (const nextDateReset of [at / 1000, String(at / 1000), at, '2026-12-01T00:00:00Z']) {
      const { credits } = read({ nextDateReset, usageBreakdownList: [credit] });
      assert.equal(creditsReturn(credits && creditsAt(credits, now), now), at);
    }
  });

  it('come back on the first of the next month where that is not told, is past, or cannot be', () => {
    const december = Date.UTC(2026, 11, 1);
    for (const nextDateReset of [
      undefined,
      null,
      'soon',
      -1,
      0,
      seconds(now - 1),
      seconds(Date.UTC(2090)),
      1e300,
    ]) {
      const { credits } = read({ nextDateReset, usageBreakdownList: [credit] });
      assert.equal(creditsReturn(credits && creditsAt(credits, now), now), december, String(nextDateReset));
    }
    assert.equal(creditsReturn(undefined, Date.UTC(2026, 11, 31, 23, 59)), Date.UTC(2027, 0, 1));
  });

  it('may be used beyond the plan', () => {
    assert.equal(usedPart(read(answerOf({ currentUsage: 75 })).credits), 1.5);
    assert.equal(usedPart(read(answerOf(over, overage('ENABLED'))).credits), 1.6);
    assert.equal(usedPart(undefined), undefined);
  });
});

describe('The credits once a reply was metered', () => {
  const after = (answer: object, metered: number) =>
    withMetered(creditsAt(read(answer).credits ?? { allowances: [] }, now), metered);
  const used = ({ allowances }: Credits) => allowances.map((one) => one.used);

  it('are those of the plan', () => {
    assert.deepEqual(used(after(answerOf({}), 0.5)), [3.5]);
  });

  it('are first those that end soonest', () => {
    const soon = { ...bonus, expiresAt: seconds(now + 1) };
    const answer = answerOf({ bonuses: [{ ...bonus, expiresAt: seconds(later) }, soon] });
    assert.deepEqual(used(after(answer, 10)), [3, 1, 11]);
    assert.deepEqual(used(after(answer, 110)), [3, 12, 100]);
    assert.deepEqual(used(after(answer, 200)), [5, 100, 100]);
  });

  it('are charged for where overage is on, and nothing is left', () => {
    const credits = after(
      answerOf(
        { currentUsage: 49, overageRate: 0.04, overageCharges: 1, currentOverages: 0 },
        overage('ENABLED'),
      ),
      26,
    );
    assert.deepEqual([used(credits), credits.overage?.used, credits.overage?.charges], [[50], 25, 2]);
  });

  it('go beyond the plan where nobody charges for it', () => {
    const credits = after(answerOf({ currentUsage: 49 }, overage('DISABLED')), 26);
    assert.deepEqual([used(credits), leftOf(credits)], [[75], 0]);
  });

  it('stay unknown where they were', () => {
    const credits = after(answerOf({ currentUsage: undefined }), 1);
    assert.deepEqual([used(credits), leftOf(credits)], [[undefined], undefined]);
  });
});
