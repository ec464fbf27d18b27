import assert from 'node:assert/strict';
import {
  type OidcGrant,
  pollDeviceToken,
  registerClient,
  startDeviceAuthorization,
} from '../../../src/auth/awsSsoOidc';
import { begin, probeSsoRegion, ssoRegions } from '../../../src/auth/ssoRegion';
import { callTo, codeOf, plain } from '../../fixtures/authCalls';
import { builderIdStartUrl } from '../../simulator/account';
import { serviceUnavailable } from '../../simulator/httpErrors';
import { oidcError } from '../../simulator/oidcErrors';
import { Simulator } from '../../simulator/simulator';

const start = Date.UTC(2026, 10, 21);
const acme = 'https://acme.awsapps.com/start';

let simulator: Simulator;
const now = () => start;
const call = (options: { hosts?: 'real' | 'own'; signal?: AbortSignal } = {}) =>
  callTo(simulator, { now, ...options });

function aroundEach(): void {
  beforeEach(async () => {
    simulator = await Simulator.start({ now });
  });
  afterEach(() => simulator.stop());
}

describe('A client registration', () => {
  aroundEach();

  it('is made under our own name, for three scopes and the device flow', async () => {
    await registerClient('us-east-1', call());
    assert.deepEqual(simulator.received[0]?.body, {
      clientName: 'Kiro Models for Chat',
      clientType: 'public',
      scopes: ['codewhisperer:completions', 'codewhisperer:analysis', 'codewhisperer:conversations'],
      grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    });
    assert.equal(simulator.received[0]?.headers['user-agent'], 'kiro-chat-models/test');
    simulator.assertDone();
  });

  it('is a new one every time', async () => {
    const [one, other] = [
      await registerClient('us-east-1', call()),
      await registerClient('us-east-1', call()),
    ];
    assert.notEqual(one.clientId, other.clientId);
  });

  it('has its end in epoch milliseconds', async () => {
    const { clientExpiresAt } = await registerClient('us-east-1', call());
    assert.equal(clientExpiresAt, start + 90 * 86_400_000);
  });

  it('has no end where the service says 0', async () => {
    simulator.failNext(
      'register',
      plain(200, { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 0 }),
    );
    assert.equal((await registerClient('us-east-1', call())).clientExpiresAt, undefined);
  });

  for (const startUrl of [undefined, builderIdStartUrl, `${builderIdStartUrl}/`, `${builderIdStartUrl}#`]) {
    it(`is of AWS Builder ID for the start URL ${startUrl}`, async () => {
      assert.equal((await registerClient('us-east-1', call(), { startUrl })).startUrl, undefined);
    });
  }

  it('goes to the host of its region', async () => {
    await registerClient('eu-west-2', call({ hosts: 'real' }));
    assert.equal(simulator.received[0]?.host, 'oidc.eu-west-2.amazonaws.com');
  });

  for (const region of [
    '',
    'moon',
    'us-east',
    'us-east-1.evil.example/',
    'US-EAST-1',
    'us-east-123',
    'a b',
  ]) {
    it(`is not tried in ${JSON.stringify(region)}, which is no region`, async () => {
      assert.deepEqual(await codeOf(registerClient(region, call({ hosts: 'real' }))), ['protocol', 'region']);
      assert.equal(simulator.received.length, 0);
    });
  }

  it('fails as the network does in a region that does not exist', async () => {
    const nowhere = () =>
      Promise.reject(
        new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) }),
      );
    const failing = { ...call({ hosts: 'real' }), http: { fetch: nowhere, userAgent: 'test' } };
    assert.deepEqual(await codeOf(registerClient('xx-nowhere-1', failing)), ['network', 'ENOTFOUND']);
  });
});

describe('An unfit answer to a registration', () => {
  aroundEach();

  const good = { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 1_800_000_000 };
  for (const [what, body, reason] of [
    ['no JSON', '<html>', 'body'],
    ['a list', [], 'clientId'],
    ['no client id', { ...good, clientId: undefined }, 'clientId'],
    ['an empty secret', { ...good, clientSecret: '' }, 'clientSecret'],
    ['an end in text', { ...good, clientSecretExpiresAt: 'tomorrow' }, 'clientSecretExpiresAt'],
    ['an end before all time', { ...good, clientSecretExpiresAt: -1 }, 'clientSecretExpiresAt'],
  ] as const) {
    it(`is refused: ${what}`, async () => {
      simulator.failNext('register', plain(200, body));
      assert.deepEqual(await codeOf(registerClient('us-east-1', call())), ['protocol', reason]);
    });
  }

  for (const [what, reply, code, reason] of [
    ['a refused client', oidcError('invalid_client_metadata'), 'bad-request', 'invalid_client_metadata'],
    ['a broken service', serviceUnavailable(), 'server', 'ServiceUnavailableException'],
    ['a proxy’s page', plain(403, '<html>Blocked</html>'), 'network', 'http-403'],
    ['too many', plain(429, {}), 'rate-limited', 'http-429'],
    ['slow down', oidcError('slow_down'), 'rate-limited', 'slow_down'],
  ] as const) {
    it(`means ${code} for ${what}`, async () => {
      simulator.failNext('register', reply);
      assert.deepEqual(await codeOf(registerClient('us-east-1', call())), [code, reason]);
    });
  }
});

