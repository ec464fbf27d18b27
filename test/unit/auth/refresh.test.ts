import assert from 'node:assert/strict';
import type { Login } from '../../../src/auth/credentials';
import { refreshLogin } from '../../../src/auth/refresh';
import { type ErrorCode, KiroError, needsSignIn } from '../../../src/base/errors';
import { loginOf } from '../../fixtures/logins';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { serviceUnavailable, throttled } from '../../simulator/httpErrors';
import { oidcError } from '../../simulator/oidcErrors';
import type { HttpReply } from '../../simulator/reply';
import { Simulator } from '../../simulator/simulator';

const start = Date.UTC(2026, 10, 21);
const hour = 3_600_000;

let simulator: Simulator;
let now: number;

function aroundEach(): void {
  beforeEach(async () => {
    now = start;
    simulator = await Simulator.start({ now: () => now });
  });
  afterEach(() => simulator.stop());
}

function refresh(login: Login, options: { signal?: AbortSignal; region?: 'real hosts' } = {}) {
  const { endpoints } = simulator;
  return refreshLogin(login, {
    http: { fetch: options.region ? simulator.fetch : fetch, userAgent: 'kiro-chat-models/test' },
    endpoints: options.region ? {} : endpoints,
    now: () => now,
    signal: options.signal ?? new AbortController().signal,
  });
}

const add = (method: Method, options: Partial<Parameters<Simulator['addAccount']>[0]> = {}) =>
  simulator.addAccount({ method, email: 'ana@example.com', ...options });

async function failure(login: Login): Promise<KiroError> {
  try {
    await refresh(login);
  } catch (error) {
    assert.ok(error instanceof KiroError, String(error));
    return error;
  }
  return assert.fail('the refresh succeeded');
}

describe('A refresh', () => {
  aroundEach();

  for (const method of ['builder-id', 'idc', 'google', 'github'] as const) {
    it(`gives a ${method} login the tokens that are good now`, async () => {
      const account = add(method);
      const login = loginOf(account);
      now += hour;
      const { tokens } = await refresh(login);
      assert.deepEqual(tokens, {
        access: account.accessToken,
        refresh: account.refreshToken,
        expiresAt: now + hour,
      });
      assert.notEqual(tokens.access, login.tokens.access);
    });

    it(`of a ${method} login keeps to the service's rules`, async () => {
      await refresh(loginOf(add(method)));
      simulator.assertDone();
    });

    it(`of a ${method} login keeps the refresh token where the service does not rotate it`, async () => {
      const account = add(method);
      account.rotates = false;
      const login = loginOf(account);
      const { tokens } = await refresh(login);
      assert.equal(tokens.refresh, login.tokens.refresh);
    });
  }

  it('of a social login brings its profile', async () => {
    const account = add('google');
    const { profileArn } = await refresh({ ...loginOf(account), profileArn: undefined });
    assert.equal(profileArn, account.profileArn);
  });

  it('of an OIDC login brings no profile', async () => {
    assert.equal((await refresh(loginOf(add('idc')))).profileArn, undefined);
  });

  it('says who we are', async () => {
    await refresh(loginOf(add('google')));
    assert.equal(simulator.received[0]?.headers['user-agent'], 'kiro-chat-models/test');
  });

  it('of an OIDC login goes to the host of its SSO region', async () => {
    await refresh(loginOf(add('idc', { ssoRegion: 'eu-west-1' })), { region: 'real hosts' });
    assert.equal(simulator.received[0]?.host, 'oidc.eu-west-1.amazonaws.com');
  });

  it('of a social login goes to the one host there is', async () => {
    await refresh(loginOf(add('github')), { region: 'real hosts' });
    assert.equal(simulator.received[0]?.host, 'prod.us-east-1.auth.desktop.kiro.dev');
  });

  it('never goes to a host that a region has been made of', async () => {
    const login = loginOf(add('idc', { ssoRegion: 'x.evil.example/' }));
    await assert.rejects(refresh(login, { region: 'real hosts' }), { code: 'protocol', reason: 'region' });
    assert.equal(simulator.received.length, 0);
  });

  it('ends with the reason of the caller that gives up', async () => {
    simulator.failNext('social-refresh', 'stall');
    const caller = new AbortController();
    const refreshing = refresh(loginOf(add('google')), { signal: caller.signal });
    await simulator.waitFor(({ path }) => path === '/refreshToken');
    const reason = new Error('given up');
    caller.abort(reason);
    await assert.rejects(refreshing, reason);
  });
});

describe('A refresh that nothing can make', () => {
  aroundEach();

  it('is refused for an API key', async () => {
    const error = await failure(loginOf(add('api-key')));
    assert.deepEqual([error.code, error.reason], ['token-rejected', 'api-key']);
  });

  it('is refused for a login without a refresh token', async () => {
    const login = loginOf(add('google'));
    const error = await failure({ ...login, tokens: { ...login.tokens, refresh: undefined } });
    assert.deepEqual([error.code, error.reason], ['signed-out', 'no-refresh-token']);
  });
});

