import assert from 'node:assert/strict';
import { isEndpointOf, isRenewable } from '../../../src/auth/credentials';
import {
  authorizationUrl,
  discoverIdentityProvider,
  exchangeCode,
  type IdpClient,
} from '../../../src/auth/externalIdp';
import { refreshLogin } from '../../../src/auth/refresh';
import type { AuthCall } from '../../../src/auth/tokenEndpoint';
import { callTo, codeOf, plain } from '../../fixtures/authCalls';
import type { SimulatedAccount } from '../../simulator/account';
import { serviceUnavailable } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

const start = Date.UTC(2026, 10, 21);

let simulator: Simulator;
let now: number;
const call = (signal?: AbortSignal): AuthCall =>
  callTo(simulator, { now: () => now, ...(signal ? { signal } : {}) });
const issuer = () => simulator.identityProvider.issuerUrl;

function aroundEach(): void {
  beforeEach(async () => {
    now = start;
    simulator = await Simulator.start({ now: () => now });
  });
  afterEach(() => simulator.stop());
}

describe('A token endpoint', () => {
  for (const [issuerUrl, endpoint, fits] of [
    ['https://acme.okta.com', 'https://acme.okta.com/oauth2/v1/token', true],
    ['https://acme.okta.com/oauth2/default', 'https://acme.okta.com/oauth2/default/v1/token', true],
    [
      'https://login.microsoftonline.com/t/v2.0',
      'https://login.microsoftonline.com/t/oauth2/v2.0/token',
      true,
    ],
    ['https://login.microsoftonline.com/t/v2.0', 'https://eu.login.microsoftonline.com/t/token', true],
    ['https://login.microsoftonline.us/t/v2.0', 'https://login.microsoftonline.us/t/token', true],
    ['https://login.partner.microsoftonline.cn/t', 'https://login.partner.microsoftonline.cn/t/token', true],
    ['https://login.microsoftonline.com/t', 'https://login.microsoftonline.us/t/token', false],
    ['https://login.microsoftonline.com/t', 'https://login.microsoftonline.com.evil.example/token', false],
    ['https://login.microsoftonline.com/t', 'https://evilmicrosoftonline.com/token', false],
    ['https://evil.example/t', 'https://login.microsoftonline.com/t/token', false],
    ['https://acme.okta.com', 'https://evil.okta.com/token', false],
    ['https://acme.okta.com', 'https://acme.okta.com:8443/token', false],
    ['https://acme.okta.com', 'http://acme.okta.com/token', false],
    ['http://acme.okta.com', 'http://acme.okta.com/token', false],
    ['https://acme.okta.com', 'https://user@acme.okta.com/token', false],
    ['https://acme.okta.com', 'https://acme.okta.com@evil.example/token', false],
    ['http://127.0.0.1:1', 'http://127.0.0.1:1/token', false],
    ['', '', false],
    ['acme', 'acme', false],
  ] as const) {
    it(`${fits ? 'belongs' : 'does not belong'} to ${issuerUrl} at ${endpoint}`, () => {
      assert.equal(isEndpointOf(issuerUrl, endpoint), fits);
    });
  }
});

describe('The discovery of an identity provider', () => {
  aroundEach();

  const document = (changes: object) => ({
    issuer: issuer(),
    authorization_endpoint: `${issuer()}/oauth2/authorize`,
    token_endpoint: `${issuer()}/oauth2/token`,
    ...changes,
  });

  it('finds its endpoints', async () => {
    const { tokenEndpoint, authorizationEndpoint } = await discoverIdentityProvider(issuer(), call());
    assert.equal(tokenEndpoint, simulator.identityProvider.tokenEndpoint);
    assert.equal(authorizationEndpoint, `${issuer()}/oauth2/authorize`);
    assert.equal(simulator.received[0]?.headers['user-agent'], 'kiro-chat-models/test');
  });

  for (const [what, changes, reason] of [
    ['token host', { token_endpoint: 'https://evil.example/token' }, 'token-host'],
    ['token endpoint', { token_endpoint: undefined }, 'token-host'],
    ['authorization host', { authorization_endpoint: 'https://evil.example/' }, 'authorization-host'],
    ['issuer', { issuer: 'https://evil.example/' }, 'issuer-mismatch'],
    ['issuer of its own', { issuer: undefined }, 'discovery'],
  ] as const) {
    it(`is refused with another ${what}`, async () => {
      simulator.failNext('identity-discovery', plain(200, document(changes)));
      assert.deepEqual(await codeOf(discoverIdentityProvider(issuer(), call())), ['protocol', reason]);
    });
  }

  for (const address of ['http://acme.okta.com', 'acme', 'file:///etc', 'https://a@acme.okta.com']) {
    it(`is not tried at ${address}`, async () => {
      assert.deepEqual(await codeOf(discoverIdentityProvider(address, call())), ['protocol', 'issuer']);
    });
  }

  it('is not tried on loopback by the real portal', async () => {
    const real = callTo(simulator, { hosts: 'real' });
    assert.deepEqual(await codeOf(discoverIdentityProvider(issuer(), real)), ['protocol', 'issuer']);
    assert.equal(simulator.received.length, 0);
  });

  for (const [what, failure, code] of [
    ['is broken', serviceUnavailable(), 'server'],
    ['is gone', 'break', 'network'],
    ['is no JSON', plain(200, '<html>'), 'protocol'],
    ['is unknown', plain(404, {}), 'bad-request'],
  ] as const) {
    it(`means ${code} where it ${what}`, async () => {
      simulator.failNext('identity-discovery', failure);
      assert.equal((await codeOf(discoverIdentityProvider(issuer(), call())))[0], code);
    });
  }
});