describe('A device authorization', () => {
  aroundEach();

  let client: OidcGrant;
  beforeEach(async () => {
    client = await registerClient('us-east-1', call());
  });

  it('is started with the start URL of its client', async () => {
    const organization = await registerClient('us-east-1', call(), { startUrl: acme });
    await startDeviceAuthorization(organization, call());
    const { clientId, clientSecret } = organization;
    assert.deepEqual(simulator.received.at(-1)?.body, { clientId, clientSecret, startUrl: acme });
  });

  it('counts in milliseconds', async () => {
    const { intervalMs, expiresAt } = await startDeviceAuthorization(client, call());
    assert.deepEqual([intervalMs, expiresAt], [5000, start + 600_000]);
  });

  const good = {
    deviceCode: 'd',
    userCode: 'ABCD-EFGH',
    verificationUri: 'https://device.sso.us-east-1.amazonaws.com/',
    verificationUriComplete: 'https://device.sso.us-east-1.amazonaws.com/?user_code=ABCD-EFGH',
    expiresIn: 600,
    interval: 1,
  };
  const answered = (body: object, hosts: 'real' | 'own' = 'own') => {
    simulator.failNext('authorize', plain(200, body));
    return startDeviceAuthorization(client, call({ hosts }));
  };

  it('lasts ten minutes and is polled every five seconds where the service does not say', async () => {
    const { intervalMs, expiresAt } = await answered({ ...good, expiresIn: undefined, interval: undefined });
    assert.deepEqual([intervalMs, expiresAt], [5000, start + 600_000]);
  });

  it('lasts a day at the most, and is polled within its life', async () => {
    const { intervalMs, expiresAt } = await answered({ ...good, expiresIn: 1e306, interval: 1e306 });
    assert.deepEqual([intervalMs, expiresAt], [86_400_000, start + 86_400_000]);
  });

  it('is never polled without a pause', async () => {
    assert.equal((await answered({ ...good, interval: 0 })).intervalMs, 5000);
  });

  it('shows the plain page where there is none with the code in it', async () => {
    const { verificationUriComplete } = await answered({ ...good, verificationUriComplete: null });
    assert.equal(verificationUriComplete, good.verificationUri);
  });

  for (const [what, page, hosts] of [
    ['http', 'http://device.sso.us-east-1.amazonaws.com/', 'own'],
    ['a script', 'javascript:alert(1)', 'own'],
    ['a command', 'command:workbench.action.quit', 'own'],
    ['a file', 'file:///etc/passwd', 'own'],
    ['user info', 'https://amazonaws.com@evil.example/', 'own'],
    ['no address', 'device', 'own'],
    ['loopback, named by the real service', 'http://127.0.0.1:9000/', 'real'],
  ] as const) {
    it(`never sends anybody to ${what}`, async () => {
      const code = await codeOf(answered({ ...good, verificationUri: page }, hosts));
      assert.deepEqual(code, ['protocol', 'verificationUri']);
    });
    it(`never sends anybody to ${what} with the code in it`, async () => {
      const code = await codeOf(answered({ ...good, verificationUriComplete: page }, hosts));
      assert.deepEqual(code, ['protocol', 'verificationUriComplete']);
    });
  }

  for (const field of ['deviceCode', 'userCode', 'verificationUri'] as const) {
    it(`needs ${field}`, async () => {
      assert.deepEqual(await codeOf(answered({ ...good, [field]: undefined })), ['protocol', field]);
    });
  }

  it('is refused at a start URL the region does not know', async () => {
    const elsewhere = await registerClient('us-east-1', call(), { startUrl: 'https://example.com/start' });
    const code = await codeOf(startDeviceAuthorization(elsewhere, call()));
    assert.deepEqual(code, ['bad-request', 'invalid_request']);
  });
});

describe('A poll', () => {
  aroundEach();

  for (const [reply, kind] of [
    [oidcError('authorization_pending'), 'pending'],
    [oidcError('slow_down'), 'slow-down'],
    [oidcError('access_denied'), 'denied'],
    [oidcError('expired_token'), 'expired'],
    [plain(400, { __type: 'com.amazonaws.ssooidc#AuthorizationPendingException' }), 'pending'],
    [plain(400, { __type: 'SlowDownException' }), 'slow-down'],
  ] as const) {
    it(`is ${kind} for ${reply.body}`, async () => {
      const { client, authorization } = await begin('us-east-1', undefined, call());
      simulator.failNext('token', reply);
      assert.deepEqual(await pollDeviceToken(client, authorization, call()), { kind });
    });
  }

  for (const error of ['invalid_client', 'invalid_grant', 'invalid_request', 'invalid_scope'] as const) {
    it(`ends the sign-in for ${error}`, async () => {
      const { client, authorization } = await begin('us-east-1', undefined, call());
      simulator.failNext('token', oidcError(error));
      const code = await codeOf(pollDeviceToken(client, authorization, call()), simulator.issuedSecrets);
      assert.deepEqual(code, ['bad-request', error]);
    });
  }

  it('collects a login once', async () => {
    const { client, authorization } = await begin('us-east-1', undefined, call());
    simulator.approveDevice(authorization.userCode);
    assert.equal((await pollDeviceToken(client, authorization, call())).kind, 'granted');
    const again = await codeOf(pollDeviceToken(client, authorization, call()), simulator.issuedSecrets);
    assert.deepEqual(again, ['bad-request', 'invalid_grant']);
  });
});

