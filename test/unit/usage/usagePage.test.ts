import assert from 'node:assert/strict';
import { Calendar } from '../../../src/usage/calendar';
import { type UsagePage, usageDocument, usageRest } from '../../../src/usage/page/usagePage';
import type { Turn } from '../../../src/usage/turn';
import { yearOfTurns } from '../../fixtures/usageTurns';

const now = Date.UTC(2026, 10, 26, 12);
const turn: Turn = { at: now - 1000, accountId: 'account-1', model: 'auto', kind: 'chat', chat: 'chat-1' };

const usagePage = (more: Partial<UsagePage>): UsagePage => ({
  now,
  turns: [turn],
  unreadable: 0,
  calendar: new Calendar('UTC'),
  labelOf: String,
  nameOf: String,
  ...more,
});

/** The document once all of it is there. */
function documentOf(more: Partial<UsagePage>): string {
  const page = usagePage(more);
  const document = usageDocument(page, 'nonce-of-the-test');
  return Object.entries(usageRest(page)).reduce(
    (text, [id, part]) => text.replace(`id="${id}">`, () => `id="${id}">${part}`),
    document,
  );
}

/** What stands on a card, without markup. */
function card(page: string, title: string): string {
  const [, inside] = new RegExp(`<h2>${title.replace('?', '\\?')}</h2>(.*?)</div>`, 's').exec(page) ?? [];
  return (inside ?? '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('the page of what chats cost', () => {
  it('runs and styles nothing but its own, and loads nothing', () => {
    const page = documentOf({});
    assert.match(
      page,
      /content="default-src &#39;none&#39;; style-src &#39;nonce-nonce-of-the-test&#39;; script-src &#39;nonce-nonce-of-the-test&#39;"/,
    );
    assert.doesNotMatch(page, / (on\w+|style|src|href)=|https?:/);
  });

  it('shows every name as a text', () => {
    const name = `<img src=x onerror="alert('1')">&`;
    const page = documentOf({
      nameOf: () => name,
      labelOf: () => name,
      turns: [{ ...turn, effort: name, credits: 1 }],
    });
    assert.ok(!page.includes('<img'));
    assert.ok(page.includes('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;'));
  });

  it('says that nothing is known where the service told nothing', () => {
    const page = documentOf({});
    assert.equal(card(page, 'Today'), '— credits');
    assert.equal(card(page, 'Latest chat'), '— credits in 1 request');
    assert.equal(card(page, 'Read from cache'), '— of the input, last 30 days');
    assert.equal(card(page, 'Will it last?'), '— —');
    assert.ok(!page.includes('Credits left'));
  });

  it('has spent nothing today where nothing was asked today', () => {
    assert.equal(
      card(documentOf({ turns: [{ ...turn, at: now - 86_400_000, credits: 3 }] }), 'Today'),
      '0 credits',
    );
  });

  it('says whether the credits will last', () => {
    const turns = [{ ...turn, credits: 10 }];
    const lasts = (left: number) =>
      card(
        documentOf({ turns, limits: { accountId: 'account-1', left, resetsAt: Date.UTC(2026, 11, 1, 12) } }),
        'Will it last?',
      );
    assert.equal(lasts(300), 'Yes 300 credits left, until December 1');
    assert.equal(lasts(20), 'Until November 28 at this pace, 20 credits left');
  });

  it('counts only the account’s own turns towards how long its credits last', () => {
    const turns = [
      { ...turn, credits: 10 },
      { ...turn, accountId: 'another', credits: 1000 },
    ];
    const page = documentOf({
      turns,
      limits: { accountId: 'account-1', left: 300, resetsAt: Date.UTC(2026, 11, 1, 12) },
    });
    assert.equal(card(page, 'Will it last?'), 'Yes 300 credits left, until December 1');
    assert.match(page, /<td>310<\/td>/);
    assert.doesNotMatch(page, /<td>1,310<\/td>/);
  });

  it('draws what is left back to where these credits began: neither before a reset, nor above what there is', () => {
    const day = 86_400_000;
    const limits = { accountId: 'account-1', left: 300, limit: 360, resetsAt: Date.UTC(2026, 11, 1) };
    const spent = (...daysAgo: number[]) =>
      daysAgo.map((days) => ({ ...turn, at: now - days * day, credits: 25 }));
    const left = (turns: Turn[], more: Partial<typeof limits> = {}) => {
      const page = documentOf({ turns, limits: { ...limits, ...more } });
      const table = page.split('aria-label="Credits left, by time"')[1]?.split('</table>')[0] ?? '';
      return [...table.matchAll(/<td>(.*?)<\/td>/g)].map(([, figure]) => figure);
    };
    assert.deepEqual(left(spent(20, 10)), ['350', '325', '300']);
    assert.deepEqual(left(spent(27, 20, 10)), ['350', '325', '300']);
    assert.deepEqual(left(spent(20, 10), { resetsAt: now + 16 * day }), ['325', '300']);
  });

  it('says how much of the history could not be read', () => {
    assert.ok(
      documentOf({ unreadable: 1 }).includes('1 entry of the history could not be read and is left out.'),
    );
    assert.ok(
      documentOf({ unreadable: 3, turns: [] }).includes(
        '3 entries of the history could not be read and are left out.',
      ),
    );
  });

  it('names the model that took most of the month', () => {
    const turns = [
      { ...turn, credits: 3, model: 'claude-opus-5' },
      { ...turn, credits: 1 },
    ];
    assert.equal(card(documentOf({ turns }), 'Top model'), 'claude-opus-5 75% of the last 30 days');
  });

  it('has a place for each part that follows, and none where there is nothing yet', () => {
    const [page, none] = [usagePage({}), usagePage({ turns: [] })];
    const [full, empty] = [page, none].map((one) => usageDocument(one, 'nonce'));
    for (const id of Object.keys(usageRest(page))) {
      assert.equal(full?.split(` id="${id}"`).length, 2, id);
      assert.ok(!empty?.includes(` id="${id}"`), id);
    }
  });

  it('gives a model one color, also where another one took more of the year', () => {
    const older = { ...turn, at: now - 200 * 86_400_000, model: 'older', credits: 99 };
    const recent = { ...turn, credits: 1 };
    const first = usageDocument(usagePage({ turns: [recent] }), 'nonce');
    const rest = usageRest(usagePage({ turns: [older, recent] }))['months'] ?? '';
    const bars = `${first}${rest}`.matchAll(/<rect class="(series-\d)"[^>]*><title>[^<]*?(auto|older): /g);
    assert.deepEqual(
      new Set([...bars].map(([, color, model]) => `${model}: ${color}`)),
      new Set(['auto: series-0', 'older: series-1']),
    );
  });

  it('has a bar for each day and each month, and a square for each day of the year', () => {
    const page = documentOf({ turns: yearOfTurns(now, ['account-1'], 2000) });
    assert.equal(page.match(/class="heat-\d"/g)?.length, 366);
    for (const [title, rows] of [
      ['Credits by day and model', 30],
      ['Credits by month and model', 12],
    ] as const) {
      const table = page.split(`aria-label="${title}"`)[1]?.split('</table>')[0] ?? '';
      assert.equal(table.match(/<th scope="row">/g)?.length, rows);
    }
  });

  it('has twelve whole months at the end of each month of a leap year', () => {
    const calendar = new Calendar('UTC');
    for (let month = 1; month <= 12; month++) {
      const end = Date.UTC(2028, month) - 1;
      const first = Date.UTC(2027, month);
      const page = documentOf({ now: end, calendar, turns: [{ ...turn, at: first, credits: 7 }] });
      const table = page.split('aria-label="Credits by month and model"')[1]?.split('</table>')[0] ?? '';
      const [firstRow] = table.split('<th scope="row">').slice(1);
      assert.match(firstRow ?? '', /<td>7<\/td>/, new Date(end).toISOString());
    }
  });
});
