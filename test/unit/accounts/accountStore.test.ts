import assert from 'node:assert/strict';
import type { Account, Origin } from '../../../src/accounts/account';
import { AccountStore, accountKey } from '../../../src/accounts/storage/accountStore';
import { withoutPendingWriteBack, withRefreshed } from '../../../src/accounts/tokens/tokenChanges';
import type { Grant, Login } from '../../../src/auth/credentials';
import { KiroError } from '../../../src/base/errors';
import { healthIs, named } from '../../fixtures/accountChanges';
import { MemorySecrets } from '../../fixtures/memorySecrets';

const google: Grant = { kind: 'social', provider: 'Google' };
const builderId: Grant = { kind: 'oidc', region: 'us-east-1', clientId: 'client-1', clientSecret: 'secret' };
const row: Origin = { kind: 'kiro-cli', database: '/data.sqlite3', key: 'kirocli:social:token' };
const oidcRow: Origin = { ...row, key: 'kirocli:odic:token' };
const own: Origin = { kind: 'own' };
const keyOne = `${accountKey}id-1`;

let serial: number;
let secrets: MemorySecrets;
let store: AccountStore;

function aroundEach(): void {
  beforeEach(() => {
    serial = 0;
    secrets = new MemorySecrets();
    store = window();
  });
}

function window(): AccountStore {
  return new AccountStore(
    secrets,
    () => 1000,
    () => `id-${++serial}`,
  );
}

function login(number: number, facts: Partial<Login> = {}): Login {
  return {
    grant: google,
    tokens: { access: `access-${number}`, refresh: `refresh-${number}`, expiresAt: number * 1000 },
    ...facts,
  };
}

const add = async (facts: Login, origin: Origin = own, profileName?: string): Promise<Account> =>
  (await store.add({ login: facts, origin, profileName })).account;

const labels = async () => (await store.list()).map(({ label }) => label);
const ids = async () => (await store.list()).map(({ id }) => id);
const settled = () => new Promise((resolve) => setImmediate(resolve));

const isStorage = (reason: string) => (error: unknown) =>
  error instanceof KiroError && error.code === 'storage' && error.reason === reason;

describe('The account store', () => {
  aroundEach();

  it('is empty at first', async () => {
    assert.deepEqual(await store.read(), { accounts: [], activeId: undefined });
  });

  it('keeps a login with everything that is known about it', async () => {
    const known = login(1, { email: 'ana@example.com', userId: 'u1', profileArn: 'arn' });
    const account = await add(known, row, 'Acme');
    assert.deepEqual(await store.find(account.id), {
      id: 'id-1',
      label: 'ana@example.com',
      profileName: 'Acme',
      origin: row,
      health: 'active',
      addedAt: 1000,
      ...known,
    });
  });

  it('keeps each account in a secret of its own', async () => {
    await add(login(1));
    await add(login(2));
    assert.deepEqual([...secrets.values.keys()], ['kiroModels.account.id-1', 'kiroModels.account.id-2']);
  });

  it('keeps what a later release has added to the document', async () => {
    const account = await add(login(1));
    const document = JSON.parse(secrets.values.get(keyOne) ?? '');
    document.theme = 'dark';
    document.account.colour = 'red';
    document.revision++;
    secrets.values.set(keyOne, JSON.stringify(document));
    await store.update(account.id, named('Work'));
    assert.match(
      secrets.values.get(keyOne) ?? '',
      /"theme":"dark".*"colour":"red"|"colour":"red".*"theme":"dark"/,
    );
  });

  it('makes a random id for every account', async () => {
    store = new AccountStore(secrets, () => 0);
    const { id } = await add(login(1));
    assert.match(id, /^[0-9a-f-]{36}$/);
  });

  it('does the changes of one window one after the other', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((number) => add(login(number))));
    assert.equal((await store.list()).length, 5);
  });

  it('sees in a reading what was under way before it', async () => {
    const adding = add(login(1));
    assert.equal((await store.list()).length, 1);
    await adding;
  });
});