describe('A refused refresh', () => {
  aroundEach();

  const dead: [string, Method, (account: SimulatedAccount) => void, ErrorCode, string][] = [
    ['a dead OIDC refresh token', 'idc', (it) => it.revokeRefreshToken(), 'signed-out', 'invalid_grant'],
    ['a dead social refresh token', 'google', (it) => it.revokeRefreshToken(), 'signed-out', 'http-401'],
    [
      'an expired registration',
      'idc',
      (it) => it.expireRegistration(now),
      'registration-expired',
      'invalid_client',
    ],
  ];
  for (const [what, method, kill, code, reason] of dead) {
    it(`means ${code} for ${what}`, async () => {
      const account = add(method);
      const login = loginOf(account);
      kill(account);
      const error = await failure(login);
      assert.deepEqual([error.code, error.reason], [code, reason]);
    });
  }

  const answers: [string, HttpReply, ErrorCode, string][] = [
    ['expired_token', oidcError('expired_token'), 'signed-out', 'expired_token'],
    ['access_denied', oidcError('access_denied'), 'signed-out', 'access_denied'],
    ['invalid_request', oidcError('invalid_request'), 'signed-out', 'invalid_request'],
    ['invalid_scope', oidcError('invalid_scope'), 'signed-out', 'invalid_scope'],
    ['unauthorized_client', oidcError('unauthorized_client'), 'registration-expired', 'unauthorized_client'],
    ['slow_down', oidcError('slow_down'), 'rate-limited', 'slow_down'],
    ['server_error', oidcError('server_error'), 'server', 'server_error'],
    [
      'an exception in the body',
      typed('com.amazonaws.ssooidc#InvalidGrantException'),
      'signed-out',
      'InvalidGrantException',
    ],
    ['an expired client', typed('ExpiredClientException'), 'registration-expired', 'ExpiredClientException'],
    [
      'an invalid token',
      typed('InvalidTokenException:http://internal'),
      'signed-out',
      'InvalidTokenException',
    ],
    [
      'an exception in the header',
      { status: 400, headers: { 'x-amzn-errortype': 'InvalidGrantException' }, body: '{}' },
      'signed-out',
      'InvalidGrantException',
    ],
    ['an unknown code', plain(400, '{"error":"invalid_weather"}'), 'bad-request', 'invalid_weather'],
    ['a code that is none', plain(400, '{"error":"aoa secret <b>"}'), 'bad-request', 'http-400'],
    ['401 without a code', plain(401, '{"message":"no"}'), 'signed-out', 'http-401'],
    ['403 of the service', plain(403, '{"message":"no"}'), 'signed-out', 'http-403'],
    ['403 of a proxy', plain(403, '<html>Blocked</html>'), 'network', 'http-403'],
    ['401 without a body', plain(401, ''), 'network', 'http-401'],
    ['401 of a proxy', plain(401, '<html>Proxy sign-in</html>'), 'network', 'http-401'],
    ['400 of a proxy', plain(400, 'Bad request'), 'network', 'http-400'],
    [
      'a permanent code beside a member that is null',
      plain(400, '{"error":"invalid_grant","error_description":null}'),
      'signed-out',
      'invalid_grant',
    ],
    [
      'a rejected token told by a message alone',
      plain(400, '{"message":"Invalid refresh token provided"}'),
      'signed-out',
      'http-400',
    ],
    [
      'another message alone',
      plain(400, '{"message":"The region is not enabled"}'),
      'bad-request',
      'http-400',
    ],
    ['404', plain(404, '{}'), 'bad-request', 'http-404'],
    ['429', throttled(), 'rate-limited', 'ThrottlingException'],
    ['429 with a permanent code', plain(429, '{"error":"access_denied"}'), 'rate-limited', 'access_denied'],
    ['503', serviceUnavailable(), 'server', 'ServiceUnavailableException'],
    ['500 with a permanent code', plain(500, '{"error":"invalid_grant"}'), 'server', 'invalid_grant'],
  ];
  for (const [what, answer, code, reason] of answers) {
    it(`means ${code} for ${what}`, async () => {
      const login = loginOf(add('builder-id'));
      simulator.failNext('token', answer);
      const error = await failure(login);
      assert.deepEqual([error.code, error.reason, error.status], [code, reason, answer.status]);
    });
  }

  it('is final only where a new sign-in is needed', () => {
    const final = (
      ['signed-out', 'registration-expired', 'server', 'network', 'rate-limited', 'protocol'] as const
    )
      .map((code) => new KiroError(code))
      .filter(needsSignIn)
      .map(({ code }) => code);
    assert.deepEqual(final, ['signed-out', 'registration-expired']);
  });

  it('tells how many seconds to wait', async () => {
    simulator.failNext('token', throttled(null, 7));
    assert.equal((await failure(loginOf(add('idc')))).retryAfterMs, 7000);
  });

  it('tells how long to wait until a date', async () => {
    const at = new Date(now + 60_000).toUTCString();
    simulator.failNext('token', { status: 503, headers: { 'retry-after': at }, body: '' });
    assert.equal((await failure(loginOf(add('idc')))).retryAfterMs, 60_000);
  });

  it('tells no time to wait where the header cannot be read', async () => {
    simulator.failNext('token', { status: 503, headers: { 'retry-after': 'later' }, body: '' });
    assert.equal((await failure(loginOf(add('idc')))).retryAfterMs, undefined);
  });

  it('carries no secret, even where the service repeats it', async () => {
    const account = add('idc');
    const login = loginOf(account);
    const said = `Bad token ${account.refreshToken}`;
    simulator.failNext(
      'token',
      plain(400, JSON.stringify({ error: 'invalid_grant', error_description: said })),
    );
    const error = await failure(login);
    const told = JSON.stringify([error.message, error.reason, error.detail, error.stack]);
    for (const secret of simulator.issuedSecrets) assert.ok(!told.includes(secret));
  });
});

