import assert from 'node:assert/strict';
import type { Account, Origin } from '../../../src/accounts/account';
import { AccountStore } from '../../../src/accounts/storage/accountStore';
import type { Sessions } from '../../../src/accounts/tokens/sessions';
import { withRefreshed } from '../../../src/accounts/tokens/tokenChanges';
import type { Login } from '../../../src/auth/credentials';
import { refreshLogin } from '../../../src/auth/refresh';
import { type ErrorCode, KiroError } from '../../../src/base/errors';
import type { Session } from '../../../src/kiro/transport/session';
import { healthIs } from '../../fixtures/accountChanges';
import { knownLoginOf, loginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { identifyAt, sessionsOf } from '../../fixtures/window';
import type { Method } from '../../simulator/account';
import { serviceUnavailable, throttled } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

const minute = 60_000;
const hour = 60 * minute;
const linked: Origin = { kind: 'kiro-cli', database: '/data.sqlite3', key: 'kirocli:odic:token' };

let now: number;
let simulator: Simulator;
let secrets: MemorySecrets;
let store: AccountStore;
let sessions: Sessions;
let source: Login | KiroError | undefined;
let logged: string[];
/** What happens elsewhere while a refresh of ours is being refused. */
let meanwhile: () => unknown;
/** What happens elsewhere a while after that. */
let later: () => unknown;

function aroundEach(): void {
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    secrets = new MemorySecrets();
    source = undefined;
    logged = [];
    meanwhile = () => undefined;
    later = () => undefined;
    ({ store, sessions } = window());
  });
  afterEach(async () => {
    sessions.dispose();
    await simulator.stop();
  });
}

function window() {
  const log = (message: string) => void logged.push(message);
  const accounts = new AccountStore(secrets, () => now);
  const created = sessionsOf({
    accounts,
    refresh: async (login, signal) => {
      try {
        return await refresh(login, signal);
      } catch (error) {
        await meanwhile();
        throw error;
      }
    },
    readSource: async () => {
      if (source instanceof KiroError) throw source;
      return source;
    },
    writeToSource: async (_account, { tokens }) => {
      if (source && !(source instanceof KiroError)) source = { ...source, tokens };
      return 'written';
    },
    identify: identifyAt(simulator, () => now),
    now: () => now,
    wait: async () => {
      await later();
    },
    logger: { trace: log, debug: log, info: log, warn: log, error: log },
  });
  return { store: accounts, sessions: created };
}

/** A person of the service whose login this machine has, as the active account. */
async function person(method: Method = 'idc', origin: Origin = { kind: 'own' }) {
  const simulated = simulator.addAccount({ method, email: `${simulator.accounts.length}@example.com` });
  const { account } = await store.add({ login: knownLoginOf(simulated), origin });
  return { simulated, account };
}

/** An organization whose identity provider hands out no refresh tokens. */
async function unrenewable() {
  const simulated = simulator.addAccount({ method: 'external-idp', email: 'ana@example.org' });
  const login = loginOf(simulated);
  const { access, expiresAt } = login.tokens;
  const { account } = await store.add({
    login: { ...login, tokens: { access, expiresAt } },
    origin: { kind: 'own' },
  });
  return { simulated, account };
}

const current = (options: { accountId?: string; rejected?: string; signal?: AbortSignal } = {}) =>
  sessions.current({ signal: new AbortController().signal, ...options });

const refreshes = () => simulator.received.length;
const health = async ({ id }: Account) => (await store.find(id))?.health;

