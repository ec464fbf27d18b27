import assert from 'node:assert/strict';
import type { Account, Origin } from '../../../src/accounts/account';
import { AccountStore } from '../../../src/accounts/storage/accountStore';
import { withRefreshed } from '../../../src/accounts/tokens/tokenChanges';
import type { Login } from '../../../src/auth/credentials';
import { healthIs, named } from '../../fixtures/accountChanges';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { own, storedIn } from '../../fixtures/window';

const linked: Origin = { kind: 'kiro-cli', database: '/data.sqlite3', key: 'kirocli:odic:token' };
let store: AccountStore;
let account: Account;

function login(number: number, facts: Partial<Login> = {}): Login {
  return {
    grant: { kind: 'oidc', region: 'us-east-1', clientId: `client-${number}`, clientSecret: 's' },
    tokens: { access: `access-${number}`, refresh: `refresh-${number}`, expiresAt: number },
    userId: 'ana',
    ...facts,
  };
}

const place = async () => (await store.list()).findIndex(({ id }) => id === account.id);

describe('Another login for an account', () => {
  beforeEach(async () => {
    store = new AccountStore(new MemorySecrets(), () => 1000);
    await store.add({ login: login(8, { userId: 'first' }), origin: own });
    const profileArn = 'arn:aws:codewhisperer:us-east-1:1:profile/X';
    ({ account } = await store.add({ login: login(1, { profileArn }), origin: linked }));
    await store.add({ login: login(9, { userId: 'last' }), origin: own });
    await store.update(account.id, named('Work'));
    await store.update(account.id, withRefreshed(account.tokens, { tokens: login(2).tokens }));
  });

  it('leaves its id, its label and its place, and brings its own client and tokens', async () => {
    const { outcome } = await store.replaceLogin(account.id, { login: login(3), origin: own });
    const { label, grant, tokens, profileArn } = await storedIn(store, account.id);
    assert.deepEqual(
      [outcome, await place(), label, profileArn],
      ['replaced', 1, 'Work', account.profileArn],
    );
    assert.deepEqual([grant, tokens], [login(3).grant, login(3).tokens]);
  });

  it('makes a linked account an own one, which owes its source nothing', async () => {
    assert.equal((await storedIn(store, account.id)).sourceHolds, 'refresh-1');
    await store.replaceLogin(account.id, { login: login(3), origin: own });
    const { origin, sourceHolds } = await storedIn(store, account.id);
    assert.deepEqual([origin, sourceHolds], [own, undefined]);
  });

  it('makes a dead account well', async () => {
    await store.update(
      account.id,
      healthIs('registration-expired', { seenOn: login(2).tokens, reason: 'invalid_client' }),
    );
    await store.replaceLogin(account.id, { login: login(3), origin: own });
    const { health, condition } = await storedIn(store, account.id);
    assert.deepEqual([health, condition], ['active', undefined]);
  });

  it('is refused where it is another person’s', async () => {
    const arrival = { login: login(3, { userId: 'bob' }), origin: own };
    assert.deepEqual(await store.replaceLogin(account.id, arrival), { outcome: 'different-person' });
    assert.deepEqual((await storedIn(store, account.id)).tokens, login(2).tokens);
  });

  it('is refused where it was made another way', async () => {
    const arrival = { login: login(3, { grant: { kind: 'social', provider: 'Google' } }), origin: own };
    assert.deepEqual(await store.replaceLogin(account.id, arrival), { outcome: 'different-person' });
  });

  it('is refused where nobody could tell whose it is', async () => {
    const arrival = { login: login(3, { userId: undefined }), origin: own };
    assert.deepEqual(await store.replaceLogin(account.id, arrival), { outcome: 'unknown-person' });
    assert.deepEqual((await storedIn(store, account.id)).tokens, login(2).tokens);
  });

  it('is taken at the person’s word where nobody has asked yet whose the account is, and no fact of the old one stays', async () => {
    const facts = { userId: undefined, email: 'old@example.com', profileArn: 'arn:old' };
    const unknown = (await store.add({ login: login(5, facts), origin: linked })).account;
    await store.replaceLogin(unknown.id, { login: login(6, { userId: 'bob' }), origin: own });
    const { userId, email, profileArn, label } = await storedIn(store, unknown.id);
    assert.deepEqual([userId, email, profileArn, label], ['bob', undefined, undefined, 'AWS Builder ID 2']);
  });

  it('comes too late for an account that is gone', async () => {
    await store.remove(account.id);
    const arrival = { login: login(3), origin: own };
    assert.deepEqual(await store.replaceLogin(account.id, arrival), { outcome: 'gone' });
    assert.equal((await store.list()).length, 2);
  });

  it('is not overwritten by a refresh of the one before', async () => {
    await store.replaceLogin(account.id, { login: login(3), origin: own });
    await store.update(account.id, withRefreshed(login(2).tokens, { tokens: login(4).tokens }));
    assert.deepEqual((await storedIn(store, account.id)).tokens, login(3).tokens);
  });
});