describe('The active account', () => {
  aroundEach();

  it('is none at first', async () => assert.equal(await store.active(), undefined));

  it('is the first one that was added', async () => {
    await add(login(1));
    await add(login(2));
    assert.equal((await store.active())?.id, 'id-1');
  });

  it('is the one that was chosen', async () => {
    await add(login(1));
    const second = await add(login(2));
    await store.setActive(second.id);
    assert.equal((await store.active())?.id, second.id);
  });

  it('cannot be one that is not there', async () => {
    await add(login(1));
    await assert.rejects(store.setActive('other'), { code: 'signed-out', reason: 'account-gone' });
  });

  it('is the next one in the list when it is removed', async () => {
    for (const number of [1, 2, 3]) await add(login(number));
    await store.setActive('id-2');
    await store.remove('id-2');
    assert.equal((await store.active())?.id, 'id-3');
  });

  it('is the first one when the last of the list is removed', async () => {
    for (const number of [1, 2, 3]) await add(login(number));
    await store.setActive('id-3');
    await store.remove('id-3');
    assert.equal((await store.active())?.id, 'id-1');
  });

  it('is none when the only one is removed', async () => {
    await add(login(1));
    await store.remove('id-1');
    assert.deepEqual([await store.active(), await store.list()], [undefined, []]);
  });

  it('stays when another one is removed', async () => {
    for (const number of [1, 2]) await add(login(number));
    await store.remove('id-2');
    assert.equal((await store.active())?.id, 'id-1');
  });

  it('is handed out as it was stored last when it is removed, for its newest tokens to be revoked', async () => {
    const { id, tokens } = await add(login(1));
    const renewed = { access: 'new-a', refresh: 'new-r', expiresAt: 1 };
    await store.update(id, withRefreshed(tokens, { tokens: renewed }));
    assert.deepEqual((await store.remove(id))?.tokens, renewed);
    assert.equal(await store.remove(id), undefined);
  });

  it('is kept where it is no longer what it was to be removed for', async () => {
    const { id, tokens } = await add(login(1));
    await store.update(id, healthIs('signed-out', { seenOn: tokens }));
    const isEnded = ({ health }: Account) => health === 'signed-out';
    await store.replaceLogin(id, { login: login(1), origin: own });
    assert.equal(await store.remove(id, isEnded), undefined);
    assert.deepEqual(await ids(), [id]);
  });

  it('is the next one that is added after there was none', async () => {
    await add(login(1));
    await store.remove('id-1');
    await add(login(2));
    assert.equal((await store.active())?.id, 'id-2');
  });
});

