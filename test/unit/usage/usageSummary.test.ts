import assert from 'node:assert/strict';
import { Calendar } from '../../../src/usage/calendar';
import type { Turn } from '../../../src/usage/turn';
import { csvOf, jsonOf } from '../../../src/usage/usageExport';
import {
  backgroundShare,
  cacheShare,
  creditsByDay,
  creditsPerThousand,
  paceOf,
  totalsBy,
  totalsOf,
} from '../../../src/usage/usageSummary';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 26, 12);
function turn(more: Partial<Turn> = {}): Turn {
  return { at: now, accountId: 'account-1', model: 'claude-sonnet-5', kind: 'chat', ...more };
}

describe('what turns add up to', () => {
  it('has no figure that no turn has', () => {
    const none = { credits: undefined, input: undefined, output: undefined, cached: undefined };
    assert.deepEqual(totalsOf([]), { turns: 0, ...none });
    assert.deepEqual(totalsOf([turn()]), { turns: 1, ...none });
    const some = totalsOf([turn({ credits: 0.5, input: 10 }), turn({ credits: 0.25, output: 0 }), turn()]);
    assert.deepEqual(some, { turns: 3, credits: 0.75, input: 10, output: 0, cached: undefined });
  });

  it('is told by model, the dearest first', () => {
    const turns = [turn({ credits: 1 }), turn({ model: 'claude-opus-5', credits: 5 }), turn({ credits: 2 })];
    const rows = totalsBy(turns, ({ model }) => model);
    assert.deepEqual(
      rows.map(({ key, totals }) => [key, totals.turns, totals.credits]),
      [
        ['claude-opus-5', 1, 5],
        ['claude-sonnet-5', 2, 3],
      ],
    );
  });

  it('has a price for a thousand tokens from the turns that tell both', () => {
    const both = turn({ credits: 3, input: 1000, output: 500, cached: 500 });
    assert.equal(creditsPerThousand([both, turn({ credits: 9 }), turn({ input: 9, output: 9 })]), 1.5);
    assert.equal(creditsPerThousand([turn({ credits: 9 })]), undefined);
  });

  it('has a share of the cache from the turns in which the service told', () => {
    assert.equal(cacheShare([turn({ input: 100, cached: 300 }), turn({ input: 5000 })]), 0.75);
    assert.equal(cacheShare([turn({ input: 100, cached: 0 })]), 0);
    assert.equal(cacheShare([turn({ input: 100 })]), undefined);
  });

  it('has a share that nobody asked for in person', () => {
    const turns = [
      turn({ credits: 6 }),
      turn({ credits: 1, kind: 'background' }),
      turn({ credits: 1, kind: 'subagent' }),
    ];
    assert.equal(backgroundShare(turns), 0.25);
    assert.equal(backgroundShare([turn()]), undefined);
  });
});

describe('a pace of credits', () => {
  const week = Array.from({ length: 8 }, (_, index) =>
    turn({ at: now - (7 - index) * day + 1, credits: 10 }),
  );
  const rows: [
    string,
    Turn[],
    { left: number | undefined; resetsAt?: number },
    [number, number | undefined] | undefined,
  ][] = [
    [
      'is that of the last seven days',
      week.map((one) => ({ ...one, at: one.at - 1 })),
      { left: 70 },
      [70 / 6, 6],
    ],
    [
      'ends in a day where a day’s worth is left',
      [turn({ at: now - 2 * day, credits: 8 })],
      { left: 4 },
      [4, 1],
    ],
    ['is of one day at the least', [turn({ at: now - 1000, credits: 8 })], { left: 16 }, [8, 2]],
    ['ends at once where nothing is left', [turn({ credits: 8 })], { left: -3 }, [8, 0]],
    [
      'has no end after the credits come back',
      [turn({ credits: 1 })],
      { left: 50, resetsAt: now + 9 * day },
      [1, undefined],
    ],
    [
      'has no end where nobody knows what is left',
      [turn({ credits: 1 })],
      { left: undefined },
      [1, undefined],
    ],
    [
      'is none where nothing was spent lately',
      [turn({ at: now - 8 * day, credits: 9 }), turn()],
      { left: 5 },
      undefined,
    ],
  ];
  for (const [title, turns, { left, resetsAt }, expected] of rows) {
    it(title, () => {
      const pace = paceOf(turns, { now, left, resetsAt });
      const end = pace?.runsOutAt;
      const found = pace && [pace.creditsPerDay, end === undefined ? undefined : (end - now) / day];
      assert.deepEqual(found, expected);
    });
  }
});