describe('An authorization at an identity provider', () => {
  aroundEach();

  const client: IdpClient = {
    clientId: '',
    scopes: ['api://x/codewhisperer:conversations', 'offline_access'],
    redirectUri: 'http://localhost:3128/oauth/callback',
    loginHint: 'ana@example.org',
  };
  const known = () => ({ ...client, clientId: simulator.identityProvider.clientId });
  const visit = async (url: string) =>
    new URL((await fetch(url, { redirect: 'manual' })).headers.get('location') ?? 'about:blank');

  it('asks for a code with PKCE, and for a fresh sign-in', async () => {
    const { url, state, codeVerifier } = await authorizationUrl(
      await discoverIdentityProvider(issuer(), call()),
      client,
    );
    const query = Object.fromEntries(new URL(url).searchParams);
    const { code_challenge: challenge, ...rest } = query;
    assert.deepEqual(rest, {
      response_type: 'code',
      client_id: '',
      redirect_uri: 'http://localhost:3128/oauth/callback',
      scope: 'api://x/codewhisperer:conversations offline_access',
      state,
      code_challenge_method: 'S256',
      prompt: 'login',
      login_hint: 'ana@example.org',
    });
    assert.match(challenge ?? '', /^[\w-]{43}$/);
    assert.ok(!url.includes(codeVerifier));
  });

  const signIn = async (change: (callback: URL) => URL = (callback) => callback) => {
    const idp = await discoverIdentityProvider(issuer(), call());
    const authorization = await authorizationUrl(idp, known());
    const callback = change(await visit(authorization.url));
    return await exchangeCode(idp, known(), authorization, callback, call());
  };
  const changed = (name: string, value: string) => (callback: URL) => {
    callback.searchParams.set(name, value);
    return callback;
  };

  it('gives the login', async () => {
    const account = simulator.createAccount({ method: 'external-idp', email: 'ana@example.org' });
    const { issuerUrl, tokenEndpoint, clientId } = simulator.identityProvider;
    assert.deepEqual(await signIn(), {
      grant: { kind: 'externalIdp', issuerUrl, tokenEndpoint, clientId, scopes: client.scopes },
      tokens: {
        access: account.accessToken,
        refresh: account.refreshToken,
        expiresAt: start + 3_600_000,
      },
      email: 'ana@example.org',
    });
  });

  for (const [what, change, expected] of [
    ['another state', changed('state', 'other'), ['protocol', 'callback']],
    ['another issuer', changed('iss', 'https://evil.example/'), ['protocol', 'callback']],
    ['a refusal', changed('error', 'access_denied'), ['login-denied', 'access_denied']],
    ['a refusal in strange words', changed('error', 'Sorry <b>'), ['login-denied', 'refused']],
    ['a wrong code', changed('code', 'guess'), ['bad-request', 'invalid_grant']],
  ] as const) {
    it(`fails for ${what}`, async () => {
      assert.deepEqual(await codeOf(signIn(change), simulator.issuedSecrets), expected);
    });
  }

  for (const [what, failure, expected] of [
    ['a foreign token type', { access_token: 'secret-token', token_type: 'mac' }, ['protocol', 'token_type']],
    ['no access token', { token_type: 'Bearer', refresh_token: 'secret-token' }, ['protocol', 'accessToken']],
  ] as const) {
    it(`fails for a response with ${what}, and repeats none of it`, async () => {
      simulator.failNext('identity-token', plain(200, failure));
      assert.deepEqual(await codeOf(signIn(), ['secret-token', ...simulator.issuedSecrets]), expected);
    });
  }

  const idToken = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
  for (const [what, response] of [
    ['no token type', { expires_in: 3600 }],
    ['no lifetime', { token_type: 'Bearer' }],
    ['an id_token of another issuer', { id_token: idToken({ iss: 'https://other.example/', aud: 'x' }) }],
    ['an id_token that is none', { id_token: 'x' }],
    ['a scope of another kind', { scope: ['a'] }],
  ] as const) {
    it(`gives the login in a response with ${what}`, async () => {
      const tokens = { access_token: 'access', refresh_token: 'refresh' };
      simulator.failNext('identity-token', plain(200, { ...tokens, ...response }));
      assert.deepEqual((await signIn()).tokens, {
        access: 'access',
        refresh: 'refresh',
        expiresAt: start + 3_600_000,
      });
    });
  }
});

