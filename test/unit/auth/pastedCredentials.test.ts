import assert from 'node:assert/strict';
import {
  bareCredential,
  checkApiKey,
  checkPastedToken,
  neverExpires,
} from '../../../src/auth/pastedCredentials';
import { redeem, redeemPasted } from '../../../src/auth/refresh';
import { callTo, codeOf } from '../../fixtures/authCalls';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { serviceUnavailable } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

const key = `ksk_${'AbC9_-'.repeat(8)}`;
const token = `aorAAAAAG${'x1_-'.repeat(20)}:MGUC${'Q+/='.repeat(20)}`;

describe('A pasted credential', () => {
  for (const [what, text] of [
    ['as it is', token],
    ['in spaces', `  ${token}\n`],
    ['in quotes', `"${token}"`],
    ['in single quotes with a comma', `'${token}',`],
    ['in typographic quotes', `“${token}”`],
    ['broken over lines', `${token.slice(0, 40)}\n   ${token.slice(40, 90)}\r\n${token.slice(90)}`],
    ['with Bearer', `Bearer ${token}`],
    ['as a header', `Authorization: Bearer ${token}`],
    ['as a JSON member', `"refreshToken": "${token}",`],
    ['as a snake_case member', `"refresh_token" : "${token}"`],
    ['as a variable', `KIRO_REFRESH_TOKEN=${token}`],
    ['as an exported variable', `export KIRO_REFRESH_TOKEN='${token}'`],
    ['as a PowerShell variable', `$env:KIRO_REFRESH_TOKEN = "${token}"`],
  ] as const) {
    it(`is found ${what}`, () => assert.equal(bareCredential(text), token));
  }
});

describe('An API key', () => {
  for (const text of [
    key,
    ` "${key}"\n`,
    `KIRO_API_KEY=${key}`,
    `export KIRO_API_KEY="${key}"`,
    `Bearer ${key}`,
  ]) {
    it(`is taken from ${JSON.stringify(text.replace(key, '<key>'))}`, () => {
      assert.deepEqual(checkApiKey(text), {
        kind: 'ok',
        login: { grant: { kind: 'apiKey' }, tokens: { access: key, expiresAt: neverExpires } },
      });
    });
  }

  for (const [text, reason] of [
    ['', 'empty'],
    ['KIRO_API_KEY=', 'empty'],
    ['ksk_abc...xyz', 'truncated'],
    ['ksk_abcdefghijklmnopqrs…', 'truncated'],
    ['ksk_************************', 'truncated'],
    ['ksk_short', 'truncated'],
    ['sk-ant-0123456789012345678901234567890123456789', 'prefix'],
    [token, 'prefix'],
    [`${key} ${key}`, 'characters'],
    [`${key}é`, 'characters'],
  ] as const) {
    it(`is refused: ${reason} (${text.length} characters)`, () => {
      assert.deepEqual(checkApiKey(text), { kind: 'invalid', reason });
    });
  }
});

describe('A pasted refresh token', () => {
  it('is taken', () => {
    assert.deepEqual(checkPastedToken(` "${token}" `), { kind: 'ok', refreshToken: token, prefix: 'usual' });
  });

  it('is taken with a warning where it begins in no way we know', () => {
    const other = `1.AXoA${'y'.repeat(120)}`;
    assert.deepEqual(checkPastedToken(other), { kind: 'ok', refreshToken: other, prefix: 'unusual' });
  });

  for (const [what, text, reason] of [
    ['nothing', ' \n', 'empty'],
    ['an API key', key, 'api-key'],
    ['an access token', token.replace('aor', 'aoa'), 'access-token'],
    ['dots in the middle', `${token.slice(0, 60)}...${token.slice(60)}`, 'truncated'],
    ['one character for them', `${token}…`, 'truncated'],
    ['too few characters', token.slice(0, 99), 'truncated'],
    ['two words', `${token} ${token}`, 'characters'],
    ['a whole file', JSON.stringify({ region: 'x', refreshToken: token }), 'characters'],
  ] as const) {
    it(`is refused for ${what}`, () => {
      assert.deepEqual(checkPastedToken(text), { kind: 'invalid', reason });
    });
  }
});