describe('The same login imported again', () => {
  aroundEach();

  const ana = (number: number, facts: Partial<Login> = {}) => login(number, { userId: 'u1', ...facts });

  it('stays one account with its id, place and time', async () => {
    await add(ana(1), row);
    await add(login(2, { grant: builderId }), oidcRow);
    await add(ana(3), row);
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('says that it updated an account', async () => {
    await add(ana(1), row);
    assert.equal((await store.add({ login: ana(2), origin: row })).outcome, 'updated');
  });

  it('gives the account the newer tokens', async () => {
    await add(ana(1), row);
    await add(ana(2), row);
    assert.equal((await store.find('id-1'))?.tokens.access, 'access-2');
  });

  it('does not give a working account older tokens', async () => {
    await add(ana(2), row);
    await add(ana(1), row);
    assert.equal((await store.find('id-1'))?.tokens.access, 'access-2');
  });

  it('takes a sign-in of our own though the token it replaces ends later: that may have been ended at the service', async () => {
    await add(ana(2), row);
    await add(ana(1), own);
    assert.equal((await store.find('id-1'))?.tokens.access, 'access-1');
  });

  it('gives an ended account whatever tokens there are', async () => {
    const { tokens } = await add(ana(2), row);
    await store.update('id-1', healthIs('signed-out', { seenOn: tokens }));
    await add(ana(1), row);
    assert.equal((await store.find('id-1'))?.tokens.access, 'access-1');
  });

  it('gives the account the tokens of a new client, however long they live', async () => {
    await add(ana(2, { grant: builderId, userId: 'u1' }), oidcRow);
    await add(ana(1, { grant: { ...builderId, clientId: 'client-2' }, userId: 'u1' }), oidcRow);
    assert.equal((await store.find('id-1'))?.tokens.access, 'access-1');
  });

  for (const health of ['signed-out', 'registration-expired', 'suspended', 'out-of-credits'] as const) {
    it(`makes an account healthy that was ${health}`, async () => {
      const { tokens } = await add(ana(1), row);
      await store.update('id-1', healthIs(health, { seenOn: tokens }));
      await add(ana(2), row);
      assert.equal((await store.find('id-1'))?.health, 'active');
    });
  }

  it('keeps the label a person gave', async () => {
    await add(ana(1), row);
    await store.update('id-1', named('Work'));
    await add(ana(2, { email: 'ana@example.com' }), row);
    assert.deepEqual(await labels(), ['Work']);
  });

  it('takes the e-mail as label once it is known', async () => {
    await add(ana(1), row);
    await add(ana(2, { email: 'ana@example.com' }), row);
    assert.deepEqual(await labels(), ['ana@example.com']);
  });

  it('keeps what was known about the person and is not known this time', async () => {
    await add(
      ana(1, { grant: builderId, email: 'ana@example.com', userId: 'u1', profileArn: 'arn' }),
      oidcRow,
    );
    await add(login(2, { grant: builderId }), oidcRow);
    const account = await store.find('id-1');
    assert.deepEqual(
      [account?.email, account?.userId, account?.profileArn],
      ['ana@example.com', 'u1', 'arn'],
    );
  });

  it('keeps the provider where the source no longer says it', async () => {
    await add(ana(1), row);
    await add(ana(2, { grant: { kind: 'social', provider: 'unknown' } }), row);
    assert.deepEqual((await store.find('id-1'))?.grant, google);
  });
});

describe('Whose account a login is', () => {
  aroundEach();

  const person = (userId: string, number: number) => login(number, { userId });

  it('is told by the user id, wherever the login comes from', async () => {
    await add(person('u1', 1), row);
    await add(person('u1', 2), own);
    assert.deepEqual(await ids(), ['id-1']);
  });

  it('is not told by an e-mail address, which any program may write down', async () => {
    await add(login(1, { email: 'ana@example.com' }), row);
    await add(login(2, { email: 'ana@example.com' }), own);
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is told by the token, whatever else is known', async () => {
    await add(person('u1', 1), row);
    await add(login(1), own);
    assert.deepEqual(await ids(), ['id-1']);
  });

  it('is another one for another user id in the same place', async () => {
    await add(person('u1', 1), row);
    await add(person('u2', 2), row);
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is another one for another e-mail in the same place', async () => {
    await add(login(1, { email: 'ana@example.com' }), row);
    await add(login(2, { email: 'bob@example.com' }), row);
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('leaves the earlier account in that place on its own, so that it cannot pick up foreign tokens', async () => {
    await add(person('u1', 1), row);
    await add(person('u2', 2), row);
    assert.deepEqual(
      (await store.list()).map(({ origin }) => origin),
      [own, row],
    );
  });

  it('is another one for the same e-mail by another method', async () => {
    await add(login(1, { email: 'ana@example.com' }));
    await add(login(2, { email: 'ana@example.com', grant: builderId }));
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('may be one that is known to be an organization’s, though not which', async () => {
    const acme: Grant = { ...builderId, startUrl: 'https://acme.awsapps.com/start' };
    const unnamed: Grant = { ...builderId, organization: 'unnamed' };
    await add(login(1, { userId: 'u1', grant: acme }));
    await add(login(2, { userId: 'u1', grant: unnamed }));
    assert.equal((await store.list()).length, 1);
    await add(login(3, { userId: 'u1', grant: builderId }));
    assert.equal((await store.list()).length, 2);
  });

  it('is another one for another start URL', async () => {
    const acme: Grant = { ...builderId, startUrl: 'https://acme.awsapps.com/start' };
    await add(login(1, { userId: 'u1', grant: acme }), oidcRow);
    await add(
      login(2, { userId: 'u1', grant: { ...acme, startUrl: 'https://b.awsapps.com/start' } }),
      oidcRow,
    );
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is not told by the profile, which all Google and GitHub logins share', async () => {
    await add(login(1, { profileArn: 'arn:shared' }));
    await add(login(2, { profileArn: 'arn:shared' }));
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is not told by the place it was found in, where anybody may sign in next', async () => {
    await add(login(1), row);
    await add(login(2), row);
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is another one in a place whose account is known to be somebody, until it is known whose it is', async () => {
    await add(login(1, { userId: 'u1' }), row);
    await add(login(2), row);
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is not told by the client, which the Kiro IDE uses for everybody of an organization', async () => {
    await add(login(1, { grant: builderId, userId: 'u1' }), oidcRow);
    await add(login(2, { grant: builderId }), oidcRow);
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is another one for another database', async () => {
    await add(login(1), row);
    await add(login(2), { ...row, database: '/other.sqlite3' });
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is another one for another client in the same place, because somebody signed in anew', async () => {
    await add(login(1, { grant: builderId }), oidcRow);
    await add(login(2, { grant: { ...builderId, clientId: 'client-2' } }), oidcRow);
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is another one for every own sign-in nothing is known about', async () => {
    await add(login(1));
    await add(login(2));
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });

  it('is told by the key for API keys', async () => {
    const key = (access: string): Login => ({
      grant: { kind: 'apiKey' },
      tokens: { access, expiresAt: 0 },
      email: 'ana@example.com',
    });
    await add(key('ksk_1'));
    await add(key('ksk_2'));
    await add(key('ksk_1'));
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });
});

describe('The label of an account', () => {
  aroundEach();

  it('is the method where no e-mail is known', async () => {
    await add(login(1));
    assert.deepEqual(await labels(), ['Google']);
  });

  it('is the method and the profile where that is known', async () => {
    await add(login(1, { grant: { ...builderId, startUrl: 'https://acme.awsapps.com/start' } }), own, 'Acme');
    assert.deepEqual(await labels(), ['IAM Identity Center (Acme)']);
  });

  it('has a number where another one is called the same', async () => {
    for (const number of [1, 2, 3]) await add(login(number));
    assert.deepEqual(await labels(), ['Google', 'Google 2', 'Google 3']);
  });

  it('has the method where another account has the same e-mail', async () => {
    await add(login(1, { email: 'ana@example.com' }));
    await add(login(2, { email: 'ana@example.com', grant: builderId }));
    assert.deepEqual(await labels(), ['ana@example.com', 'ana@example.com (AWS Builder ID)']);
  });

  it('takes a number that has become free', async () => {
    for (const number of [1, 2, 3]) await add(login(number));
    await store.remove('id-2');
    await add(login(4));
    assert.deepEqual(await labels(), ['Google', 'Google 3', 'Google 2']);
  });

  it('stays when another account goes', async () => {
    await add(login(1), row);
    await add(login(2, { userId: 'u2' }), { ...row, database: '/other.sqlite3' });
    await store.remove('id-1');
    await add(login(3, { userId: 'u2' }), { ...row, database: '/other.sqlite3' });
    assert.deepEqual(await labels(), ['Google 2']);
  });
});

describe('What the service tells about a person', () => {
  aroundEach();

  it('is kept with the account, and names it', async () => {
    await add(login(1));
    await store.describe('id-1', { email: 'ana@example.com', userId: 'u1' });
    const account = await store.find('id-1');
    assert.deepEqual([account?.label, account?.userId], ['ana@example.com', 'u1']);
  });

  it('does not replace what is known by what is not', async () => {
    await add(login(1, { profileArn: 'arn' }));
    await store.describe('id-1', { email: 'ana@example.com', profileArn: undefined });
    assert.equal((await store.find('id-1'))?.profileArn, 'arn');
  });

  it('does not replace a label a person gave', async () => {
    await add(login(1));
    await store.update('id-1', named('Work'));
    await store.describe('id-1', { email: 'ana@example.com' });
    assert.deepEqual(await labels(), ['Work']);
  });

  it('makes one of two accounts that turn out to be the same', async () => {
    await add(login(1, { grant: builderId, userId: 'u1' }), oidcRow);
    await store.update('id-1', named('Work'));
    await add(login(2, { grant: { ...builderId, clientId: 'client-2' } }), oidcRow);
    await store.describe('id-2', { userId: 'u1' });
    const [account, ...others] = await store.list();
    assert.deepEqual(
      [others.length, account?.id, account?.label, account?.tokens.access],
      [0, 'id-1', 'Work', 'access-2'],
    );
  });

  it('gives a login that came back to the place of its account to that account', async () => {
    await add(login(1, { userId: 'u1' }), row);
    const { id } = await add(login(2), row);
    const account = await store.describe(id, { userId: 'u1' });
    assert.deepEqual([account?.id, account?.origin, account?.tokens.access], ['id-1', row, 'access-2']);
    assert.deepEqual(await ids(), ['id-1']);
  });

  it('leaves two accounts where a place turns out to hold somebody else', async () => {
    await add(login(1, { userId: 'u1' }), row);
    const { id } = await add(login(2), row);
    await store.describe(id, { userId: 'u2' });
    assert.deepEqual(
      (await store.list()).map(({ userId, origin }) => [userId, origin.kind]),
      [
        ['u1', 'own'],
        ['u2', 'kiro-cli'],
      ],
    );
  });

  it('keeps the active account active where it is folded into another', async () => {
    await add(login(1, { grant: builderId, userId: 'u1' }), oidcRow);
    await add(login(2, { grant: { ...builderId, clientId: 'client-2' } }), oidcRow);
    await store.setActive('id-2');
    await store.describe('id-2', { userId: 'u1' });
    assert.equal((await store.active())?.id, 'id-1');
  });

  it('makes nobody else active where the active account is folded into another', async () => {
    for (const number of [3, 1, 2, 4]) await add(login(number));
    await store.describe('id-2', { userId: 'u1' });
    await store.setActive('id-3');
    await store.describe('id-3', { userId: 'u1' });
    assert.deepEqual([(await store.active())?.id, (await store.list()).length], ['id-2', 3]);
  });

  it('keeps what is wrong with the newer login where it is folded into another', async () => {
    await add(login(1));
    await store.describe('id-1', { userId: 'u1' });
    await add(login(2));
    await store.update('id-2', healthIs('suspended', { reason: 'TEMPORARILY_SUSPENDED' }));
    await store.describe('id-2', { userId: 'u1' });
    const [account] = await store.list();
    assert.deepEqual([account?.health, account?.condition?.reason], ['suspended', 'TEMPORARILY_SUSPENDED']);
  });

  it('changes nothing for an account that is gone', async () => {
    await store.describe('id-9', { userId: 'u1' });
    assert.deepEqual(secrets.written, []);
  });
});

describe('New tokens', () => {
  aroundEach();

  const renewed = { tokens: { access: 'new', refresh: 'new', expiresAt: 9000 } };

  it('replace those they were made from', async () => {
    const { tokens } = await add(login(1));
    assert.deepEqual((await store.update('id-1', withRefreshed(tokens, renewed)))?.tokens, renewed.tokens);
  });

  it('do not replace those of a faster window, and the answer has theirs', async () => {
    const { tokens } = await add(login(1));
    const theirs = { access: 'theirs', refresh: 'theirs', expiresAt: 8000 };
    await window().update('id-1', withRefreshed(tokens, { tokens: theirs }));
    assert.deepEqual((await store.update('id-1', withRefreshed(tokens, renewed)))?.tokens, theirs);
  });

  it('do not bring back an account that was removed', async () => {
    const { tokens } = await add(login(1));
    await store.remove('id-1');
    assert.equal(await store.update('id-1', withRefreshed(tokens, renewed)), undefined);
    assert.deepEqual(await store.list(), []);
  });

  it('bring a profile where the service names one', async () => {
    const { tokens } = await add(login(1, { profileArn: 'old' }));
    await store.update('id-1', withRefreshed(tokens, { ...renewed, profileArn: 'arn' }));
    assert.equal((await store.find('id-1'))?.profileArn, 'arn');
  });

  it('keep the profile where the service names none', async () => {
    const { tokens } = await add(login(1, { profileArn: 'old' }));
    await store.update('id-1', withRefreshed(tokens, renewed));
    assert.equal((await store.find('id-1'))?.profileArn, 'old');
  });

  it('show that an ended login lives', async () => {
    const { tokens } = await add(login(1));
    await store.update('id-1', healthIs('signed-out', { seenOn: tokens }));
    assert.equal((await store.update('id-1', withRefreshed(tokens, renewed)))?.health, 'active');
  });

  it('are owed to a linked place until that very debt is settled', async () => {
    const account = await add(login(2), row);
    await store.update(account.id, withRefreshed(account.tokens, { tokens: login(3).tokens }));
    const held = account.tokens.refresh ?? '';
    await store.update(account.id, withoutPendingWriteBack('an earlier one'));
    assert.equal((await store.find(account.id))?.sourceHolds, held);
    await store.update(account.id, withoutPendingWriteBack(held));
    assert.equal((await store.find(account.id))?.sourceHolds, undefined);
  });

  it('do not lift a suspension', async () => {
    const { tokens } = await add(login(1));
    await store.update('id-1', healthIs('suspended', { seenOn: tokens }));
    assert.equal((await store.update('id-1', withRefreshed(tokens, renewed)))?.health, 'suspended');
  });
});

describe('The health of an account', () => {
  aroundEach();

  it('is not changed for tokens it no longer has', async () => {
    const { tokens } = await add(login(1));
    await store.update('id-1', withRefreshed(tokens, { tokens: { access: 'new', expiresAt: 1 } }));
    assert.equal((await store.update('id-1', healthIs('signed-out', { seenOn: tokens })))?.health, 'active');
  });
});

describe('A change', () => {
  aroundEach();

  let heard: number;
  beforeEach(() => {
    heard = 0;
    store.onDidChange(() => heard++);
  });

  it('is told once in the window that made it', async () => {
    await add(login(1));
    await settled();
    assert.equal(heard, 1);
  });

  it('is told once in every other window', async () => {
    const other = window();
    await other.add({ login: login(1), origin: own });
    await settled();
    assert.equal(heard, 1);
  });

  it('is told for every one of several', async () => {
    await add(login(1));
    await store.update('id-1', named('Work'));
    await store.remove('id-1');
    await settled();
    assert.equal(heard, 3);
  });

  it('is not told and not written where nothing changed', async () => {
    await add(login(1));
    await settled();
    await store.setActive('id-1');
    await store.update('id-1', named('Google'));
    await store.remove('other');
    await settled();
    assert.deepEqual([heard, secrets.written.length], [1, 1]);
  });

  it('is not told for the secrets of others', async () => {
    await secrets.store('something.else', 'x');
    await settled();
    assert.equal(heard, 0);
  });

  it('is not told where nothing was changed by another window that said so', async () => {
    await add(login(1));
    await settled();
    await secrets.store(keyOne, secrets.values.get(keyOne) ?? '');
    await settled();
    assert.equal(heard, 1);
  });

  it('is told where the secret has become unreadable', async () => {
    await secrets.store(keyOne, '{');
    await settled();
    assert.equal(heard, 1);
  });

  it('is told where the secret store itself fails', async () => {
    secrets.get = async () => {
      throw new Error('keyring is locked');
    };
    await secrets.store(keyOne, '{}');
    await settled();
    assert.equal(heard, 1);
  });

  it('is no longer told after the store is disposed of', async () => {
    store.dispose();
    await window().add({ login: login(1), origin: own });
    await settled();
    assert.equal(heard, 0);
  });
});

describe('A number that JSON cannot carry', () => {
  aroundEach();

  it('is refused before it is stored, and the account stays as it was', async () => {
    await add(login(1));
    const change = (account: Account) => ({
      ...account,
      tokens: { ...account.tokens, expiresAt: Number.POSITIVE_INFINITY },
    });
    await assert.rejects(store.update('id-1', change), isStorage('unfit'));
    assert.equal((await store.find('id-1'))?.tokens.expiresAt, 1000);
  });
});

describe('An account that cannot be read', () => {
  aroundEach();

  const texts: [string, string, string][] = [
    ['is no JSON', '{"version":1', 'unreadable'],
    ['is empty text', '', 'unreadable'],
    ['has no version', '{"account":{}}', 'unreadable'],
    ['has no account', '{"version":1}', 'unreadable'],
    ['has an account without tokens', '{"version":1,"account":{"id":"a"}}', 'unreadable'],
    ['is of a later version', '{"version":2,"people":[]}', 'newer-version'],
  ];
  for (const [what, text, reason] of texts) {
    it(`because it ${what} says ${reason}`, async () => {
      secrets.values.set(keyOne, text);
      await assert.rejects(store.read(), isStorage(reason));
    });

    it(`because it ${what} is never overwritten`, async () => {
      secrets.values.set(keyOne, text);
      await assert.rejects(add(login(1)), isStorage(reason));
      await assert.rejects(store.remove('id-1'), isStorage(reason));
      await assert.rejects(store.describe('id-1', { userId: 'u' }), isStorage(reason));
      assert.deepEqual(secrets.written, []);
    });
  }

  it('is read again once it is whole', async () => {
    await add(login(1));
    const whole = secrets.values.get(keyOne) ?? '';
    secrets.values.set(keyOne, '{');
    await assert.rejects(store.read(), isStorage('unreadable'));
    secrets.values.set(keyOne, whole);
    assert.deepEqual(await ids(), ['id-1']);
  });

  it('does not show its content in the error', async () => {
    secrets.values.set(keyOne, '{"version":1,"account":{"tokens":{"access":"aoa-secret"}}}');
    const error = await store.read().then(
      () => assert.fail('it was read'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof KiroError);
    assert.doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause}`, /secret/);
  });
});

describe('Rescuing what cannot be read', () => {
  aroundEach();

  const broken = '{"version":1,"account":{"id":"a"}}';

  it('gives the text exactly as it is stored, and says why it cannot be read', async () => {
    secrets.values.set(keyOne, broken);
    assert.deepEqual(await store.unreadable(), { text: broken, reason: 'unreadable' });
    secrets.values.set(keyOne, '{"version":2}');
    assert.deepEqual(await store.unreadable(), { text: '{"version":2}', reason: 'newer-version' });
  });

  it('is about nothing where accounts can be read, or none were ever stored', async () => {
    assert.equal(await store.unreadable(), undefined);
    await add(login(1));
    assert.equal(await store.unreadable(), undefined);
  });

  it('says that the secret store is unavailable where it is', async () => {
    secrets.get = async () => {
      throw new Error('keyring is locked');
    };
    secrets.values.set(keyOne, broken);
    await assert.rejects(store.unreadable(), isStorage('unavailable'));
    await assert.rejects(store.reset(broken), isStorage('unavailable'));
    assert.deepEqual(secrets.written, []);
  });

  it('resets to no accounts, and every window is told', async () => {
    secrets.values.set(keyOne, broken);
    let heard = 0;
    window().onDidChange(() => heard++);
    assert.equal(await store.reset(broken), true);
    await settled();
    assert.deepEqual([await store.list(), heard], [[], 1]);
    await add(login(1));
    assert.deepEqual(await ids(), ['id-1']);
  });

  for (const [what, text] of [['has changed, though not repaired,', '{"version":1']] as const) {
    it(`never resets what another window ${what} meanwhile`, async () => {
      secrets.values.set(keyOne, text);
      assert.equal(await store.reset(broken), false);
      assert.deepEqual([secrets.values.get(keyOne), secrets.written], [text, []]);
    });
  }

  it('never resets what another window has repaired meanwhile', async () => {
    await add(login(1));
    assert.equal(await store.reset(broken), false);
    assert.deepEqual(await ids(), ['id-1']);
  });

  it('hides no other account, and goes without it', async () => {
    await add(login(1));
    await add(login(2));
    secrets.values.set(keyOne, broken);
    assert.deepEqual(await ids(), ['id-2']);
    assert.equal((await store.active())?.id, 'id-2');
    await store.update('id-2', named('Work'));
    assert.equal(secrets.values.get(keyOne), broken);
    assert.equal(await store.reset((await store.unreadable())?.text ?? ''), true);
    assert.deepEqual([await store.unreadable(), await labels()], [undefined, ['Work']]);
  });

  it('has everybody look again where the secret store tells of no change', async () => {
    let heard = 0;
    await add(login(1));
    await settled();
    store.onDidChange(() => heard++);
    store.lookAgain();
    assert.equal(heard, 1);
  });
});

describe('A secret store that fails', () => {
  aroundEach();

  it('is said to be unavailable when it cannot be read', async () => {
    await add(login(1));
    secrets.get = async () => {
      throw new Error('keyring is locked');
    };
    await assert.rejects(store.read(), isStorage('unavailable'));
  });

  it('is said to be unavailable when it cannot be written', async () => {
    secrets.store = async () => {
      throw new Error('keyring is locked');
    };
    await assert.rejects(add(login(1)), isStorage('unavailable'));
  });

  it('does not stop the changes that come after', async () => {
    await add(login(1));
    const { get } = secrets;
    secrets.get = async () => {
      throw new Error('keyring is locked');
    };
    await assert.rejects(store.read());
    secrets.get = get;
    await add(login(2));
    assert.deepEqual(await ids(), ['id-1', 'id-2']);
  });
});
