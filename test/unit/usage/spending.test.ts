import assert from 'node:assert/strict';
import { Calendar } from '../../../src/usage/calendar';
import { Spending } from '../../../src/usage/spending';
import type { Turn } from '../../../src/usage/turn';

const hour = 3_600_000;

describe('What was spent lately', () => {
  let now: number;
  let kept: Turn[];
  let reads: number;
  let spending: Spending;
  beforeEach(() => {
    now = Date.parse('2026-12-01T02:00Z');
    kept = [];
    reads = 0;
    const read = async (since = 0) => {
      reads++;
      return { turns: kept.filter(({ at }) => at >= since), unreadable: 0 };
    };
    // Midnight was two hours ago in Greenwich, and one hour ago in Lisbon's neighbor to the west.
    spending = new Spending({ history: { read }, calendar: new Calendar('Atlantic/Azores'), now: () => now });
  });

  const turn = (hoursAgo: number, credits: number | undefined, more: Partial<Turn> = {}): Turn => ({
    ...{
      at: now - hoursAgo * hour,
      accountId: 'ann',
      model: 'm',
      kind: 'chat',
      durationMs: hoursAgo,
      chat: 'c1',
    },
    ...(credits === undefined ? {} : { credits }),
    ...more,
  });

  it('is not known before somebody asks, and nothing is read by then', () => {
    assert.deepEqual(
      [spending.today(), spending.thisMonth(), spending.ofChat(), reads],
      [undefined, undefined, undefined, 0],
    );
  });

  it('is that of the day and the month where the person is, of all windows', async () => {
    kept = [turn(0.5, 1), turn(0.9, 2, { accountId: 'bob' }), turn(1.5, 4), turn(30 * 24, 8)];
    await spending.look();
    assert.deepEqual([spending.today(), spending.today('ann'), spending.thisMonth()], [3, 1, 3]);
    now += 24 * hour;
    assert.deepEqual([spending.today(), spending.thisMonth()], [0, 3]);
  });

  it('has this window’s turns at once, and others’ when it looks again', async () => {
    await spending.look();
    let changes = 0;
    spending.onDidChange(() => changes++);
    const own = turn(0, 1);
    kept.push(own);
    spending.add(own);
    kept.push(turn(0, 5, { accountId: 'bob', chat: 'c2' }));
    assert.deepEqual([spending.today(), changes], [1, 1]);
    await spending.look();
    assert.deepEqual([spending.today(), reads], [1, 1]);
    now += hour;
    await spending.look();
    assert.deepEqual([spending.today(), reads], [6, 2]);
    assert.equal(spending.ofChat(), 1);
  });

  it('keeps a turn that ends while the history is being read, once', async () => {
    const own = turn(0, 1);
    const looked = spending.look();
    spending.add(own);
    kept.push(own);
    await looked;
    assert.equal(spending.today(), 1);
  });

  it('has this window’s turns even where they are not kept', async () => {
    spending.add(turn(0, 1));
    await spending.look();
    now += hour / 2;
    await spending.look();
    assert.deepEqual([spending.today(), reads], [1, 2]);
  });

  it('of a conversation is that of the last chat, its subagents included, and not of a title', () => {
    spending.add(turn(0, 1, { chat: 'old' }));
    spending.add(turn(0, 1));
    spending.add(turn(0, 2, { kind: 'subagent' }));
    spending.add(turn(0, 4, { kind: 'background', chat: 'title' }));
    assert.equal(spending.ofChat(), 3);
  });

  it('is nothing where nothing was used, and not known where nothing was metered', async () => {
    await spending.look();
    assert.equal(spending.today(), 0);
    spending.add(turn(0, undefined));
    assert.equal(spending.today(), undefined);
  });

  it('has a pace', async () => {
    kept = [turn(23.99, 10), turn(1, 5, { accountId: 'bob' })];
    await spending.look();
    const pace = spending.pace('ann', { left: 20, resetsAt: undefined });
    assert.deepEqual(pace, { creditsPerDay: 10, runsOutAt: now + 48 * hour });
  });
});