describe('The login of a pasted refresh token', () => {
  let simulator: Simulator;
  const start = Date.UTC(2026, 10, 21);
  const call = () => callTo(simulator, { now: () => start });
  const add = (method: Method) => simulator.addAccount({ method, email: 'ana@example.com' });
  const grantOf = ({ clientId, clientSecret, ssoRegion: region, startUrl }: SimulatedAccount) =>
    ({ kind: 'oidc', clientId, clientSecret, region, startUrl }) as const;
  const paths = () => simulator.received.map(({ path }) => path);

  beforeEach(async () => {
    simulator = await Simulator.start({ now: () => start });
  });
  afterEach(() => simulator.stop());

  for (const method of ['google', 'github'] as const) {
    it(`is a ${method} one without a client`, async () => {
      const account = add(method);
      const login = await redeemPasted(account.refreshToken, call());
      assert.deepEqual(login, {
        grant: { kind: 'social', provider: 'unknown' },
        tokens: { access: account.accessToken, refresh: account.refreshToken, expiresAt: start + 3_600_000 },
        profileArn: account.profileArn,
        email: undefined,
      });
      assert.deepEqual(paths(), ['/refreshToken']);
    });
  }

  for (const method of ['builder-id', 'idc'] as const) {
    it(`is a ${method} one with its client`, async () => {
      const account = add(method);
      const { grant, tokens } = await redeem(
        { grant: grantOf(account), refresh: account.refreshToken },
        call(),
      );
      assert.deepEqual(grant, grantOf(account));
      assert.equal(tokens.access, account.accessToken);
    });
  }

  it('is a social one although somebody put a client beside it', async () => {
    const account = add('google');
    const client = grantOf(add('builder-id'));
    const { grant } = await redeem({ grant: client, refresh: account.refreshToken }, call());
    assert.equal(grant.kind, 'social');
    assert.deepEqual(paths(), ['/token', '/refreshToken']);
  });

  it('wants a client where the token is no social one', async () => {
    const code = codeOf(redeemPasted(add('idc').refreshToken, call()), simulator.issuedSecrets);
    assert.deepEqual(await code, ['import-failed', 'needs-client']);
  });

  it('does not exist where the token has ended', async () => {
    const account = add('builder-id');
    account.revokeRefreshToken();
    const candidate = { grant: grantOf(account), refresh: account.refreshToken };
    assert.deepEqual(await codeOf(redeem(candidate, call()), simulator.issuedSecrets), [
      'signed-out',
      'invalid_grant',
    ]);
  });

  it('is not asked for in a region that is none', async () => {
    const grant = { ...grantOf(add('builder-id')), region: 'moon' };
    const hostless = { ...call(), endpoints: {} };
    assert.deepEqual(await codeOf(redeem({ grant, refresh: token }, hostless)), ['protocol', 'region']);
    assert.deepEqual(paths(), []);
  });

  for (const [failure, code] of [
    [serviceUnavailable(), 'server'],
    ['break', 'network'],
  ] as const) {
    it(`may still come where the service says ${code}`, async () => {
      simulator.failNext('social-refresh', failure);
      assert.equal((await codeOf(redeemPasted(token, call())))[0], code);
    });
    it(`is not tried as another where the service says ${code}`, async () => {
      simulator.failNext('token', failure);
      const grant = grantOf(add('builder-id'));
      assert.equal((await codeOf(redeem({ grant, refresh: token }, call())))[0], code);
      assert.deepEqual(paths(), ['/token']);
    });
  }

  it('ends with the reason of the caller that gives up', async () => {
    const caller = new AbortController();
    const reason = new Error('given up');
    simulator.failNext('social-refresh', 'stall');
    void simulator.waitFor(({ path }) => path === '/refreshToken').then(() => caller.abort(reason));
    const giving = redeemPasted(token, callTo(simulator, { signal: caller.signal }));
    await assert.rejects(giving, reason);
  });
});
