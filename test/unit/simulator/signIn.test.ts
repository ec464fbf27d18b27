import assert from 'node:assert/strict';
import { socialProfileArn } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';
import { post } from './requests';

type Body = Record<string, unknown>;

describe('The other sign-in services of the simulator', () => {
  let now: number;
  let simulator: Simulator;
  beforeEach(async () => {
    now = Date.parse('2026-11-21T12:00:00Z');
    simulator = await Simulator.start({ now: () => now });
  });
  afterEach(() => simulator.stop());

  const social = async (path: string, body: object): Promise<{ status: number; body: Body }> => {
    const answer = await post(simulator.endpoints.social + path, body);
    const text = await answer.text();
    return { status: answer.status, body: text ? (JSON.parse(text) as Body) : {} };
  };
  const authorize = async (loginProvider: string) =>
    (await social('/oauth/device/authorization', { clientId: 'Kiro-CLI', loginProvider })).body;
  const poll = async (deviceCode: unknown) =>
    (await social('/oauth/device/poll', { clientId: 'Kiro-CLI', deviceCode })).body;

  it('sign in with Google, by a code', async () => {
    const { deviceCode, userCode, expiresInMilliseconds, intervalInMilliseconds } = await authorize('Google');
    assert.deepEqual([expiresInMilliseconds, intervalInMilliseconds], [300_000, 5000]);
    assert.deepEqual(await poll(deviceCode), { status: 'authorization_pending' });
    now += 5000;
    const account = simulator.approveDevice(String(userCode));
    assert.equal(account.method, 'google');
    assert.deepEqual(await poll(deviceCode), {
      status: 'authorized',
      identityProvider: 'Google',
      accessToken: account.accessToken,
      refreshToken: account.refreshToken,
      expiresIn: 3600,
      profileArn: socialProfileArn,
    });
  });

  it('sign in with GitHub', async () => {
    const { userCode } = await authorize('Github');
    assert.equal(simulator.approveDevice(String(userCode)).method, 'github');
  });

  it('tell when a code is too old', async () => {
    const { deviceCode } = await authorize('Google');
    now += 300_000;
    assert.deepEqual(await poll(deviceCode), { status: 'expired_token' });
  });

  it('tell when the person refused', async () => {
    const { deviceCode, userCode } = await authorize('Google');
    simulator.denyDevice(String(userCode));
    assert.deepEqual(await poll(deviceCode), { status: 'invalid_token' });
  });

  it('refuse a client or provider nobody knows', async () => {
    simulator.expectViolation('social-request');
    const answer = await social('/oauth/device/authorization', {
      clientId: 'someone',
      loginProvider: 'Google',
    });
    assert.equal(answer.status, 400);
    simulator.assertDone();
  });

  it('refresh with rotation', async () => {
    const account = simulator.addAccount({ method: 'google', email: 'ada@example.com' });
    const refreshToken = account.refreshToken;
    const { status, body } = await social('/refreshToken', { refreshToken });
    assert.equal(status, 200);
    assert.equal(body['refreshToken'], account.refreshToken);
    assert.notEqual(body['refreshToken'], refreshToken);
    assert.equal((await social('/refreshToken', { refreshToken })).status, 401);
  });

  it('end a login at sign-out', async () => {
    const account = simulator.addAccount({ method: 'github', email: 'ada@example.com' });
    assert.equal((await social('/logout', { refreshToken: account.refreshToken })).status, 200);
    assert.equal((await social('/refreshToken', { refreshToken: account.refreshToken })).status, 401);
    assert.ok(account.login.access.revoked);
  });

  it('show a person the code to confirm, and take the answer', async () => {
    const { userCode, deviceCode, verificationUriComplete } = await authorize('Google');
    const page = await (await fetch(String(verificationUriComplete))).text();
    assert.match(page, new RegExp(String(userCode)));
    const decision = new URLSearchParams({ user_code: String(userCode), decision: 'approve' });
    await fetch(`${simulator.endpoints.portal}/device`, { method: 'POST', body: decision });
    assert.equal((await poll(deviceCode))['status'], 'authorized');
    assert.deepEqual(simulator.waitingCodes, []);
  });

  it('refresh at an organisation’s identity provider', async () => {
    const account = simulator.addAccount({ method: 'external-idp', email: 'ada@example.org' });
    const { issuerUrl, tokenEndpoint, clientId } = simulator.identityProvider;
    const discovered = await (await fetch(`${issuerUrl}/.well-known/openid-configuration`)).json();
    assert.equal((discovered as Body)['token_endpoint'], tokenEndpoint);
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: account.refreshToken,
    });
    const answer = await fetch(tokenEndpoint, { method: 'POST', body: form });
    const body = (await answer.json()) as Body;
    assert.equal(body['access_token'], account.accessToken);
    assert.equal(body['refresh_token'], account.refreshToken);
    const again = await fetch(tokenEndpoint, { method: 'POST', body: form });
    assert.equal(((await again.json()) as Body)['error'], 'invalid_grant');
  });

  it('list every secret they gave out', async () => {
    const account = simulator.addAccount({ method: 'builder-id', email: 'ada@example.com' });
    const key = simulator.addAccount({ method: 'api-key', email: 'ci@example.com' });
    const { deviceCode } = await authorize('Google');
    for (const secret of [
      account.accessToken,
      account.refreshToken,
      account.clientSecret,
      key.accessToken,
      String(deviceCode),
    ]) {
      assert.ok(simulator.issuedSecrets.has(secret));
    }
    assert.match(account.accessToken, /^aoa/);
    assert.match(account.refreshToken, /^aor/);
    assert.match(key.accessToken, /^ksk_/);
  });
});
