import assert from 'node:assert/strict';
import { logoutSocial, pollSocialToken, startSocialAuthorization } from '../../../src/auth/kiroSocial';
import { callTo, codeOf, plain } from '../../fixtures/authCalls';
import { httpError, serviceUnavailable } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

const start = Date.UTC(2026, 10, 21);

let simulator: Simulator;
const call = (hosts: 'real' | 'own' = 'own') => callTo(simulator, { now: () => start, hosts });
const bodies = () => simulator.received.map(({ body }) => body);

function aroundEach(): void {
  beforeEach(async () => {
    simulator = await Simulator.start({ now: () => start });
  });
  afterEach(() => simulator.stop());
}

describe('A sign-in at Kiro’s own service', () => {
  aroundEach();

  it('is asked for under the name of Kiro CLI', async () => {
    await startSocialAuthorization('Github', call());
    assert.deepEqual(bodies(), [{ clientId: 'Kiro-CLI', loginProvider: 'Github' }]);
    assert.equal(simulator.received[0]?.headers['user-agent'], 'kiro-chat-models/test');
  });

  it('is asked for under the other spelling where the first is refused, and polled under it', async () => {
    simulator.failNext('social-authorize', httpError({ status: 400, message: 'Bad Request' }));
    const authorization = await startSocialAuthorization('Google', call());
    await pollSocialToken(authorization, call());
    assert.deepEqual(bodies(), [
      { clientId: 'Kiro-CLI', loginProvider: 'Google' },
      { clientId: 'kiro-cli', loginProvider: 'Google' },
      { deviceCode: authorization.deviceCode, clientId: 'kiro-cli' },
    ]);
  });

  it('fails where neither spelling is taken', async () => {
    for (let i = 0; i < 2; i++) simulator.failNext('social-authorize', httpError({ status: 400 }));
    assert.deepEqual(await codeOf(startSocialAuthorization('Google', call())), ['bad-request', 'http-400']);
  });

  it('does not try another name where the service is in trouble', async () => {
    simulator.failNext('social-authorize', serviceUnavailable());
    assert.equal((await codeOf(startSocialAuthorization('Google', call())))[0], 'server');
    assert.equal(simulator.received.length, 1);
  });

  it('counts in milliseconds', async () => {
    const { intervalMs, expiresAt } = await startSocialAuthorization('Google', call());
    assert.deepEqual([intervalMs, expiresAt], [5000, start + 300_000]);
  });

  it('goes to the one host there is', async () => {
    await startSocialAuthorization('Google', call('real'));
    assert.equal(simulator.received[0]?.host, 'prod.us-east-1.auth.desktop.kiro.dev');
  });

  const good = { deviceCode: 'd', userCode: 'u', verificationUri: 'https://app.kiro.dev/device' };
  it('lasts five minutes where the service does not say', async () => {
    simulator.failNext('social-authorize', plain(200, good));
    const { intervalMs, expiresAt } = await startSocialAuthorization('Google', call());
    assert.deepEqual([intervalMs, expiresAt], [5000, start + 300_000]);
  });

  for (const [body, reason] of [
    ['<html>', 'body'],
    [{ ...good, deviceCode: '' }, 'deviceCode'],
    [{ ...good, userCode: 7 }, 'userCode'],
    [{ ...good, verificationUri: 'http://app.kiro.dev/device' }, 'verificationUri'],
    [{ ...good, verificationUriComplete: 'vscode://evil' }, 'verificationUriComplete'],
    [{ ...good, expiresInMilliseconds: '1' }, 'expiresInMilliseconds'],
  ] as const) {
    it(`is not begun with an unfit ${reason}`, async () => {
      simulator.failNext('social-authorize', plain(200, body));
      assert.deepEqual(await codeOf(startSocialAuthorization('Google', call())), ['protocol', reason]);
    });
  }
});

describe('A poll of Kiro’s own service', () => {
  aroundEach();

  const polled = async (reply: ReturnType<typeof plain>) => {
    const authorization = await startSocialAuthorization('Google', call());
    simulator.failNext('social-poll', reply);
    return await pollSocialToken(authorization, call());
  };

  for (const [status, kind] of [
    ['authorization_pending', 'pending'],
    ['slow_down', 'slow-down'],
    ['expired_token', 'expired'],
    ['invalid_token', 'denied'],
    ['access_denied', 'denied'],
  ] as const) {
    it(`is ${kind} for the status ${status}`, async () => {
      assert.deepEqual(await polled(plain(200, { status })), { kind });
    });
  }

  it('names the provider the person really used', async () => {
    const tokens = { accessToken: 'a', refreshToken: 'r', expiresIn: 60 };
    const poll = await polled(plain(200, { status: 'authorized', identityProvider: 'github', ...tokens }));
    assert.ok(poll.kind === 'granted');
    assert.deepEqual(poll.login.grant, { kind: 'social', provider: 'Github' });
  });

  for (const [what, reply, code, reason] of [
    ['a status nobody knows', plain(200, { status: 'dancing' }), 'protocol', 'status'],
    ['no status', plain(200, {}), 'protocol', 'status'],
    ['no JSON', plain(200, 'OK'), 'protocol', 'body'],
    ['half a login', plain(200, { status: 'authorized', refreshToken: 'r' }), 'protocol', 'accessToken'],
    ['400, which passes', httpError({ status: 400 }), 'server', 'http-400'],
    ['403, which passes', httpError({ status: 403, message: 'no' }), 'server', 'http-403'],
    ['503', serviceUnavailable(), 'server', 'ServiceUnavailableException'],
    ['429', plain(429, {}), 'rate-limited', 'http-429'],
  ] as const) {
    it(`fails with ${code} for ${what}`, async () => {
      assert.deepEqual(await codeOf(polled(reply)), [code, reason]);
    });
  }
});

describe('A sign-out at Kiro’s own service', () => {
  aroundEach();

  it('ends the login for everybody', async () => {
    const account = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    await logoutSocial(account.refreshToken, call());
    assert.ok(account.login.access.revoked);
    assert.ok(account.login.refresh?.dead);
    simulator.assertDone();
  });

  it('says so where it did not come about', async () => {
    const account = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    simulator.failNext('social-logout', serviceUnavailable());
    const code = await codeOf(logoutSocial(account.refreshToken, call()), simulator.issuedSecrets);
    assert.equal(code[0], 'server');
  });
});
