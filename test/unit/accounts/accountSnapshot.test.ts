import assert from 'node:assert/strict';
import type { StoredAccounts } from '../../../src/accounts/account';
import { AccountSnapshot } from '../../../src/accounts/storage/accountSnapshot';

const document = (activeId: string): StoredAccounts => ({ activeId, accounts: [] });

describe('the accounts as last read', () => {
  /** What each reading comes to, in their order. */
  let readings: PromiseWithResolvers<StoredAccounts>[];
  let patience: PromiseWithResolvers<void>[];
  let reported: unknown[];
  let snapshot: AccountSnapshot;
  beforeEach(() => {
    readings = [];
    patience = [];
    reported = [];
    snapshot = new AccountSnapshot({
      read: () => {
        const reading = Promise.withResolvers<StoredAccounts>();
        readings.push(reading);
        return reading.promise;
      },
      patience: () => {
        const one = Promise.withResolvers<void>();
        patience.push(one);
        return one.promise;
      },
      reportFailure: (error) => reported.push(error),
    });
  });
  const activeId = async () => (await snapshot.get()).activeId;

  it('are not known to be none where they could not be read', async () => {
    const asked = activeId();
    readings[0]?.reject(new Error('silent'));
    await asked;
    assert.equal(snapshot.isKnown, false);
    const again = activeId();
    readings[1]?.resolve(document('ann'));
    await again;
    assert.equal(snapshot.isKnown, true);
  });

  it('are read once by all who ask first', async () => {
    const asked = [activeId(), activeId()];
    readings[0]?.resolve(document('ann'));
    assert.deepEqual(await Promise.all(asked), ['ann', 'ann']);
    assert.equal(await activeId(), 'ann');
    assert.equal(readings.length, 1);
  });

  it('are waited for while they are read anew, but not for ever', async () => {
    const first = snapshot.refresh();
    readings[0]?.resolve(document('ann'));
    await first;
    const second = snapshot.refresh();
    const [patient, impatient] = [activeId(), activeId()];
    patience[1]?.resolve();
    assert.equal(await impatient, 'ann');
    readings[1]?.resolve(document('bob'));
    assert.equal(await patient, 'bob');
    await second;
    assert.equal(await activeId(), 'bob');
  });

  it('are those of the reading that began last', async () => {
    const both = [snapshot.refresh(), snapshot.refresh()];
    readings[1]?.resolve(document('bob'));
    readings[0]?.resolve(document('ann'));
    await Promise.all(both);
    assert.equal(await activeId(), 'bob');
  });

  it('are none where they cannot be read, and are asked for again', async () => {
    const asked = activeId();
    readings[0]?.reject(new Error('No.'));
    assert.equal(await asked, undefined);
    assert.equal(reported.length, 1);
    const again = activeId();
    readings[1]?.resolve(document('ann'));
    assert.equal(await again, 'ann');
  });
});