async function failure(session: Promise<Session>): Promise<KiroError> {
  const error = await session.then(
    () => assert.fail('there was a session'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof KiroError, String(error));
  return error;
}

const failsWith = async (session: Promise<Session>, code: ErrorCode, reason?: string) => {
  const error = await failure(session);
  assert.deepEqual([error.code, error.reason], [code, reason ?? error.reason]);
};

describe('A session', () => {
  aroundEach();

  it('is of the active account', async () => {
    await person();
    const { account } = await person();
    await store.setActive(account.id);
    assert.equal((await current()).accountId, account.id);
  });

  it('is of the named account where one is named', async () => {
    await person();
    const { account, simulated } = await person();
    const session = await current({ accountId: account.id });
    assert.deepEqual([session.accountId, session.accessToken], [account.id, simulated.accessToken]);
  });

  it('is impossible without an account', async () => {
    await failsWith(current(), 'signed-out', 'no-account');
  });

  it('is impossible for an account that is gone', async () => {
    await person();
    await failsWith(current({ accountId: 'gone' }), 'signed-out', 'account-gone');
  });

  it('costs no request while the token is good for longer than ten minutes', async () => {
    await person();
    now += 49 * minute;
    await current();
    assert.equal(refreshes(), 0);
  });

  it('has a new token from ten minutes before the expiry on', async () => {
    const { simulated } = await person();
    now += 50 * minute;
    const session = await current();
    assert.deepEqual([session.accessToken, refreshes()], [simulated.accessToken, 1]);
  });

  it('leaves the new tokens in the store', async () => {
    const { simulated, account } = await person();
    now += hour;
    await current();
    assert.deepEqual((await store.find(account.id))?.tokens, loginOf(simulated).tokens);
  });

  it('is in the region of the profile, not of the sign-in', async () => {
    const simulated = simulator.addAccount({
      method: 'idc',
      email: 'ana@example.com',
      ssoRegion: 'eu-west-1',
      profileArn: 'arn:aws:codewhisperer:eu-central-1:123456789012:profile/ORG',
    });
    await store.add({ login: knownLoginOf(simulated), origin: { kind: 'own' } });
    const { region, profileArn } = await current();
    assert.deepEqual([region, profileArn], ['eu-central-1', simulated.profileArn]);
  });

  for (const arn of [undefined, 'nonsense', 'arn:aws:codewhisperer:evil.example/:1:profile/X']) {
    it(`is in us-east-1 where the profile is ${arn}`, async () => {
      const simulated = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
      await store.add({ login: { ...loginOf(simulated), profileArn: arn }, origin: { kind: 'own' } });
      assert.equal((await current()).region, 'us-east-1');
    });
  }

  for (const [method, tokenType] of [
    ['builder-id', undefined],
    ['google', undefined],
    ['external-idp', 'EXTERNAL_IDP'],
    ['api-key', 'API_KEY'],
  ] as const) {
    it(`says token type ${tokenType} for ${method}`, async () => {
      await person(method);
      assert.equal((await current()).tokenType, tokenType);
    });
  }

  it('never has a profile for an API key', async () => {
    const simulated = simulator.addAccount({ method: 'api-key', email: 'ana@example.com' });
    await store.add({
      login: { ...loginOf(simulated), profileArn: 'arn:aws:codewhisperer:eu-central-1:1:profile/X' },
      origin: { kind: 'own' },
    });
    const { profileArn, region } = await current();
    assert.deepEqual([profileArn, region], [undefined, 'us-east-1']);
  });

  it('of an API key does not care for an expiry', async () => {
    const login: Login = { grant: { kind: 'apiKey' }, tokens: { access: 'ksk_key', expiresAt: 0 } };
    await store.add({ login, origin: { kind: 'own' } });
    assert.equal((await current()).accessToken, 'ksk_key');
  });

  it('of an identity provider without a refresh token serves to the end of its token', async () => {
    const { simulated } = await unrenewable();
    now += hour - 1;
    assert.equal((await current()).accessToken, simulated.accessToken);
  });

  it('of an identity provider without a refresh token ends with its token', async () => {
    const { account } = await unrenewable();
    now += hour;
    await failsWith(current(), 'signed-out', 'no-refresh-token');
    assert.equal(await health(account), 'signed-out');
  });

  it('is not begun for a caller that has given up already', async () => {
    await person();
    const reason = new Error('given up');
    await assert.rejects(current({ signal: AbortSignal.abort(reason) }), reason);
  });
});

describe('Fifty callers near the expiry', () => {
  aroundEach();

  it('share exactly one refresh', async () => {
    const { simulated } = await person();
    now += 55 * minute;
    const all = await Promise.all(Array.from({ length: 50 }, () => current()));
    assert.deepEqual([...new Set(all.map(({ accessToken }) => accessToken))], [simulated.accessToken]);
    assert.equal(refreshes(), 1);
  });

  it('share exactly one refresh of a rejected token', async () => {
    const { simulated } = await person();
    const rejected = simulated.accessToken;
    const all = await Promise.all(Array.from({ length: 50 }, () => current({ rejected })));
    assert.deepEqual([...new Set(all.map(({ accessToken }) => accessToken))], [simulated.accessToken]);
    assert.equal(refreshes(), 1);
  });

  it('share exactly one refresh that fails', async () => {
    const { simulated } = await person();
    simulated.revokeRefreshToken();
    now += hour;
    const all = await Promise.all(Array.from({ length: 50 }, () => failure(current())));
    assert.ok(all.every(({ code }) => code === 'signed-out'));
    assert.equal(refreshes(), 1);
  });

  it('of several accounts wait only for their own', async () => {
    const one = await person();
    const other = await person();
    now += hour;
    simulator.failNext('token', 'stall');
    const stalled = current({ accountId: one.account.id });
    await simulator.waitFor(() => true);
    assert.equal((await current({ accountId: other.account.id })).accountId, other.account.id);
    sessions.dispose();
    await assert.rejects(stalled);
  });
});

describe('A caller that gives up', () => {
  aroundEach();

  it('stops waiting while the refresh goes on for the others', async () => {
    const { simulated } = await person();
    now += hour;
    const caller = new AbortController();
    const impatient = current({ signal: caller.signal });
    const patient = current();
    const reason = new Error('given up');
    caller.abort(reason);
    await assert.rejects(impatient, reason);
    assert.equal((await patient).accessToken, simulated.accessToken);
  });

  it('does not stop the refresh it began', async () => {
    const { account } = await person();
    now += hour;
    const caller = new AbortController();
    const impatient = current({ signal: caller.signal });
    await simulator.waitFor(() => true);
    caller.abort();
    await assert.rejects(impatient);
    await current();
    assert.equal(refreshes(), 1);
    assert.equal(await health(account), 'active');
  });
});

describe('A rejected token', () => {
  aroundEach();

  it('is refreshed although it seems good', async () => {
    const { simulated } = await person();
    const rejected = simulated.accessToken;
    const { accessToken } = await current({ rejected });
    assert.notEqual(accessToken, rejected);
    assert.equal(accessToken, simulated.accessToken);
  });

  it('costs nothing where somebody else has replaced it already', async () => {
    const { simulated } = await person();
    const rejected = simulated.accessToken;
    await current({ rejected });
    await current({ rejected });
    assert.equal(refreshes(), 1);
  });

  it('does not come back while a refresh fails for the moment', async () => {
    const { simulated } = await person();
    simulator.failNext('token', serviceUnavailable());
    await failsWith(current({ rejected: simulated.accessToken }), 'server');
  });

  it('does not come back during the rest after a failure', async () => {
    const { simulated } = await person();
    const rejected = simulated.accessToken;
    simulator.failNext('token', serviceUnavailable());
    await failsWith(current({ rejected }), 'server');
    assert.notEqual((await current({ rejected })).accessToken, rejected);
  });

  it('that is an API key is not tried again, and the key is kept', async () => {
    const { simulated, account } = await person('api-key');
    await failsWith(current({ rejected: simulated.accessToken }), 'token-rejected', 'api-key');
    assert.equal(await health(account), 'active');
  });
});

describe('A refresh that fails for the moment', () => {
  aroundEach();

  for (const [what, failing] of [
    ['the service is unavailable', serviceUnavailable()],
    ['the service is busy', throttled()],
    ['the connection breaks', 'break'],
    ['the answer is unreadable', { status: 200, headers: {}, body: 'OK' }],
  ] as const) {
    it(`leaves the old token in use where ${what}`, async () => {
      const { simulated, account } = await person();
      now += 55 * minute;
      simulator.failNext('token', failing);
      assert.equal((await current()).accessToken, simulated.accessToken);
      assert.equal(await health(account), 'active');
    });
  }

  it('is an error once the old token has ended', async () => {
    const { account } = await person();
    now += hour;
    simulator.failNext('token', serviceUnavailable());
    await failsWith(current(), 'server');
    assert.equal(await health(account), 'active');
  });

  it('is tried again for the next caller once the old token has ended', async () => {
    const { simulated } = await person();
    now += hour;
    simulator.failNext('token', serviceUnavailable());
    await failsWith(current(), 'server');
    assert.equal((await current()).accessToken, simulated.accessToken);
  });

  it('is not tried again for half a minute while the old token serves', async () => {
    await person();
    now += 55 * minute;
    simulator.failNext('token', serviceUnavailable());
    await current();
    now += 29_000;
    await current();
    assert.equal(refreshes(), 1);
  });

  it('is tried again after half a minute', async () => {
    const { simulated } = await person();
    now += 55 * minute;
    simulator.failNext('token', serviceUnavailable());
    await current();
    now += 30_000;
    const { accessToken } = await current();
    assert.deepEqual([accessToken, refreshes()], [simulated.accessToken, 2]);
  });

  it('is not tried again for as long as the service asks', async () => {
    await person();
    now += 55 * minute;
    simulator.failNext('token', serviceUnavailable(120));
    await current();
    now += 119_000;
    await current();
    assert.equal(refreshes(), 1);
  });

  it('is told in the log without a secret', async () => {
    await person();
    now += 55 * minute;
    simulator.failNext('token', serviceUnavailable());
    await current();
    assert.equal(logged.length, 1);
    for (const secret of simulator.issuedSecrets) assert.ok(!logged.join().includes(secret));
  });
});

describe('A token that lives shorter than the margin', () => {
  aroundEach();

  it('is not renewed for every request', async () => {
    const { simulated } = await person();
    simulated.tokenLifetimeMs = 5 * minute;
    now += hour;
    await current();
    await current();
    assert.equal(refreshes(), 1);
  });
});

describe('A login that has ended', () => {
  aroundEach();

  it('says so, and what the service said', async () => {
    const { simulated, account } = await person();
    simulated.revokeRefreshToken();
    now += hour;
    await failsWith(current(), 'signed-out', 'invalid_grant');
    assert.equal(await health(account), 'signed-out');
  });

  it('says that the registration has expired where that is so', async () => {
    const { simulated, account } = await person();
    now += hour;
    simulated.expireRegistration(now);
    await failsWith(current(), 'registration-expired', 'invalid_client');
    assert.equal(await health(account), 'registration-expired');
  });

  for (const kill of ['revokeRefreshToken', 'expireRegistration'] as const) {
    it(`is never tried again after ${kill}`, async () => {
      const { simulated } = await person();
      now += hour;
      simulated[kill](now);
      const { code } = await failure(current());
      await failsWith(current(), code, 'login-ended');
      assert.equal(refreshes(), 1);
    });
  }

  it('is never tried again in another window either', async () => {
    const { simulated } = await person();
    simulated.revokeRefreshToken();
    now += hour;
    await failure(current());
    sessions = window().sessions;
    await failsWith(current(), 'signed-out', 'login-ended');
    assert.equal(refreshes(), 1);
  });

  it('is tried once more where a person asks, and works where it was ended by mistake', async () => {
    const { simulated, account } = await person();
    await store.update(account.id, healthIs('signed-out', { seenOn: account.tokens }));
    await sessions.revive(account.id);
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.deepEqual([await health(account), refreshes()], ['active', 1]);
  });

  it('is as it was where the person’s try fails, and well accounts are not tried', async () => {
    const { simulated, account } = await person();
    await sessions.revive(account.id);
    assert.equal(refreshes(), 0);
    await store.update(account.id, healthIs('signed-out', { seenOn: account.tokens }));
    simulator.failNext('token', serviceUnavailable());
    await assert.rejects(sessions.revive(account.id), { code: 'server' });
    assert.equal(await health(account), 'signed-out');
    simulated.revokeRefreshToken();
    await assert.rejects(sessions.revive(account.id), { code: 'signed-out' });
    assert.equal(await health(account), 'signed-out');
  });

  it('still says how it ended where the person’s try comes too late for its refresh token', async () => {
    const { simulated, account } = await person();
    now += hour;
    simulated.expireRegistration(now);
    await failure(current());
    await assert.rejects(sessions.revive(account.id), { code: 'signed-out', reason: 'spent' });
    assert.equal(await health(account), 'registration-expired');
  });

  it('lives again after a new sign-in', async () => {
    const { simulated } = await person();
    simulated.revokeRefreshToken();
    now += hour;
    await failure(current());
    const again = simulator.addAccount({ method: 'idc', email: 'again@example.com' });
    await store.remove((await store.list())[0]?.id ?? '');
    await store.add({ login: knownLoginOf(again), origin: { kind: 'own' } });
    assert.equal((await current()).accessToken, again.accessToken);
  });

  it('lives again where the same login is imported again', async () => {
    const { simulated, account } = await person('google', linked);
    simulated.revokeRefreshToken();
    now += hour;
    await failure(current());
    const again = simulator.addAccount({ method: 'google', email: 'again@example.com' });
    await store.add({ login: { ...loginOf(again), userId: simulated.id }, origin: linked });
    const session = await current();
    assert.deepEqual([session.accountId, session.accessToken], [account.id, again.accessToken]);
  });
});

describe('Two windows', () => {
  aroundEach();

  it('use what the other one has refreshed', async () => {
    const { simulated } = await person();
    now += hour;
    const other = window();
    await other.sessions.current({ signal: new AbortController().signal });
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.equal(refreshes(), 1);
  });

  it('use what the other one has stored while their own refresh was refused', async () => {
    const { simulated, account } = await person();
    now += hour;
    const used = loginOf(simulated);
    const theirs = await refresh(used);
    meanwhile = () => window().store.update(account.id, withRefreshed(used.tokens, theirs));
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.equal(await health(account), 'active');
  });

  it('use what the other one is late to store, on another machine that shares no locks', async () => {
    const { simulated, account } = await person();
    now += hour;
    const used = loginOf(simulated);
    const theirs = await refresh(used);
    later = () => window().store.update(account.id, withRefreshed(used.tokens, theirs));
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.deepEqual([await health(account), refreshes()], ['active', 2]);
  });

  it('do not end what the other one has signed in to anew while their own refresh was refused', async () => {
    const { simulated, account } = await person('google', linked);
    simulated.revokeRefreshToken();
    now += hour;
    const again = simulator.addAccount({ method: 'google', email: 'again@example.com' });
    meanwhile = () =>
      window().store.add({ login: { ...loginOf(again), userId: simulated.id }, origin: linked });
    assert.equal((await current()).accessToken, again.accessToken);
    assert.equal(await health(account), 'active');
  });

  it('do not bring back an account that the other one removed', async () => {
    const { simulated, account } = await person();
    simulated.revokeRefreshToken();
    now += hour;
    meanwhile = async () => void (await window().store.remove(account.id));
    await failsWith(current(), 'signed-out', 'account-gone');
    assert.deepEqual(await store.list(), []);
  });
});

describe('A linked account', () => {
  aroundEach();

  it('takes over what its program has refreshed', async () => {
    const { simulated } = await person('idc', linked);
    now += 50 * minute;
    await refresh(loginOf(simulated));
    source = loginOf(simulated);
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.equal(refreshes(), 1);
  });

  it('takes over a new profile with the tokens', async () => {
    const { simulated } = await person('idc', linked);
    now += 50 * minute;
    await refresh(loginOf(simulated));
    const profileArn = 'arn:aws:codewhisperer:eu-central-1:123456789012:profile/NEW';
    source = { ...loginOf(simulated), profileArn };
    assert.equal((await current()).profileArn, profileArn);
  });

  it('refreshes from what its program has, where that is about to end too', async () => {
    const { simulated } = await person('idc', linked);
    simulated.tokenLifetimeMs = hour + 1;
    await refresh(loginOf(simulated));
    source = loginOf(simulated);
    now += hour;
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.equal(refreshes(), 2);
  });

  it('does not go back to older tokens', async () => {
    const { simulated } = await person('idc', linked);
    source = {
      ...loginOf(simulated),
      tokens: { access: 'old', refresh: 'old', expiresAt: now + 40 * minute },
    };
    now += 55 * minute;
    assert.equal((await current()).accessToken, simulated.accessToken);
  });

  for (const [what, facts] of [
    ['of another client', { grant: 'another client' }],
    ['of another user', { userId: 'u2' }],
    ['of another e-mail', { email: 'bob@example.com' }],
  ] as const) {
    it(`does not take over a login ${what}`, async () => {
      const { simulated, account } = await person('idc', linked);
      await store.describe(account.id, { userId: 'u1', email: 'ana@example.com' });
      const other = loginOf(simulator.addAccount({ method: 'idc', email: 'bob@example.com' }));
      const tokens = { ...other.tokens, expiresAt: now + 9 * hour };
      const { grant } = loginOf(simulated);
      source = 'grant' in facts ? { ...other, tokens } : { ...other, grant, ...facts, tokens };
      now += hour;
      assert.equal((await current()).accessToken, simulated.accessToken);
    });
  }

  it('refreshes on its own where its source cannot be read', async () => {
    const { simulated } = await person('idc', linked);
    source = new KiroError('import-failed', { reason: 'locked' });
    now += hour;
    assert.equal((await current()).accessToken, simulated.accessToken);
  });

  it('looks once more where its refresh token was used meanwhile', async () => {
    const { simulated, account } = await person('idc', linked);
    now += hour;
    await refresh(loginOf(simulated));
    meanwhile = () => {
      source = loginOf(simulated);
    };
    assert.equal((await current()).accessToken, simulated.accessToken);
    assert.equal(await health(account), 'active');
  });

  it('ends where what its program has is refused as well', async () => {
    const { simulated, account } = await person('idc', linked);
    source = { ...loginOf(simulated), tokens: { access: 'other', refresh: 'other', expiresAt: now } };
    simulated.revokeRefreshToken();
    now += hour;
    await failsWith(current(), 'signed-out', 'invalid_grant');
    assert.deepEqual([await health(account), refreshes()], ['signed-out', 2]);
  });

  it('lives again without a word where its program has signed in with the same client', async () => {
    const { simulated, account } = await person('idc', linked);
    simulated.revokeRefreshToken();
    now += hour;
    await failure(current());
    source = {
      ...loginOf(simulated),
      userId: simulated.id,
      tokens: { access: 'fresh', refresh: 'fresh', expiresAt: now + hour },
    };
    assert.equal((await current()).accessToken, 'fresh');
    assert.deepEqual([await health(account), refreshes()], ['active', 1]);
  });
});

function refresh(login: Login, signal = new AbortController().signal) {
  const { endpoints } = simulator;
  return refreshLogin(login, { http: { fetch, userAgent: 'test' }, endpoints, now: () => now, signal });
}
