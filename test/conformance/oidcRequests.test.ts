/** AWS's own SSO OIDC client and ours send the same requests for the same steps. */
import assert from 'node:assert/strict';
import {
  CreateTokenCommand,
  RegisterClientCommand,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import {
  pollDeviceToken,
  refreshOidc,
  registerClient,
  startDeviceAuthorization,
} from '../../src/auth/awsSsoOidc';
import { callTo } from '../fixtures/authCalls';
import { builderIdStartUrl } from '../simulator/account';
import { Simulator } from '../simulator/simulator';
import { deviceGrant, OfficialOidc } from './officialOidc';

const start = Date.parse('2026-11-21T12:00:00Z');
const organization = 'https://analytical.awsapps.com/start';

describe('Our SSO OIDC client, beside the official one', () => {
  let simulator: Simulator;
  let official: OfficialOidc;
  beforeEach(async () => {
    simulator = await Simulator.start({ now: () => start });
    official = new OfficialOidc(simulator);
  });
  afterEach(() => simulator.stop());

  const call = () => callTo(simulator, { now: () => start });
  /** What the wire saw; values that are new each time stand under their names. */
  const sent = (random: Record<string, string | undefined>) =>
    simulator.received.splice(0).map(({ method, path, query, headers, text }) => {
      let body = text;
      for (const [name, value] of Object.entries(random))
        if (value) body = body.replaceAll(value, `<${name}>`);
      const type = headers['content-type']?.split(';')[0];
      return { method, path, query: query.toString(), type, body: JSON.parse(body) as unknown };
    });

  for (const startUrl of [builderIdStartUrl, organization]) {
    it(`registers, starts and polls with the same words at ${startUrl}`, async () => {
      const mine = await registerClient('us-east-1', call(), { startUrl });
      const myStart = await startDeviceAuthorization(mine, call());
      assert.deepEqual(await pollDeviceToken(mine, myStart, call()), { kind: 'pending' });
      const ours = sent({
        clientId: mine.clientId,
        clientSecret: mine.clientSecret,
        deviceCode: myStart.deviceCode,
      });

      const theirs = await official.client.send(
        new RegisterClientCommand({
          clientName: 'Kiro Models for Chat',
          clientType: 'public',
          scopes: ['codewhisperer:completions', 'codewhisperer:analysis', 'codewhisperer:conversations'],
          grantTypes: [deviceGrant, 'refresh_token'],
        }),
      );
      const { clientId, clientSecret } = theirs;
      const { deviceCode } = await official.client.send(
        new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }),
      );
      const poll = new CreateTokenCommand({ clientId, clientSecret, deviceCode, grantType: deviceGrant });
      await assert.rejects(official.client.send(poll), { name: 'AuthorizationPendingException' });
      const expected = sent({ clientId, clientSecret, deviceCode });

      assert.equal(ours.length, 3);
      assert.deepEqual(ours, expected);
    });
  }

  it('refreshes with the same words', async () => {
    const account = simulator.addAccount({ method: 'builder-id', email: 'ada@example.com' });
    const { clientId, clientSecret } = account;
    const first = account.refreshToken;
    const grant = { kind: 'oidc', region: 'us-east-1', clientId, clientSecret } as const;
    const { tokens } = await refreshOidc(grant, first, call());
    const ours = sent({ refreshToken: first });
    await official.refresh(account, tokens.refresh);
    assert.deepEqual(ours, sent({ refreshToken: tokens.refresh }));
  });

  it('is granted what the official one is granted', async () => {
    const mine = await registerClient('us-east-1', call());
    const started = await startDeviceAuthorization(mine, call());
    const account = simulator.approveDevice(started.userCode);
    const poll = await pollDeviceToken(mine, started, call());
    assert.ok(poll.kind === 'granted');
    const { tokens: theirs } = await official.signIn();
    assert.equal(poll.login.tokens.expiresAt, start + (theirs.expiresIn ?? 0) * 1000);
    assert.ok(poll.login.tokens.refresh);
    // A second sign-in, on a client of its own, leaves the first one alive.
    const renewed = await refreshOidc(mine, poll.login.tokens.refresh, call());
    assert.ok(renewed.tokens.access);
    assert.equal(account.logins.length, 2);
  });
});
