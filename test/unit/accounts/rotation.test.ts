import assert from 'node:assert/strict';
import { Rotation } from '../../../src/accounts/selection/rotation';
import type { Strategy } from '../../../src/accounts/selection/selection';
import { AccountStore } from '../../../src/accounts/storage/accountStore';
import { KiroError } from '../../../src/base/errors';
import { healthIs } from '../../fixtures/accountChanges';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { own } from '../../fixtures/window';

const quota = new KiroError('quota', { reason: 'MONTHLY_REQUEST_COUNT' });

describe('The account of a request', () => {
  let now: number;
  let store: AccountStore;
  let strategy: Strategy;
  let failover: 'on' | 'off';
  /** The part of its credits that an account has used. */
  let used: Record<string, number>;
  /** Who has no such model in the plan. */
  let without: string[];
  /** Whose models or credits were looked at, which may mean asking the service. */
  let looked: string[];
  let rotation: Rotation;
  beforeEach(async () => {
    now = 0;
    let ids = 0;
    store = new AccountStore(
      new MemorySecrets(),
      () => now,
      () => 'abc'.charAt(ids++),
    );
    for (const userId of ['ann', 'bob', 'cid']) {
      const tokens = { access: userId, refresh: userId, expiresAt: 1 };
      await store.add({
        login: { grant: { kind: 'social', provider: 'Google' }, tokens, userId },
        origin: own,
      });
    }
    strategy = 'sticky';
    failover = 'off';
    used = {};
    without = [];
    looked = [];
    rotation = new Rotation({
      accounts: store,
      strategy: () => strategy,
      failover: () => failover,
      offers: ({ id }) => {
        looked.push(id);
        return !without.includes(id);
      },
      used: ({ id }) => {
        looked.push(id);
        return used[id];
      },
      now: () => now,
    });
  });

  const asked = (conversationId?: string, accountId = 'a') => ({ modelId: 'm', accountId, conversationId });
  const first = async (...about: Parameters<typeof asked>) =>
    (await rotation.first(asked(...about))).account.id;
  const outOfCredits = (id: string, until?: number) =>
    store.update(id, healthIs('out-of-credits', { until }));

  it('is the one the person chose, well or not', async () => {
    await outOfCredits('a');
    assert.deepEqual([await first('1'), await first('2')], ['a', 'a']);
  });

  it('is the active one where the one that was picked is gone meanwhile, as when two became one', async () => {
    await store.describe('a', { userId: 'bob' });
    assert.equal(await first('1'), 'b');
    strategy = 'round-robin';
    assert.deepEqual([await first('2'), await first('2')], ['b', 'b']);
  });

  it('is found without asking about any other one while it is always the person’s choice', async () => {
    await first('1');
    assert.deepEqual(looked, []);
  });

  it('is found without asking about accounts that cannot be chosen', async () => {
    strategy = 'lowest-usage';
    used = { c: 0.1 };
    await outOfCredits('a');
    await store.update('b', healthIs('suspended'));
    assert.equal(await first('1', 'a'), 'c');
    assert.deepEqual(looked, ['c', 'c']);
  });

  it('is told to be none where all are gone', async () => {
    for (const id of ['a', 'b', 'c']) await store.remove(id);
    await assert.rejects(first('1'), (error) => error instanceof KiroError && error.reason === 'no-account');
  });

  describe('with round-robin', () => {
    beforeEach(() => {
      strategy = 'round-robin';
    });

    it('changes from conversation to conversation, and never within one', async () => {
      const order = ['1', '1', '2', '3', '2', '4', '1'];
      const chosen: string[] = [];
      for (const conversation of order) chosen.push(await first(conversation));
      assert.equal(chosen.join(''), 'aabcbaa');
    });

    it('changes with each request that belongs to no conversation', async () => {
      assert.deepEqual([await first(), await first(), await first(), await first()], ['a', 'b', 'c', 'a']);
    });

    it('is one that has the model', async () => {
      without = ['b'];
      assert.deepEqual([await first('1'), await first('2'), await first('3')], ['a', 'c', 'a']);
    });

    it('is another one once the conversation’s own has no credits, until they come back', async () => {
      await first('1');
      await outOfCredits('a', 1000);
      assert.equal(await first('1'), 'b');
      now = 1000;
      assert.deepEqual([await first('2'), await first('3')], ['c', 'a']);
    });

    it('stays a suspended one in its conversation, and is never that one in a new conversation', async () => {
      await first('1');
      await store.update('a', healthIs('suspended'));
      assert.equal(await first('1'), 'a');
      assert.deepEqual([await first('2'), await first('3'), await first('4')], ['b', 'c', 'b']);
    });

    it('is chosen anew once the person makes another one active', async () => {
      assert.equal(await first('1', 'a'), 'a');
      assert.equal(await first('1', 'c'), 'b');
    });
  });

  it('with lowest-usage is the one with the most left when the conversation begins', async () => {
    strategy = 'lowest-usage';
    used = { a: 0.5, b: 0.2, c: 0.3 };
    assert.equal(await first('1'), 'b');
    used = { a: 0.5, b: 0.6, c: 0.3 };
    assert.deepEqual([await first('1'), await first('2')], ['b', 'c']);
  });

  describe('after a failure', () => {
    const next = async (error: unknown, ...tried: string[]) =>
      (await rotation.next(asked('1'), tried, error))?.account.id;

    it('is no other one unless the person wants that', async () => {
      assert.equal(await next(quota, 'a'), undefined);
      strategy = 'round-robin';
      assert.equal(await next(quota, 'a'), undefined);
    });

    describe('with failover', () => {
      beforeEach(() => {
        failover = 'on';
      });

      it('is the next one that is well, has the model, and was not tried', async () => {
        without = ['b'];
        assert.deepEqual([await next(quota, 'a'), await next(quota, 'a', 'c')], ['c', undefined]);
      });

      it('is no other one where the account is suspended, or anything else is wrong', async () => {
        for (const code of ['suspended', 'rate-limited', 'capacity', 'network'] as const) {
          assert.equal(await next(new KiroError(code), 'a'), undefined);
        }
      });

      it('tells which one it stands in for', async () => {
        assert.equal((await rotation.next(asked('1'), ['a'], quota))?.insteadOf?.id, 'a');
      });

      it('goes on being that one for the rest of the conversation, without another word', async () => {
        await next(quota, 'a');
        await outOfCredits('a');
        const { account, insteadOf } = await rotation.first(asked('1'));
        assert.deepEqual([account.id, insteadOf], ['b', undefined]);
      });

      it('is known at once in the next conversation, which says so again', async () => {
        await outOfCredits('a');
        const { account, insteadOf } = await rotation.first(asked('2'));
        assert.deepEqual([account.id, insteadOf?.id], ['b', 'a']);
      });

      it('is the person’s choice again once its credits are back', async () => {
        await outOfCredits('a', 1000);
        assert.equal(await first('1'), 'b');
        now = 1000;
        assert.equal(await first('2'), 'a');
      });

      it('never goes round a suspension that is known', async () => {
        await store.update('a', healthIs('suspended'));
        assert.equal(await first('1'), 'a');
      });

      it('stays the person’s choice where no other one is well', async () => {
        for (const id of ['a', 'b', 'c']) await outOfCredits(id);
        assert.equal(await first('1'), 'a');
      });
    });
  });
});
