import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import { Identity, type Person } from '../../../src/accounts/identity';
import { SourceReader, type SourceReaderDeps } from '../../../src/accounts/linked/sourceReader';
import { LoginSession } from '../../../src/accounts/tokens/loginSession';
import type { Login } from '../../../src/auth/credentials';
import { KiroError } from '../../../src/base/errors';

const now = 1_000_000;
const signal = new AbortController().signal;
const account: Account = {
  id: 'id-1',
  label: 'Work',
  origin: { kind: 'kiro-cli', database: '/data.sqlite3', key: 'kirocli:social:token' },
  health: 'active',
  addedAt: 0,
  grant: { kind: 'social', provider: 'Google' },
  tokens: { access: 'ours', refresh: 'ours', expiresAt: now },
  userId: 'u1',
};
const found: Login = {
  grant: account.grant,
  tokens: { access: 'theirs', refresh: 'theirs', expiresAt: now + 1 },
};

let asked = 0;
let logged: string[] = [];

/** A source that holds this, and a service that names this person for it. */
function source(
  place: Login | Error | undefined,
  person: Person | Error = {},
  more: Partial<SourceReaderDeps> = {},
) {
  const log = (message: string) => void logged.push(message);
  const logger = { trace: log, debug: log, info: log, warn: log, error: log };
  const readSource = async () => {
    if (place instanceof Error) throw place;
    return place;
  };
  const identify = async () => {
    asked++;
    if (person instanceof Error) throw person;
    return person;
  };
  let stored = account;
  const accounts = {
    list: async () => [stored],
    find: async () => stored,
    describe: async (_id: string, facts: Person) => {
      stored = { ...stored, ...facts };
      return stored;
    },
  };
  const identity = new Identity({ accounts, identify, now: () => now, logger });
  const reader = new SourceReader({ accounts, identity, readSource, logger, ...more });
  return {
    stateFor: async (of: Account) => {
      stored = of;
      return await reader.read(of, signal);
    },
  };
}

type Source = ReturnType<typeof source>;
const newerIn = async (place: Source, of: Account) => (await place.stateFor(of)).newer;

describe('The newer login of a linked account', () => {
  beforeEach(() => {
    asked = 0;
    logged = [];
  });

  it('is none where its place holds the same tokens', async () => {
    assert.equal(await newerIn(source({ ...found, tokens: account.tokens }), account), undefined);
  });

  it('is none where its place holds nothing', async () => {
    assert.equal(await newerIn(source(undefined), account), undefined);
  });

  it('is other tokens of the same person', async () => {
    assert.equal(await newerIn(source(found, { userId: 'u1' }), account), found);
  });

  it('is never the tokens of another person', async () => {
    assert.equal(await newerIn(source(found, { userId: 'u2' }), account), undefined);
  });

  it('is none where the service does not say whose the tokens are', async () => {
    assert.equal(await newerIn(source(found, { email: 'ana@example.com' }), account), undefined);
  });

  it('is asked about once, however often they are looked at', async () => {
    const foreign = source(found, { userId: 'u2' });
    await newerIn(foreign, account);
    assert.equal(await newerIn(foreign, account), undefined);
    assert.equal(asked, 1);
  });

  it('is asked about again where the service could not be asked', async () => {
    const unsure = source(found, new KiroError('network'));
    assert.equal(await newerIn(unsure, account), undefined);
    await newerIn(unsure, account);
    assert.equal(asked, 2);
  });

  it('is nobody’s where the service does not say whose the account is', async () => {
    const unknown = { ...account, userId: undefined };
    assert.equal(await newerIn(source(found, { userId: 'u2' }), unknown), undefined);
  });

  it('is its own where the service names one person for both', async () => {
    const alive = { ...account.tokens, expiresAt: now + 1 };
    const unknown = { ...account, userId: undefined, tokens: alive };
    assert.equal(await newerIn(source(found, { userId: 'u2' }), unknown), found);
  });

  it('is nobody’s where its token has ended and nobody can be asked', async () => {
    const ended = { ...found, tokens: { ...found.tokens, expiresAt: now } };
    assert.equal(await newerIn(source(ended, { userId: 'u1' }), account), undefined);
    assert.equal(asked, 0);
  });

  it('is nobody’s by a client alone: the Kiro IDE uses one for everybody of an organization', async () => {
    const client = { kind: 'oidc', region: 'us-east-1', clientId: 'c', clientSecret: 's' } as const;
    const theirs = source({ ...found, grant: client }, { userId: 'u2' });
    assert.equal(await newerIn(theirs, { ...account, grant: client }), undefined);
  });

  it('is its own though the client is a new one, where the service names its person', async () => {
    const client = { kind: 'oidc', region: 'us-east-1', clientId: 'c', clientSecret: 's' } as const;
    const again = { ...found, grant: { ...client, clientId: 'another' } };
    assert.equal(await newerIn(source(again, { userId: 'u1' }), { ...account, grant: client }), again);
  });

  it('is its own whatever address the source gives', async () => {
    const named = { ...found, email: 'ana@corp.example' };
    const known = { ...account, email: 'ana@example.com' };
    assert.equal(await newerIn(source(named, { userId: 'u1', email: 'ana@example.com' }), known), named);
  });

  it('is none where the source cannot be read, which the log tells', async () => {
    const locked = new KiroError('import-failed', { reason: 'locked' });
    assert.equal(await newerIn(source(locked), account), undefined);
    assert.match(logged.join(), /id-1.*import-failed locked/);
  });

  it('does not hide a mistake of ours', async () => {
    const mistake = new TypeError('x is not a function');
    await assert.rejects(source(mistake).stateFor(account), mistake);
  });
});