describe('credits by day', () => {
  const byDay = (turns: Turn[], timeZone: string, count: number, until = now) => {
    const calendar = new Calendar(timeZone);
    const rows = creditsByDay(turns, calendar.daysUntil(until, count), { calendar, nameOf: String });
    return rows.map(({ day: name, credits }) => [name, credits]);
  };

  it('fall on the day of the person’s own midnight', () => {
    const turns = [
      turn({ at: Date.UTC(2026, 10, 25, 23, 59), credits: 1 }),
      turn({ at: Date.UTC(2026, 10, 26, 0, 1), credits: 2 }),
      turn({ at: Date.UTC(2026, 10, 26, 8, 1), credits: 4 }),
    ];
    assert.deepEqual(byDay(turns, 'UTC', 2), [
      ['2026-11-25', 1],
      ['2026-11-26', 6],
    ]);
    assert.deepEqual(byDay(turns, 'America/Los_Angeles', 2), [
      ['2026-11-25', 3],
      ['2026-11-26', 4],
    ]);
    assert.deepEqual(byDay(turns, 'Asia/Kathmandu', 2), [
      ['2026-11-25', 0],
      ['2026-11-26', 7],
    ]);
  });

  it('have each day once where a clock is put forward, put back, and where a month ends', () => {
    const days = (until: number, zone: string) => byDay([], zone, 3, until).map(([name]) => name);
    assert.deepEqual(days(Date.UTC(2026, 2, 30, 12), 'Europe/Berlin'), [
      '2026-03-28',
      '2026-03-29',
      '2026-03-30',
    ]);
    assert.deepEqual(days(Date.UTC(2026, 9, 26, 0, 30), 'Europe/Berlin'), [
      '2026-10-24',
      '2026-10-25',
      '2026-10-26',
    ]);
    assert.deepEqual(days(Date.UTC(2028, 2, 1, 3), 'UTC'), ['2028-02-28', '2028-02-29', '2028-03-01']);
    assert.deepEqual(days(Date.UTC(2027, 0, 1, 3), 'America/New_York'), [
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
    ]);
  });

  it('fall on the days that the platform names, just before and just after every midnight of a year', () => {
    const zones = ['UTC', 'Europe/London', 'Atlantic/Azores', 'America/St_Johns', 'Australia/Lord_Howe'];
    for (const timeZone of [...zones, 'Asia/Kathmandu', 'Pacific/Chatham', 'Africa/Cairo']) {
      const calendar = new Calendar(timeZone);
      const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
      const platform = new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
      let midnights = 0;
      for (let at = now; at < now + 365 * day; at += day / 96) {
        const [before, after] = [calendar.dayOf(at - 1), calendar.dayOf(at)];
        if (before === after) continue;
        midnights++;
        assert.deepEqual([before, after], [platform.format(at - 1), platform.format(at)], timeZone);
      }
      assert.equal(midnights, 365, timeZone);
    }
  });

  it('are told by model, and leave out what is on none of the days', () => {
    const calendar = new Calendar('UTC');
    const turns = [
      turn({ credits: 1 }),
      turn({ credits: 2 }),
      turn({ model: 'auto', credits: 4 }),
      turn({ at: 0, credits: 9 }),
    ];
    const [row] = creditsByDay(turns, calendar.daysUntil(now, 1), { calendar, nameOf: String });
    assert.deepEqual(
      [row?.credits, [...(row?.byModel ?? [])]],
      [
        7,
        [
          ['claude-sonnet-5', 3],
          ['auto', 4],
        ],
      ],
    );
  });
});

describe('an export of turns', () => {
  const turns = [turn({ credits: 0.5, input: 10 }), turn({ model: '=1+1,"x"', effort: '-high' })];

  it('is CSV with a line of names, empty where nothing is known, and calculates nothing', () => {
    const at = '2026-11-26T12:00:00.000Z';
    assert.equal(
      csvOf(turns),
      [
        'at,accountId,model,effort,kind,chat,input,output,cached,credits,firstPartMs,durationMs',
        `${at},account-1,claude-sonnet-5,,chat,,10,,,0.5,,`,
        `${at},account-1,"'=1+1,""x""",'-high,chat,,,,,,,`,
        '',
      ].join('\r\n'),
    );
  });

  it('is JSON with the same times', () => {
    const read = JSON.parse(jsonOf(turns)) as { at: string; credits?: number }[];
    assert.deepEqual(
      read.map(({ at, credits }) => [Date.parse(at), credits]),
      [
        [now, 0.5],
        [now, undefined],
      ],
    );
  });
});
