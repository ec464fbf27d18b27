/** AWS's own SSO OIDC client signs in against the simulator. */
import assert from 'node:assert/strict';
import {
  AccessDeniedException,
  AuthorizationPendingException,
  CreateTokenCommand,
  ExpiredTokenException,
  InvalidClientException,
  InvalidClientMetadataException,
  InvalidGrantException,
  InvalidRequestException,
  RegisterClientCommand,
  SlowDownException,
  UnsupportedGrantTypeException,
} from '@aws-sdk/client-sso-oidc';
import { Simulator } from '../simulator/simulator';
import { OfficialOidc } from './officialOidc';

const start = Date.parse('2026-11-21T12:00:00Z');

describe('Sign-in with the official SSO OIDC client', () => {
  let now: number;
  let simulator: Simulator;
  let oidc: OfficialOidc;
  beforeEach(async () => {
    now = start;
    simulator = await Simulator.start({ now: () => now });
    oidc = new OfficialOidc(simulator);
  });
  afterEach(() => simulator.stop());

  it('registers a client for ninety days', async () => {
    const registered = await oidc.register();
    assert.ok(registered.clientId);
    assert.ok(registered.clientSecret);
    assert.equal(registered.clientIdIssuedAt, start / 1000);
    assert.equal(registered.clientSecretExpiresAt, start / 1000 + 90 * 86_400);
  });

  it('refuses a client that is not public', async () => {
    await assert.rejects(
      oidc.client.send(new RegisterClientCommand({ clientName: 'x', clientType: 'confidential' })),
      InvalidClientMetadataException,
    );
  });

  it('starts a device authorization', async () => {
    const authorization = await oidc.authorize(await oidc.register());
    assert.ok(authorization.deviceCode);
    assert.match(authorization.userCode ?? '', /^[A-Z]{4}-[A-Z]{4}$/);
    assert.ok(authorization.verificationUriComplete?.endsWith(authorization.userCode ?? '-'));
    assert.equal(authorization.expiresIn, 600);
    assert.equal(authorization.interval, 5);
  });

  it('refuses a start URL that nobody signs in at', async () => {
    await assert.rejects(
      oidc.authorize(await oidc.register(), 'https://example.com/start'),
      InvalidRequestException,
    );
  });

  it('refuses an unknown client', async () => {
    const registered = await oidc.register();
    await assert.rejects(oidc.authorize({ ...registered, clientSecret: 'wrong' }), InvalidClientException);
  });

  it('is pending until the person decides', async () => {
    const registered = await oidc.register();
    const authorization = await oidc.authorize(registered);
    await assert.rejects(oidc.poll(registered, authorization), AuthorizationPendingException);
    now += 5000;
    await assert.rejects(oidc.poll(registered, authorization), AuthorizationPendingException);
  });

  it('asks a client that polls too fast to slow down, by five seconds', async () => {
    const registered = await oidc.register();
    const authorization = await oidc.authorize(registered);
    await assert.rejects(oidc.poll(registered, authorization), AuthorizationPendingException);
    now += 1000;
    await assert.rejects(oidc.poll(registered, authorization), SlowDownException);
    now += 5000;
    await assert.rejects(oidc.poll(registered, authorization), SlowDownException);
    now += 15_000;
    await assert.rejects(oidc.poll(registered, authorization), AuthorizationPendingException);
  });

  it('gives tokens once the person agrees, and only once', async () => {
    const registered = await oidc.register();
    const authorization = await oidc.authorize(registered);
    const account = simulator.approveDevice(authorization.userCode ?? '');
    const tokens = await oidc.poll(registered, authorization);
    assert.equal(tokens.accessToken, account.accessToken);
    assert.equal(tokens.refreshToken, account.refreshToken);
    assert.equal(tokens.expiresIn, 3600);
    assert.equal(tokens.tokenType, 'Bearer');
    now += 5000;
    await assert.rejects(oidc.poll(registered, authorization), InvalidGrantException);
  });

  it('tells when the person refused', async () => {
    const registered = await oidc.register();
    const authorization = await oidc.authorize(registered);
    simulator.denyDevice(authorization.userCode ?? '');
    await assert.rejects(oidc.poll(registered, authorization), AccessDeniedException);
  });

  it('tells when the code is too old', async () => {
    const registered = await oidc.register();
    const authorization = await oidc.authorize(registered);
    now += 600_000;
    await assert.rejects(oidc.poll(registered, authorization), ExpiredTokenException);
  });

  it('gives a code to the client that asked for it alone', async () => {
    const authorization = await oidc.authorize(await oidc.register());
    await assert.rejects(oidc.poll(await oidc.register(), authorization), InvalidGrantException);
  });

  it('signs in to an organisation’s own start URL', async () => {
    const ada = simulator.createAccount({
      method: 'idc',
      email: 'ada@example.org',
      startUrl: 'https://analytical.awsapps.com/start',
    });
    const registered = await oidc.register();
    const authorization = await oidc.authorize(registered, 'https://analytical.awsapps.com/start');
    assert.equal(simulator.approveDevice(authorization.userCode ?? ''), ada);
    assert.equal((await oidc.poll(registered, authorization)).accessToken, ada.accessToken);
  });

  it('refuses a grant it does not know', async () => {
    const registered = await oidc.register();
    await assert.rejects(
      oidc.client.send(
        new CreateTokenCommand({
          clientId: registered.clientId,
          clientSecret: registered.clientSecret,
          grantType: 'password',
        }),
      ),
      UnsupportedGrantTypeException,
    );
  });

  it('has every secret it gave out on its list', async () => {
    const { registered, tokens } = await oidc.signIn();
    for (const secret of [registered.clientSecret, tokens.accessToken, tokens.refreshToken]) {
      assert.ok(simulator.issuedSecrets.has(secret ?? ''));
    }
  });
});
