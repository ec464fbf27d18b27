import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import type { PersonFacts } from '../../../src/accounts/changes';
import { Following } from '../../../src/accounts/following';
import { LoginSession } from '../../../src/accounts/loginSession';
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

function following(place: Login | Error | undefined, person?: PersonFacts | Error): Following {
  const log = (message: string) => void logged.push(message);
  const identify = async () => {
    asked++;
    if (person instanceof Error) throw person;
    return person ?? {};
  };
  return new Following({
    rereadLinked: async () => {
      if (place instanceof Error) throw place;
      return place;
    },
    ...(person ? { identify } : {}),
    now: () => now,
    logger: { trace: log, debug: log, info: log, warn: log, error: log },
  });
}

describe('News of a linked account', () => {
  beforeEach(() => {
    asked = 0;
    logged = [];
  });

  it('are none where its place holds the same tokens', async () => {
    assert.equal(await following({ ...found, tokens: account.tokens }).newsOf(account, signal), undefined);
  });

  it('are none where its place holds nothing', async () => {
    assert.equal(await following(undefined).newsOf(account, signal), undefined);
  });

  it('are other tokens of the same person', async () => {
    assert.equal(await following(found, { userId: 'u1' }).newsOf(account, signal), found);
  });

  it('are never the tokens of another person', async () => {
    assert.equal(await following(found, { userId: 'u2' }).newsOf(account, signal), undefined);
  });

  it('are none where the service does not say whose the tokens are', async () => {
    assert.equal(await following(found, { email: 'ana@example.com' }).newsOf(account, signal), undefined);
  });

  it('are asked about once, however often they are looked at', async () => {
    const foreign = following(found, { userId: 'u2' });
    await foreign.newsOf(account, signal);
    assert.equal(await foreign.newsOf(account, signal), undefined);
    assert.equal(asked, 1);
  });

  it('are asked about again where the service could not be asked', async () => {
    const unsure = following(found, new KiroError('network'));
    assert.equal(await unsure.newsOf(account, signal), undefined);
    await unsure.newsOf(account, signal);
    assert.equal(asked, 2);
  });

  it('are taken on trust where it is not known whose the account is', async () => {
    const unknown = { ...account, userId: undefined };
    assert.equal(await following(found, { userId: 'u2' }).newsOf(unknown, signal), found);
    assert.equal(asked, 0);
  });

  it('are taken on trust where the token has ended and nobody can be asked', async () => {
    const ended = { ...found, tokens: { ...found.tokens, expiresAt: now } };
    assert.equal(await following(ended, { userId: 'u2' }).newsOf(account, signal), ended);
  });

  it('are taken on trust where nobody can be asked at all', async () => {
    assert.equal(await following(found).newsOf(account, signal), found);
  });

  it('need no question where the place says whose they are', async () => {
    const known = { ...found, userId: 'u1' };
    assert.equal(await following(known, { userId: 'u2' }).newsOf(account, signal), known);
    assert.equal(asked, 0);
  });

  it('are none where the source cannot be read, which the log tells', async () => {
    const locked = new KiroError('import-failed', { reason: 'locked' });
    assert.equal(await following(locked).newsOf(account, signal), undefined);
    assert.match(logged.join(), /id-1.*import-failed locked/);
  });

  it('do not hide a mistake of ours', async () => {
    const mistake = new TypeError('x is not a function');
    await assert.rejects(following(mistake).newsOf(account, signal), mistake);
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