describe('The search for a region', () => {
  aroundEach();

  const asked = () => simulator.received.map(({ host, path }) => `${host.split('.')[1]}${path}`);
  const nowhere = 'https://elsewhere.example/start';

  for (const region of ssoRegions) {
    it(`finds an Identity Center in ${region}`, async () => {
      simulator.createAccount({ method: 'idc', email: 'a@example.org', startUrl: acme, ssoRegion: region });
      const { client, authorization } = await probeSsoRegion(acme, call({ hosts: 'real' }));
      assert.deepEqual([client.region, client.startUrl], [region, acme]);
      simulator.approveDevice(authorization.userCode);
      const poll = await pollDeviceToken(client, authorization, call({ hosts: 'real' }));
      assert.equal(poll.kind, 'granted');
    });
  }

  it('asks no further group than it must', async () => {
    simulator.createAccount({
      method: 'idc',
      email: 'a@example.org',
      startUrl: acme,
      ssoRegion: 'eu-west-1',
    });
    await probeSsoRegion(acme, call({ hosts: 'real' }));
    assert.deepEqual(
      new Set(asked().map((path) => path.split('/')[0])),
      new Set(['us-east-1', 'eu-west-1', 'eu-central-1']),
    );
  });

  it('ends where no region knows the start URL', async () => {
    const code = await codeOf(probeSsoRegion(nowhere, call({ hosts: 'real' })), simulator.issuedSecrets);
    assert.deepEqual(code, ['bad-request', 'unknown-start-url']);
    assert.equal(asked().length, 2 * ssoRegions.length);
  });

  it('passes over a region that cannot be reached', async () => {
    simulator.createAccount({
      method: 'idc',
      email: 'a@example.org',
      startUrl: acme,
      ssoRegion: 'us-east-2',
    });
    for (const failure of ['break', serviceUnavailable()] as const) simulator.failNext('register', failure);
    const { client } = await probeSsoRegion(acme, call({ hosts: 'real' }));
    assert.equal(client.region, 'us-east-2');
  });

  for (const [what, response] of [
    ['responds with the page of a captive portal', plain(200, '<html>Welcome</html>')],
    ['is forbidden by a proxy', plain(403, '<html>Blocked</html>')],
    ['responds with nothing that is known', plain(200, {})],
  ] as const) {
    it(`passes over a region that ${what}`, async () => {
      simulator.createAccount({
        method: 'idc',
        email: 'a@example.org',
        startUrl: acme,
        ssoRegion: 'us-east-2',
      });
      for (let region = 0; region < 3; region++) simulator.failNext('register', response);
      const { client } = await probeSsoRegion(acme, call({ hosts: 'real' }));
      assert.equal(client.region, 'us-east-2');
    });
  }

  it('does not wait for a silent region where another one takes the start URL', async () => {
    simulator.createAccount({
      method: 'idc',
      email: 'a@example.org',
      startUrl: acme,
      ssoRegion: 'eu-west-1',
    });
    simulator.failNext('register', 'stall');
    const calling = call({ hosts: 'real' });
    // The first request that is made is the one that stalls; nobody waits for its end.
    const { client } = await probeSsoRegion(acme, calling, ['us-east-1', 'eu-west-1']);
    assert.equal(client.region, 'eu-west-1');
  });

  it('of GovCloud is looked for in GovCloud only, and at its hosts', async () => {
    const startUrl = 'https://start.us-gov-home.awsapps.com/directory/d-9067642ac7';
    await codeOf(probeSsoRegion(startUrl, call({ hosts: 'real' })));
    assert.deepEqual(
      new Set(simulator.received.map(({ host }) => host)),
      new Set(['oidc.us-gov-west-1.amazonaws.com', 'oidc.us-gov-east-1.amazonaws.com']),
    );
  });

  it('does not say that nobody knows the start URL where it could not ask everybody', async () => {
    simulator.failNext('register', serviceUnavailable());
    assert.equal((await codeOf(probeSsoRegion(nowhere, call({ hosts: 'real' }))))[0], 'server');
  });

  it('ends with the reason of the caller that gives up', async () => {
    const caller = new AbortController();
    const reason = new Error('given up');
    simulator.failNext('register', 'stall');
    void simulator.waitFor(({ path }) => path === '/client/register').then(() => caller.abort(reason));
    await assert.rejects(probeSsoRegion(nowhere, call({ hosts: 'real', signal: caller.signal })), reason);
    assert.ok(asked().length <= 6);
  });
});
