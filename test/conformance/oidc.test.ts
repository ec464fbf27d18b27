/** AWS's own SSO OIDC client signs in and refreshes against the simulator. */
import assert from 'node:assert/strict';
import {
  AccessDeniedException,
  AuthorizationPendingException,
  CreateTokenCommand,
  type CreateTokenCommandOutput,
  ExpiredTokenException,
  InvalidClientException,
  InvalidClientMetadataException,
  InvalidGrantException,
  InvalidRequestException,
  RegisterClientCommand,
  type RegisterClientCommandOutput,
  SlowDownException,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
  type StartDeviceAuthorizationCommandOutput,
  UnsupportedGrantTypeException,
} from '@aws-sdk/client-sso-oidc';
import { builderIdStartUrl } from '../simulator/account';
import { Simulator } from '../simulator/simulator';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const start = Date.parse('2026-11-21T12:00:00Z');

describe('Sign-in with the official SSO OIDC client', () => {
  let now: number;
  let simulator: Simulator;
  let client: SSOOIDCClient;
  beforeEach(async () => {
    now = start;
    simulator = await Simulator.start({ now: () => now });
    client = new SSOOIDCClient({ endpoint: simulator.endpoints.oidc, region: 'us-east-1', maxAttempts: 1 });
  });
  afterEach(() => simulator.stop());

  const register = () =>
    client.send(
      new RegisterClientCommand({
        clientName: 'Kiro Models for Chat',
        clientType: 'public',
        scopes: ['codewhisperer:completions', 'codewhisperer:conversations'],
        grantTypes: [deviceGrant, 'refresh_token'],
      }),
    );
  const authorize = (registered: RegisterClientCommandOutput, startUrl = builderIdStartUrl) =>
    client.send(
      new StartDeviceAuthorizationCommand({
        clientId: registered.clientId,
        clientSecret: registered.clientSecret,
        startUrl,
      }),
    );
  const poll = (
    registered: RegisterClientCommandOutput,
    { deviceCode }: StartDeviceAuthorizationCommandOutput,
  ) =>
    client.send(
      new CreateTokenCommand({
        clientId: registered.clientId,
        clientSecret: registered.clientSecret,
        grantType: deviceGrant,
        deviceCode,
      }),
    );
  const refresh = (registered: Credentials, refreshToken: string | undefined) =>
    client.send(
      new CreateTokenCommand({
        clientId: registered.clientId,
        clientSecret: registered.clientSecret,
        grantType: 'refresh_token',
        refreshToken,
      }),
    );
  async function signIn(): Promise<{
    registered: RegisterClientCommandOutput;
    tokens: CreateTokenCommandOutput;
  }> {
    const registered = await register();
    const authorization = await authorize(registered);
    simulator.approveDevice(authorization.userCode ?? '');
    return { registered, tokens: await poll(registered, authorization) };
  }

  it('registers a client for ninety days', async () => {
    const registered = await register();
    assert.ok(registered.clientId);
    assert.ok(registered.clientSecret);
    assert.equal(registered.clientIdIssuedAt, start / 1000);
    assert.equal(registered.clientSecretExpiresAt, start / 1000 + 90 * 86_400);
  });

  it('refuses a client that is not public', async () => {
    await assert.rejects(
      client.send(new RegisterClientCommand({ clientName: 'x', clientType: 'confidential' })),
      InvalidClientMetadataException,
    );
  });

  it('starts a device authorization', async () => {
    const authorization = await authorize(await register());
    assert.ok(authorization.deviceCode);
    assert.match(authorization.userCode ?? '', /^[A-Z]{4}-[A-Z]{4}$/);
    assert.ok(authorization.verificationUriComplete?.endsWith(authorization.userCode ?? '-'));
    assert.equal(authorization.expiresIn, 600);
    assert.equal(authorization.interval, 5);
  });

  it('refuses a start URL that nobody signs in at', async () => {
    await assert.rejects(authorize(await register(), 'https://example.com/start'), InvalidRequestException);
  });

  it('refuses an unknown client', async () => {
    const registered = await register();
    await assert.rejects(authorize({ ...registered, clientSecret: 'wrong' }), InvalidClientException);
  });

  it('is pending until the person decides', async () => {
    const registered = await register();
    const authorization = await authorize(registered);
    await assert.rejects(poll(registered, authorization), AuthorizationPendingException);
    now += 5000;
    await assert.rejects(poll(registered, authorization), AuthorizationPendingException);
  });

  it('asks a client that polls too fast to slow down, by five seconds', async () => {
    const registered = await register();
    const authorization = await authorize(registered);
    await assert.rejects(poll(registered, authorization), AuthorizationPendingException);
    now += 1000;
    await assert.rejects(poll(registered, authorization), SlowDownException);
    now += 5000;
    await assert.rejects(poll(registered, authorization), SlowDownException);
    now += 15_000;
    await assert.rejects(poll(registered, authorization), AuthorizationPendingException);
  });

  it('gives tokens once the person agrees, and only once', async () => {
    const registered = await register();
    const authorization = await authorize(registered);
    const account = simulator.approveDevice(authorization.userCode ?? '');
    const tokens = await poll(registered, authorization);
    assert.equal(tokens.accessToken, account.accessToken);
    assert.equal(tokens.refreshToken, account.refreshToken);
    assert.equal(tokens.expiresIn, 3600);
    assert.equal(tokens.tokenType, 'Bearer');
    now += 5000;
    await assert.rejects(poll(registered, authorization), InvalidGrantException);
  });

  it('tells when the person refused', async () => {
    const registered = await register();
    const authorization = await authorize(registered);
    simulator.denyDevice(authorization.userCode ?? '');
    await assert.rejects(poll(registered, authorization), AccessDeniedException);
  });

  it('tells when the code is too old', async () => {
    const registered = await register();
    const authorization = await authorize(registered);
    now += 600_000;
    await assert.rejects(poll(registered, authorization), ExpiredTokenException);
  });

  it('gives a code to the client that asked for it alone', async () => {
    const authorization = await authorize(await register());
    await assert.rejects(poll(await register(), authorization), InvalidGrantException);
  });

  it('signs in to an organisation’s own start URL', async () => {
    const ada = simulator.createAccount({
      method: 'idc',
      email: 'ada@example.org',
      startUrl: 'https://analytical.awsapps.com/start',
    });
    const registered = await register();
    const authorization = await authorize(registered, 'https://analytical.awsapps.com/start');
    assert.equal(simulator.approveDevice(authorization.userCode ?? ''), ada);
    assert.equal((await poll(registered, authorization)).accessToken, ada.accessToken);
  });

  it('refreshes with rotation', async () => {
    const { registered, tokens } = await signIn();
    const renewed = await refresh(registered, tokens.refreshToken);
    assert.ok(renewed.accessToken);
    assert.notEqual(renewed.accessToken, tokens.accessToken);
    assert.notEqual(renewed.refreshToken, tokens.refreshToken);
    await refresh(registered, renewed.refreshToken);
    simulator.assertDone();
  });

  it('refuses a refresh token that was used before', async () => {
    const { registered, tokens } = await signIn();
    await refresh(registered, tokens.refreshToken);
    await assert.rejects(
      refresh(registered, tokens.refreshToken),
      (error) =>
        error instanceof InvalidGrantException &&
        error.error === 'invalid_grant' &&
        error.error_description === 'Invalid refresh token provided',
    );
  });

  it('answers no refresh token where it does not rotate', async () => {
    const { registered, tokens } = await signIn();
    const [account] = simulator.accounts;
    assert.ok(account);
    account.rotates = false;
    assert.equal((await refresh(registered, tokens.refreshToken)).refreshToken, undefined);
    assert.ok((await refresh(registered, tokens.refreshToken)).accessToken);
  });

  it('refuses a refresh token at another client', async () => {
    const { tokens } = await signIn();
    await assert.rejects(refresh(await register(), tokens.refreshToken), InvalidGrantException);
  });

  it('refuses to refresh with the wrong secret', async () => {
    const { registered, tokens } = await signIn();
    await assert.rejects(
      refresh({ ...registered, clientSecret: 'wrong' }, tokens.refreshToken),
      InvalidClientException,
    );
  });

  it('refuses to refresh once the registration is over', async () => {
    const { registered, tokens } = await signIn();
    now += 90 * 86_400_000;
    await assert.rejects(
      refresh(registered, tokens.refreshToken),
      (error) => error instanceof InvalidClientException && /expired/.test(error.error_description ?? ''),
    );
  });

  it('refuses a scope in a refresh', async () => {
    const { registered, tokens } = await signIn();
    simulator.expectViolation('oidc-request');
    await assert.rejects(
      client.send(
        new CreateTokenCommand({
          clientId: registered.clientId,
          clientSecret: registered.clientSecret,
          grantType: 'refresh_token',
          refreshToken: tokens.refreshToken,
          scope: ['codewhisperer:conversations'],
        }),
      ),
      InvalidRequestException,
    );
    simulator.assertDone();
  });

  it('refuses a grant it does not know', async () => {
    const registered = await register();
    await assert.rejects(
      client.send(
        new CreateTokenCommand({
          clientId: registered.clientId,
          clientSecret: registered.clientSecret,
          grantType: 'password',
        }),
      ),
      UnsupportedGrantTypeException,
    );
  });

  it('refreshes the login of an account that was signed in before', async () => {
    const account = simulator.addAccount({ method: 'builder-id', email: 'ada@example.com' });
    const before = account.refreshToken;
    const renewed = await refresh(account, before);
    assert.equal(renewed.refreshToken, account.refreshToken);
    assert.notEqual(renewed.refreshToken, before);
  });

  it('has every secret it gave out on its list', async () => {
    const { registered, tokens } = await signIn();
    for (const secret of [registered.clientSecret, tokens.accessToken, tokens.refreshToken]) {
      assert.ok(simulator.issuedSecrets.has(secret ?? ''));
    }
  });
});

interface Credentials {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
}
