import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import { SourceReader } from '../../../src/accounts/linked/sourceReader';
import type { PersonFacts } from '../../../src/accounts/storage/changes';
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

function following(place: Login | Error | undefined, person?: PersonFacts | Error): SourceReader {
  const log = (message: string) => void logged.push(message);
  const identify = async () => {
    asked++;
    if (person instanceof Error) throw person;
    return person ?? {};
  };
  return new SourceReader({
    readSource: async () => {
      if (place instanceof Error) throw place;
      return place;
    },
    ...(person ? { identify } : {}),
    now: () => now,
    logger: { trace: log, debug: log, info: log, warn: log, error: log },
  });
}

const newsOf = async (place: SourceReader, of: Account) => (await place.read(of, signal)).newer;

describe('News of a linked account', () => {
  beforeEach(() => {
    asked = 0;
    logged = [];
  });

  it('are none where its place holds the same tokens', async () => {
    assert.equal(await newsOf(following({ ...found, tokens: account.tokens }), account), undefined);
  });

  it('are none where its place holds nothing', async () => {
    assert.equal(await newsOf(following(undefined), account), undefined);
  });

  it('are other tokens of the same person', async () => {
    assert.equal(await newsOf(following(found, { userId: 'u1' }), account), found);
  });

  it('are never the tokens of another person', async () => {
    assert.equal(await newsOf(following(found, { userId: 'u2' }), account), undefined);
  });

  it('are none where the service does not say whose the tokens are', async () => {
    assert.equal(await newsOf(following(found, { email: 'ana@example.com' }), account), undefined);
  });

  it('are asked about once, however often they are looked at', async () => {
    const foreign = following(found, { userId: 'u2' });
    await newsOf(foreign, account);
    assert.equal(await newsOf(foreign, account), undefined);
    assert.equal(asked, 1);
  });

  it('are asked about again where the service could not be asked', async () => {
    const unsure = following(found, new KiroError('network'));
    assert.equal(await newsOf(unsure, account), undefined);
    await newsOf(unsure, account);
    assert.equal(asked, 2);
  });

  it('are taken on trust where it is not known whose the account is', async () => {
    const unknown = { ...account, userId: undefined };
    assert.equal(await newsOf(following(found, { userId: 'u2' }), unknown), found);
    assert.equal(asked, 0);
  });

  it('are taken on trust where the token has ended and nobody can be asked', async () => {
    const ended = { ...found, tokens: { ...found.tokens, expiresAt: now } };
    assert.equal(await newsOf(following(ended, { userId: 'u2' }), account), ended);
  });

  it('are taken on trust where nobody can be asked at all', async () => {
    assert.equal(await newsOf(following(found), account), found);
  });

  it('need no question where the place says whose they are', async () => {
    const known = { ...found, userId: 'u1' };
    assert.equal(await newsOf(following(known, { userId: 'u2' }), account), known);
    assert.equal(asked, 0);
  });

  it('are none where the source cannot be read, which the log tells', async () => {
    const locked = new KiroError('import-failed', { reason: 'locked' });
    assert.equal(await newsOf(following(locked), account), undefined);
    assert.match(logged.join(), /id-1.*import-failed locked/);
  });

  it('do not hide a mistake of ours', async () => {
    const mistake = new TypeError('x is not a function');
    await assert.rejects(following(mistake).read(account, signal), mistake);
  });
});

describe('What is wrong with the place of a linked account', () => {
  beforeEach(() => {
    asked = 0;
    logged = [];
  });

  const problemOf = async (place: SourceReader, of: Account) => (await place.read(of, signal)).problem;
  const gone = () => new KiroError('import-failed', { reason: 'no-database' });
  const locked = () => new KiroError('import-failed', { reason: 'locked' });

  it('is nothing where it holds what the account has, or newer', async () => {
    assert.equal(await problemOf(following({ ...found, tokens: account.tokens }), account), undefined);
    assert.equal(await problemOf(following(found, { userId: 'u1' }), account), undefined);
  });

  it('is nothing where it holds what a refresh of ours has used up', async () => {
    const renewed = { ...account, sourceHolds: found.tokens.refresh };
    assert.equal(await problemOf(following(found, { userId: 'u2' }), renewed), undefined);
  });

  it('is that it is gone, with its login or as a whole', async () => {
    assert.equal(await problemOf(following(undefined), account), 'gone');
    assert.equal(await problemOf(following(gone()), account), 'gone');
  });

  it('is that it cannot be read', async () => {
    assert.equal(await problemOf(following(locked()), account), 'unreadable');
  });

  it('is that it holds another login', async () => {
    assert.equal(await problemOf(following(found, { userId: 'u2' }), account), 'other-login');
  });

  for (const person of [new KiroError('network'), { email: 'ana@example.com' }]) {
    it(`is what it was before where ${'code' in person ? 'the service cannot be asked' : 'the service does not tell'}`, async () => {
      assert.equal(await problemOf(following(found, person), account), undefined);
      const foreign: Account = { ...account, sourceProblem: 'other-login' };
      assert.equal(await problemOf(following(found, person), foreign), 'other-login');
    });
  }

  it('is nothing where there is no such place, which nobody looks for', async () => {
    const mine: Account = { ...account, origin: { kind: 'own' } };
    assert.equal(await problemOf(following(new TypeError('looked')), mine), undefined);
  });

  it('is told in the log when it begins, not while it lasts', async () => {
    await following(locked()).read(account, signal);
    await following(locked()).read({ ...account, sourceProblem: 'unreadable' }, signal);
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