describe('A refresh that breaks', () => {
  aroundEach();

  it('means network where the connection breaks', async () => {
    simulator.failNext('token', 'break');
    assert.equal((await failure(loginOf(add('idc')))).code, 'network');
  });

  it('means network where nobody listens', async () => {
    const login = loginOf(add('idc'));
    const { oidc } = simulator.endpoints;
    await simulator.stop();
    const error = await refreshLogin(login, {
      http: { fetch, userAgent: 'test' },
      endpoints: { oidc },
      now: () => now,
      signal: new AbortController().signal,
    }).then(
      () => assert.fail('the refresh succeeded'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof KiroError);
    assert.deepEqual([error.code, error.reason], ['network', 'ECONNREFUSED']);
  });
});

describe('A response of the token endpoint', () => {
  aroundEach();

  const good = { accessToken: 'a', refreshToken: 'r', expiresIn: 3600 };
  const respond = (body: unknown) => simulator.failNext('token', plain(200, JSON.stringify(body)));

  for (const [what, body, field] of [
    ['is no JSON', 'OK', 'body'],
    ['is a list', '[]', 'accessToken'],
    ['has no access token', JSON.stringify({ ...good, accessToken: undefined }), 'accessToken'],
    ['has an empty access token', JSON.stringify({ ...good, accessToken: '' }), 'accessToken'],
    ['has a token that is no bearer’s', JSON.stringify({ ...good, tokenType: 'mac' }), 'token_type'],
  ] as const) {
    it(`that ${what} names ${field}`, async () => {
      simulator.failNext('token', plain(200, body));
      const error = await failure(loginOf(add('idc')));
      assert.deepEqual([error.code, error.reason], ['protocol', field]);
    });
  }

  const jwt = (exp: unknown) => `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`;
  const expiring = (exp: number) => ({ ...good, accessToken: jwt(exp / 1000), expiresIn: undefined });
  for (const [what, body, expiresAt] of [
    ['has a lifetime that is text', { ...good, expiresIn: '1800' }, start + hour / 2],
    ['has its lifetime in snake_case', { ...good, expiresIn: undefined, expires_in: 60 }, start + 60_000],
    ['has no lifetime', { ...good, expiresIn: undefined }, start + hour],
    ['has a lifetime of nothing', { ...good, expiresIn: 0 }, start + hour],
    ['has a lifetime that no number holds', { ...good, expiresIn: 1e306 }, start + hour],
    ['has a lifetime that is an object', { ...good, expiresIn: {} }, start + hour],
    ['has no lifetime, but a token that tells its end', expiring(start + 5 * hour), start + 5 * hour],
    ['has no lifetime, and a token of another clock', expiring(start - hour), start + hour],
    ['has no type', { ...good, tokenType: undefined }, start + hour],
    ['has a type in other letters', { ...good, token_type: 'BEARER' }, start + hour],
    ['has a profile that is none', { ...good, profileArn: 'arn:x' }, start + hour],
  ] as const) {
    it(`that ${what} is kept with the refresh token in it`, async () => {
      respond(body);
      const { tokens, profileArn } = await refresh(loginOf(add('idc')));
      assert.deepEqual([tokens.access, tokens.refresh], [body.accessToken, 'r']);
      assert.deepEqual([tokens.expiresAt, profileArn], [expiresAt, undefined]);
    });
  }

  for (const refreshToken of [null, 1, '', undefined]) {
    it(`keeps the refresh token that was sent where it has ${JSON.stringify(refreshToken)} for one`, async () => {
      respond({ ...good, refreshToken, profileArn: null });
      const login = loginOf(add('idc'));
      assert.deepEqual((await refresh(login)).tokens, {
        access: 'a',
        refresh: login.tokens.refresh,
        expiresAt: start + hour,
      });
    });
  }

  it('may carry fields nobody knows', async () => {
    respond({ ...good, csrfToken: 'x' });
    assert.equal((await refresh(loginOf(add('idc')))).tokens.access, 'a');
  });
});

function plain(status: number, body: string): HttpReply {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

function typed(type: string): HttpReply {
  return plain(400, JSON.stringify({ __type: type, message: 'Refused.' }));
}