describe('What is wrong with the place of a linked account', () => {
  beforeEach(() => {
    asked = 0;
    logged = [];
  });

  const problemOf = async (place: Source, of: Account) => (await place.stateFor(of)).problem;
  const gone = () => new KiroError('import-failed', { reason: 'no-database' });
  const locked = () => new KiroError('import-failed', { reason: 'locked' });

  it('is nothing where it holds what the account has, or newer', async () => {
    assert.equal(await problemOf(source({ ...found, tokens: account.tokens }), account), undefined);
    assert.equal(await problemOf(source(found, { userId: 'u1' }), account), undefined);
  });

  it('is nothing where it holds what a refresh of ours has used up', async () => {
    const renewed = { ...account, sourceHolds: found.tokens.refresh };
    assert.equal(await problemOf(source(found, { userId: 'u2' }), renewed), undefined);
  });

  it('is that it is gone, with its login or as a whole', async () => {
    assert.equal(await problemOf(source(undefined), account), 'gone');
    assert.equal(await problemOf(source(gone()), account), 'gone');
  });

  it('is that it cannot be read', async () => {
    assert.equal(await problemOf(source(locked()), account), 'unreadable');
  });

  it('is that it holds another login', async () => {
    assert.equal(await problemOf(source(found, { userId: 'u2' }), account), 'other-login');
  });

  for (const person of [new KiroError('network'), { email: 'ana@example.com' }]) {
    it(`is what it was before where ${'code' in person ? 'the service cannot be asked' : 'the service does not tell'}`, async () => {
      assert.equal(await problemOf(source(found, person), account), undefined);
      const foreign: Account = { ...account, sourceProblem: 'other-login' };
      assert.equal(await problemOf(source(found, person), foreign), 'other-login');
    });
  }

  it('is that nothing can be written there, which is known and told before anything is used up', async () => {
    const more = { canWrite: async () => false };
    const same = { ...found, tokens: account.tokens };
    assert.equal(await problemOf(source(same, {}, more), account), 'read-only');
    assert.match(logged.join(), /cannot be given new tokens/);
    const before: Account = { ...account, sourceProblem: 'read-only' };
    assert.equal(await problemOf(source(found, {}), before), undefined);
    assert.equal(await problemOf(source(found, { userId: 'u2' }, more), account), 'other-login');
  });

  it('is what it was where the place is on another machine, which nobody looks for here', async () => {
    const more = { isHere: () => false };
    const foreign: Account = { ...account, sourceProblem: 'other-login' };
    assert.equal(await problemOf(source(new TypeError('looked'), {}, more), foreign), 'other-login');
  });

  it('is nothing where there is no such place, which nobody looks for', async () => {
    const mine: Account = { ...account, origin: { kind: 'own' } };
    assert.equal(await problemOf(source(new TypeError('looked')), mine), undefined);
  });

  it('is told in the log when it begins, not while it lasts', async () => {
    await source(locked()).stateFor(account);
    await source(locked()).stateFor({ ...account, sourceProblem: 'unreadable' });
    assert.equal(logged.length, 1);
  });
});

describe('The session of a login that is no account', () => {
  it('carries its token', async () => {
    assert.equal((await new LoginSession(found, 'us-east-1').current({})).accessToken, 'theirs');
  });

  it('is not to be had twice where the token is rejected', async () => {
    await assert.rejects(new LoginSession(found, 'us-east-1').current({ rejected: 'theirs' }), {
      code: 'token-rejected',
    });
  });
});