describe('A refresh at an identity provider', () => {
  aroundEach();

  let account: SimulatedAccount;
  beforeEach(() => {
    account = simulator.addAccount({ method: 'external-idp', email: 'ana@example.org' });
  });
  const login = (changes: object = {}) => ({
    grant: {
      kind: 'externalIdp' as const,
      ...simulator.identityProvider,
      scopes: ['offline_access'],
      ...changes,
    },
    tokens: { access: account.accessToken, refresh: account.refreshToken, expiresAt: account.expiresAt },
  });

  it('gives the tokens that are good now', async () => {
    const before = login();
    now += 3_600_000;
    const { tokens } = await refreshLogin(before, call());
    assert.deepEqual(tokens, {
      access: account.accessToken,
      refresh: account.refreshToken,
      expiresAt: now + 3_600_000,
    });
    assert.notEqual(tokens.refresh, before.tokens.refresh);
  });

  it('sends a form without a secret and without a scope', async () => {
    const before = login();
    await refreshLogin(before, call());
    assert.deepEqual(Object.fromEntries(new URLSearchParams(simulator.received[0]?.text)), {
      grant_type: 'refresh_token',
      client_id: simulator.identityProvider.clientId,
      refresh_token: before.tokens.refresh,
    });
  });

  it('keeps the refresh token where the identity provider does not rotate it', async () => {
    account.rotates = false;
    const before = login();
    assert.equal((await refreshLogin(before, call())).tokens.refresh, before.tokens.refresh);
  });

  it('keeps what it gets although an id_token comes along that nobody asked for', async () => {
    const claims = { iss: `${issuer()}/`, aud: 'somebody', exp: 1 };
    const id_token = `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
    const tokens = { access_token: 'access', refresh_token: 'refresh', token_type: 'Bearer', expires_in: 60 };
    simulator.failNext('identity-token', plain(200, { ...tokens, id_token }));
    const renewed = await refreshLogin(login(), call());
    assert.deepEqual(renewed.tokens, { access: 'access', refresh: 'refresh', expiresAt: now + 60_000 });
  });

  it('is possible where there is a refresh token', () => {
    assert.ok(isRenewable(login()));
    assert.ok(!isRenewable({ ...login(), tokens: { access: 'a', expiresAt: 0 } }));
  });

  it('sends nothing to a token endpoint of another host', async () => {
    for (const tokenEndpoint of ['https://evil.example/token', `${simulator.endpoints.oidc}/token`]) {
      const code = await codeOf(refreshLogin(login({ tokenEndpoint }), call()), simulator.issuedSecrets);
      assert.deepEqual(code, ['signed-out', 'token-host']);
    }
    assert.equal(simulator.received.length, 0);
  });

  for (const [what, failure, code] of [
    ['a dead token', plain(400, { error: 'invalid_grant' }), 'signed-out'],
    ['a second factor', plain(400, { error: 'interaction_required' }), 'signed-out'],
    ['a deleted client', plain(401, { error: 'invalid_client' }), 'signed-out'],
    ['too many', plain(429, {}), 'rate-limited'],
    ['trouble', serviceUnavailable(), 'server'],
    ['the page of a proxy', plain(401, '<html>'), 'network'],
    ['a broken connection', 'break', 'network'],
    ['an answer that is none', plain(200, '[]'), 'protocol'],
  ] as const) {
    it(`means ${code} for ${what}`, async () => {
      simulator.failNext('identity-token', failure);
      assert.equal((await codeOf(refreshLogin(login(), call()), simulator.issuedSecrets))[0], code);
    });
  }

  it('ends with the reason of the caller that gives up', async () => {
    const caller = new AbortController();
    const reason = new Error('given up');
    simulator.failNext('identity-token', 'stall');
    void simulator.waitFor(({ method }) => method === 'POST').then(() => caller.abort(reason));
    await assert.rejects(refreshLogin(login(), call(caller.signal)), reason);
  });
});
