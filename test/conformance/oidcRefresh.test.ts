/** AWS's own SSO OIDC client refreshes against the simulator. */
import assert from 'node:assert/strict';
import {
  CreateTokenCommand,
  InvalidClientException,
  InvalidGrantException,
  InvalidRequestException,
} from '@aws-sdk/client-sso-oidc';
import { Simulator } from '../simulator/simulator';
import { OfficialOidc } from './officialOidc';

const start = Date.parse('2026-11-21T12:00:00Z');

describe('A refresh with the official SSO OIDC client', () => {
  let now: number;
  let simulator: Simulator;
  let oidc: OfficialOidc;
  beforeEach(async () => {
    now = start;
    simulator = await Simulator.start({ now: () => now });
    oidc = new OfficialOidc(simulator);
  });
  afterEach(() => simulator.stop());

  it('refreshes with rotation', async () => {
    const { registered, tokens } = await oidc.signIn();
    const renewed = await oidc.refresh(registered, tokens.refreshToken);
    assert.ok(renewed.accessToken);
    assert.notEqual(renewed.accessToken, tokens.accessToken);
    assert.notEqual(renewed.refreshToken, tokens.refreshToken);
    await oidc.refresh(registered, renewed.refreshToken);
    simulator.assertDone();
  });

  it('refuses a refresh token that was used before', async () => {
    const { registered, tokens } = await oidc.signIn();
    await oidc.refresh(registered, tokens.refreshToken);
    await assert.rejects(
      oidc.refresh(registered, tokens.refreshToken),
      (error) =>
        error instanceof InvalidGrantException &&
        error.error === 'invalid_grant' &&
        error.error_description === 'Invalid refresh token provided',
    );
  });

  it('answers no refresh token where it does not rotate', async () => {
    const { registered, tokens } = await oidc.signIn();
    const [account] = simulator.accounts;
    assert.ok(account);
    account.rotates = false;
    assert.equal((await oidc.refresh(registered, tokens.refreshToken)).refreshToken, undefined);
    assert.ok((await oidc.refresh(registered, tokens.refreshToken)).accessToken);
  });

  it('refuses a refresh token at another client', async () => {
    const { tokens } = await oidc.signIn();
    await assert.rejects(oidc.refresh(await oidc.register(), tokens.refreshToken), InvalidGrantException);
  });

  it('refuses to refresh with the wrong secret', async () => {
    const { registered, tokens } = await oidc.signIn();
    await assert.rejects(
      oidc.refresh({ ...registered, clientSecret: 'wrong' }, tokens.refreshToken),
      InvalidClientException,
    );
  });

  it('refuses to refresh once the registration is over', async () => {
    const { registered, tokens } = await oidc.signIn();
    now += 90 * 86_400_000;
    await assert.rejects(
      oidc.refresh(registered, tokens.refreshToken),
      (error) => error instanceof InvalidClientException && /expired/.test(error.error_description ?? ''),
    );
  });

  it('refuses a scope in a refresh', async () => {
    const { registered, tokens } = await oidc.signIn();
    simulator.expectViolation('oidc-request');
    await assert.rejects(
      oidc.client.send(
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

  it('refreshes the login of an account that was signed in before', async () => {
    const account = simulator.addAccount({ method: 'builder-id', email: 'ada@example.com' });
    const before = account.refreshToken;
    const renewed = await oidc.refresh(account, before);
    assert.equal(renewed.refreshToken, account.refreshToken);
    assert.notEqual(renewed.refreshToken, before);
  });
});
