import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import { AccountStore, accountKey } from '../../../src/accounts/storage/accountStore';
import { MachineTurns } from '../../../src/accounts/tokens/machineTurns';
import { withRefreshed } from '../../../src/accounts/tokens/tokenChanges';
import { healthIs } from '../../fixtures/accountChanges';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { own } from '../../fixtures/window';

const hour = 3_600_000;
const day = 24 * hour;
const signal = new AbortController().signal;
const renewed = { tokens: { access: 'a2', refresh: 'r2', expiresAt: 1 } };

describe('The turn of a machine to refresh an account', () => {
  let now: number;
  let secrets: MemorySecrets;
  let accounts: AccountStore;
  let account: Account;
  /** What happens on another machine during the next wait. */
  let meanwhile: () => Promise<unknown>;

  beforeEach(async () => {
    now = day;
    secrets = new MemorySecrets();
    accounts = new AccountStore(secrets, () => now);
    const login = {
      grant: { kind: 'social', provider: 'Google' },
      tokens: { access: 'a1', refresh: 'r1', expiresAt: 0 },
    } as const;
    ({ account } = await accounts.add({ login, origin: own }));
    meanwhile = async () => undefined;
  });
  afterEach(() => accounts.dispose());

  const turnsOf = (machine: string, where: 'desktop' | 'remote' = 'desktop') =>
    new MachineTurns({
      accounts,
      machine,
      isRemote: where === 'remote',
      now: () => now,
      wait: async (ms) => {
        now += ms;
        await meanwhile();
      },
    });
  const claim = async () => (await accounts.claimed(account.id))?.claim;

  it('is at once where nobody else is at it, and is said in the account', async () => {
    assert.equal(await turnsOf('here').turnOf(account, signal), undefined);
    assert.equal(now, day);
    assert.match((await claim()) ?? '', /^here /);
  });

  it('comes to a remote window when it would have heard of another', async () => {
    assert.equal(await turnsOf('there', 'remote').turnOf(account, signal), undefined);
    assert.ok(now > day);
    assert.match((await claim()) ?? '', /^there /);
  });

  it('is the desktop’s where both begin at the same moment, and the other one takes what it brings', async () => {
    meanwhile = async () => {
      meanwhile = () => accounts.update(account.id, withRefreshed(account.tokens, renewed));
      await accounts.claim(account.id, 'here, which has not heard', 8 * (now + hour));
    };
    const stored = await turnsOf('there', 'remote').turnOf(account, signal);
    assert.deepEqual(stored?.tokens, renewed.tokens);
    assert.equal(await claim(), undefined);
  });

  it('is not waited for without end, and comes a day after a machine is gone', async () => {
    await turnsOf('there', 'remote').turnOf(account, signal);
    const here = turnsOf('here');
    await assert.rejects(here.turnOf(account, signal), { code: 'timeout', reason: 'refresh-lock' });
    now += day;
    assert.equal(await here.turnOf(account, signal), undefined);
  });

  it('comes again to another window of a machine that has claimed it', async () => {
    await turnsOf('here').turnOf(account, signal);
    assert.equal(await turnsOf('here').turnOf(account, signal), undefined);
  });

  it('is not taken back by the end of an earlier one, which another window of the machine hears of later', async () => {
    const { revision } = JSON.parse(secrets.values.get(`${accountKey}${account.id}`) ?? '');
    await turnsOf('here').turnOf(account, signal);
    const earlier = secrets.values.get(`${accountKey}${account.id}`) ?? '';
    now++;
    await turnsOf('here').turnOf(account, signal);
    const released = JSON.parse(earlier) as { revision: number; claim?: string };
    assert.ok(released.revision > revision);
    await secrets.store(
      `${accountKey}${account.id}`,
      JSON.stringify({ ...released, claim: undefined, revision: released.revision + 1 }),
    );
    assert.equal(await claim(), `here ${now}`);
  });

  it('is over where a refresh came to nothing, and nobody else’s is ended by that', async () => {
    const here = turnsOf('here');
    await here.turnOf(account, signal);
    await turnsOf('there').release(account);
    assert.match((await claim()) ?? '', /^here /);
    await here.release(account);
    assert.equal(await claim(), undefined);
  });

  it('never comes for a token that was refused on another machine', async () => {
    const refused = healthIs('signed-out', { seenOn: account.tokens, isRefused: true });
    await accounts.update(account.id, refused);
    await assert.rejects(turnsOf('here').turnOf(account, signal), { code: 'signed-out', reason: 'spent' });
  });

  it('never comes for an account that is gone', async () => {
    await accounts.remove(account.id);
    await assert.rejects(turnsOf('here').turnOf(account, signal), { reason: 'account-gone' });
  });
});
