import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Budget, type BudgetLimits } from '../../../src/usage/budget';
import { Calendar } from '../../../src/usage/calendar';

const { signal } = new AbortController();
const day = 86_400_000;

describe('A budget of one’s own', () => {
  let now: number;
  let limits: BudgetLimits;
  let spent: { today: number | undefined; thisMonth: number | undefined };
  let meant: string | undefined;
  let said: string[];
  let answer: 'go-on' | 'stop' | undefined;
  let looks: number;
  let store: Map<string, unknown>;
  beforeEach(() => {
    now = Date.UTC(2026, 10, 29, 12);
    limits = { day: 10 };
    spent = { today: 0, thisMonth: 0 };
    meant = undefined;
    said = [];
    answer = undefined;
    looks = 0;
    store = new Map();
  });

  const window = () =>
    new Budget({
      spending: {
        look: async () => void looks++,
        today: () => spent.today,
        thisMonth: () => spent.thisMonth,
      },
      calendar: new Calendar('UTC'),
      limits: () => limits,
      accountId: async () => meant,
      warn: (period, of) => void said.push(`warned: ${of} of the ${period}`),
      ask: async (period) => {
        said.push(`asked: ${period}`);
        return answer;
      },
      store: { get: (key) => store.get(key), update: async (key, value) => void store.set(key, value) },
      now: () => now,
    });
  const starts = (budget = window(), account = 'ann') =>
    budget.admit(account, signal).then(
      () => 'starts',
      ({ code, reason }: { code: string; reason: string }) => `${code} ${reason}`,
    );

  it('that nobody set asks nothing, and looks nothing up', async () => {
    limits = {};
    spent = { today: 1e6, thisMonth: 1e6 };
    assert.equal(await starts(), 'starts');
    await window().turnEnded();
    assert.deepEqual([said, looks], [[], 0]);
  });

  it('warns at 80 % once a day, whichever window spends', async () => {
    for (const [today, expected] of [
      [7.9, []],
      [8, ['warned: 8 of the day']],
      [9, ['warned: 8 of the day']],
    ] as const) {
      spent.today = today;
      await window().turnEnded();
      assert.deepEqual(said, expected);
    }
    now += day;
    await window().turnEnded();
    assert.equal(said.length, 2);
    assert.equal(await starts(), 'starts');
  });

  it('asks at 100 %, and “stop” stops until tomorrow without asking again', async () => {
    spent.today = 10;
    answer = 'stop';
    assert.equal(await starts(), 'quota OWN_BUDGET');
    assert.equal(await starts(), 'quota OWN_BUDGET');
    assert.deepEqual(said, ['asked: day']);
    now += day;
    spent.today = 0;
    assert.equal(await starts(), 'starts');
  });

  it('asks once at 100 %, and “go on” goes on for the day', async () => {
    spent.today = 10;
    answer = 'go-on';
    assert.deepEqual([await starts(), await starts()], ['starts', 'starts']);
    assert.deepEqual(said, ['asked: day']);
    now += day;
    assert.equal(await starts(), 'starts');
    assert.deepEqual(said, ['asked: day', 'asked: day']);
  });

  it('asks once for requests that come together, and again where nobody answered', async () => {
    spent.today = 10;
    const budget = window();
    assert.deepEqual(await Promise.all([starts(budget), starts(budget)]), [
      'quota OWN_BUDGET',
      'quota OWN_BUDGET',
    ]);
    assert.deepEqual(said, ['asked: day']);
    await starts(budget);
    assert.equal(said.length, 2);
  });

  it('may be for a month, and asks once a day from then on', async () => {
    limits = { day: 1000, month: 100 };
    spent.thisMonth = 100;
    answer = 'go-on';
    assert.equal(await starts(), 'starts');
    assert.equal(await starts(), 'starts');
    assert.deepEqual(said, ['asked: month']);
  });

  it('may be for one account, and leaves the others alone', async () => {
    meant = 'ann';
    spent.today = 10;
    assert.equal(await starts(window(), 'bob'), 'starts');
    assert.equal(await starts(window(), 'ann'), 'quota OWN_BUDGET');
  });

  it('stops nobody where it is not known what was spent', async () => {
    spent = { today: undefined, thisMonth: undefined };
    assert.equal(await starts(), 'starts');
  });

  it('of nothing asks at the first request', async () => {
    limits = { day: 0 };
    await window().turnEnded();
    assert.deepEqual(said, []);
    assert.equal(await starts(), 'quota OWN_BUDGET');
  });

  it('keeps no chat waiting for a history that does not come', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const never = new Promise<void>(() => undefined);
      const started = new Budget({
        ...{ spending: { look: () => never, today: () => undefined, thisMonth: () => undefined } },
        ...{ calendar: new Calendar('UTC'), limits: () => limits, accountId: async () => undefined },
        ...{ warn: () => undefined, ask: async () => 'stop', now: () => now },
        store: { get: () => undefined, update: async () => undefined },
      }).admit('ann', signal);
      await new Promise(setImmediate);
      mock.timers.tick(1000);
      await started;
    } finally {
      mock.timers.reset();
    }
  });

  it('keeps no chat waiting that is stopped while the question stands', async () => {
    spent.today = 10;
    const stopped = new AbortController();
    const budget = new Budget({
      ...{ spending: { look: async () => undefined, today: () => 10, thisMonth: () => 10 } },
      ...{ calendar: new Calendar('UTC'), limits: () => limits, accountId: async () => undefined },
      ...{ warn: () => undefined, store, now: () => now },
      store: { get: () => undefined, update: async () => undefined },
      ask: () => new Promise(() => stopped.abort(new Error('stopped'))),
    });
    await assert.rejects(budget.admit('ann', stopped.signal), /stopped/);
  });
});
