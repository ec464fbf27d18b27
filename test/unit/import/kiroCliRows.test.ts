import assert from 'node:assert/strict';
import fc from 'fast-check';
import { loginsInRows } from '../../../src/import/kiroCli/kiroCliRows';

const now = Date.UTC(2026, 10, 21);
// Kiro's refresh tokens are long; a short one counts as cut.
const refresh = (name: string) => name.padEnd(100, 'x');
const expires = '2026-11-21T01:02:03.123456789Z';
const expiresAt = Date.UTC(2026, 10, 21, 1, 2, 3, 123);
const arn = 'arn:aws:codewhisperer:eu-central-1:123456789012:profile/ORG';

const oidcToken = {
  access_token: 'access-1',
  refresh_token: refresh('refresh-1'),
  expires_at: expires,
  region: 'eu-west-1',
  start_url: 'https://acme.awsapps.com/start',
  oauth_flow: 'PKCE',
  scopes: ['codewhisperer:conversations'],
};
const registration = {
  client_id: 'client-1',
  client_secret: 'secret-1',
  client_secret_expires_at: '2027-02-01T00:00:00Z',
  region: 'eu-west-1',
  oauth_flow: 'Pkce',
  scopes: null,
};
const socialToken = {
  access_token: 'access-2',
  refresh_token: refresh('refresh-2'),
  expires_at: expires,
  provider: 'Google',
  profile_arn: 'arn:aws:codewhisperer:us-east-1:699475941385:profile/SOCIAL',
};
const externalToken = {
  access_token: 'opaque',
  refresh_token: refresh('refresh-3'),
  expires_at: expires,
  issuer_url: 'https://login.example.org/v2.0',
  token_endpoint: 'https://login.example.org/token',
  client_id: 'org-client',
  scopes: 'one two',
};
const profile = { arn, profile_name: 'Acme' };

function read(rows: Record<string, unknown>, selected?: unknown) {
  const texts = Object.entries(rows).map(
    ([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return loginsInRows(new Map(texts), selected === undefined ? undefined : JSON.stringify(selected), now);
}

const oidc = (token: object = {}, client: object = {}, prefix = 'kirocli:odic') => ({
  [`${prefix}:token`]: { ...oidcToken, ...token },
  [`${prefix}:device-registration`]: { ...registration, ...client },
});
const social = (token: object = {}) => ({ 'kirocli:social:token': { ...socialToken, ...token } });
const external = (token: object = {}) => ({ 'kirocli:external-idp:token': { ...externalToken, ...token } });

const onlyLogin = (found: ReturnType<typeof read>) => {
  assert.deepEqual(found.problems, []);
  const [only, ...others] = found.logins;
  assert.ok(only && !others.length, `${found.logins.length} logins`);
  return only.login;
};
const onlyProblem = (found: ReturnType<typeof read>) => {
  const [only, ...others] = found.problems;
  assert.ok(only && !others.length, `${found.problems.length} problems`);
  return { ...only };
};

describe('A row of Identity Center', () => {
  it('becomes a login with its client', () => {
    const { grant, tokens } = onlyLogin(read(oidc()));
    assert.deepEqual(tokens, { access: 'access-1', refresh: refresh('refresh-1'), expiresAt });
    assert.deepEqual(grant, {
      kind: 'oidc',
      region: 'eu-west-1',
      startUrl: 'https://acme.awsapps.com/start',
      clientId: 'client-1',
      clientSecret: 'secret-1',
      clientExpiresAt: Date.UTC(2027, 1, 1),
      organization: undefined,
    });
  });

  for (const flow of ['DeviceCode', 'Pkce', 'PKCE']) {
    it(`is read with the flow spelled ${flow}`, () => {
      onlyLogin(read(oidc({ oauth_flow: flow }, { oauth_flow: flow })));
    });
  }

  it('is read where the flow is not said', () => {
    onlyLogin(read(oidc({ oauth_flow: null })));
  });

  it('has no client where the registration was made for another flow', () => {
    assert.equal(onlyProblem(read(oidc({ oauth_flow: 'DeviceCode' }))).reason, 'no-registration');
  });

  it('has no client where the registration is of another region', () => {
    assert.equal(onlyProblem(read(oidc({}, { region: 'us-east-1' }))).reason, 'no-registration');
  });

  it('has no client where there is no registration row', () => {
    const found = read({ 'kirocli:odic:token': oidcToken });
    assert.deepEqual(onlyProblem(found), {
      where: 'kirocli:odic:token',
      reason: 'no-registration',
      field: undefined,
    });
  });

  it('does not borrow the registration of another prefix', () => {
    const found = read({
      'kirocli:odic:token': oidcToken,
      'codewhisperer:odic:device-registration': registration,
    });
    assert.equal(onlyProblem(found).reason, 'no-registration');
  });

  it('has no client where the registration says null', () => {
    const found = read({ 'kirocli:odic:token': oidcToken, 'kirocli:odic:device-registration': null });
    assert.equal(onlyProblem(found).reason, 'no-registration');
  });

  it('is refused where the registration has expired, as from any other source', () => {
    const found = read(oidc({}, { client_secret_expires_at: '2020-01-01T00:00:00Z' }));
    assert.deepEqual(onlyProblem(found), {
      where: 'kirocli:odic:token',
      reason: 'registration-expired',
      field: undefined,
    });
  });

  it('names the registration row where that one is incomplete', () => {
    assert.deepEqual(onlyProblem(read(oidc({}, { client_secret: null }))), {
      where: 'kirocli:odic:device-registration',
      reason: 'missing-field',
      field: 'client_secret',
    });
  });

  for (const start_url of [
    'https://ACME.awsapps.com/start/',
    'https://acme.awsapps.com/start/#/',
    'acme.awsapps.com',
  ]) {
    it(`has the one spelling of its start URL where it says ${start_url}`, () => {
      const { grant } = onlyLogin(read(oidc({ start_url })));
      assert.equal(grant.kind === 'oidc' && grant.startUrl, 'https://acme.awsapps.com/start');
    });
  }

  it('is an organization’s where its start URL is no address', () => {
    const { grant } = onlyLogin(read(oidc({ start_url: 'ask Ana' })));
    assert.ok(grant.kind === 'oidc');
    assert.deepEqual([grant.startUrl, grant.organization], [undefined, 'unnamed']);
  });

  it('is read in GovCloud, with a profile of that partition', () => {
    const region = 'us-gov-west-1';
    const profile_arn = 'arn:aws-us-gov:codewhisperer:us-gov-west-1:123456789012:profile/ORG';
    const start_url = 'https://start.us-gov-home.awsapps.com/directory/d-9067642ac7';
    const login = onlyLogin(read(oidc({ region, start_url, profile_arn }, { region })));
    assert.ok(login.grant.kind === 'oidc');
    assert.deepEqual([login.grant.startUrl, login.profileArn], [start_url, profile_arn]);
  });

  for (const prefix of ['codewhisperer:odic', 'kirocli:oidc']) {
    it(`is found under ${prefix}`, () => {
      const found = read(oidc({}, {}, prefix));
      assert.deepEqual(
        found.logins.map((login) => login.key),
        [`${prefix}:token`],
      );
    });
  }
});

describe('A row of Builder ID', () => {
  for (const start_url of [
    null,
    '',
    'https://view.awsapps.com/start',
    'https://view.awsapps.com/start/',
    'https://view.awsapps.com/start/#/',
  ]) {
    it(`is known by the start URL ${JSON.stringify(start_url)}`, () => {
      const { grant } = onlyLogin(read(oidc({ start_url })));
      assert.ok(grant.kind === 'oidc');
      assert.equal(grant.startUrl, undefined);
    });
  }

  it('is of us-east-1 where no region is said', () => {
    const { grant } = onlyLogin(read(oidc({ region: null, start_url: null }, { region: null })));
    assert.ok(grant.kind === 'oidc');
    assert.equal(grant.region, 'us-east-1');
  });
});

describe('A row of Google or GitHub', () => {
  it('becomes a login with its own profile', () => {
    const login = onlyLogin(read(social()));
    assert.deepEqual(login.grant, { kind: 'social', provider: 'Google' });
    assert.equal(login.profileArn, socialToken.profile_arn);
  });

  for (const [written, meant] of [
    ['github', 'Github'],
    ['GitHub', 'Github'],
    ['google', 'Google'],
    ['Apple', 'unknown'],
    [null, 'unknown'],
  ]) {
    it(`is of ${meant} where the provider is ${written}`, () => {
      const { grant } = onlyLogin(read(social({ provider: written })));
      assert.deepEqual(grant, { kind: 'social', provider: meant });
    });
  }

  it('is refused where its profile names no region', () => {
    const profile_arn = 'arn:aws:codewhisperer:evil.example.com/:1:profile/X';
    assert.equal(onlyProblem(read(social({ profile_arn }))).reason, 'bad-region');
  });
});

describe("A row of an organization's identity provider", () => {
  it('becomes a login with its endpoints', () => {
    assert.deepEqual(onlyLogin(read(external())).grant, {
      kind: 'externalIdp',
      issuerUrl: 'https://login.example.org/v2.0',
      tokenEndpoint: 'https://login.example.org/token',
      clientId: 'org-client',
      scopes: ['one', 'two'],
    });
  });

  it('is read with a list of scopes', () => {
    const { grant } = onlyLogin(read(external({ scopes: ['one', 'two'] })));
    assert.ok(grant.kind === 'externalIdp');
    assert.deepEqual(grant.scopes, ['one', 'two']);
  });

  it('is refused with a token endpoint of another host, as from any other source', () => {
    const { reason } = onlyProblem(read(external({ token_endpoint: 'https://evil.example/token' })));
    assert.equal(reason, 'token-host');
  });

  it('is read without a refresh token', () => {
    assert.equal(onlyLogin(read(external({ refresh_token: null }))).tokens.refresh, undefined);
  });

  it('tells the e-mail in its token', () => {
    const claims = Buffer.from(JSON.stringify({ preferred_username: 'ana@example.org' })).toString(
      'base64url',
    );
    assert.equal(onlyLogin(read(external({ access_token: `h.${claims}.s` }))).email, 'ana@example.org');
  });

  it('names the field that is missing', () => {
    assert.deepEqual(onlyProblem(read(external({ token_endpoint: null }))), {
      where: 'kirocli:external-idp:token',
      reason: 'missing-field',
      field: 'token_endpoint',
    });
  });
});

describe('A token row', () => {
  it('is no login and no problem where it says null', () => {
    assert.deepEqual(read({ 'kirocli:social:token': null }), { logins: [], problems: [] });
  });

  for (const text of ['{"access_token": "x', '', 'ok', '[]', '7']) {
    it(`is not JSON of a row where it holds ${JSON.stringify(text)}`, () => {
      assert.equal(onlyProblem(read({ 'kirocli:social:token': text })).reason, 'not-json');
    });
  }

  for (const access_token of [null, '', 5, undefined]) {
    it(`misses its access token where that is ${JSON.stringify(access_token)}`, () => {
      const { reason, field } = onlyProblem(read(social({ access_token })));
      assert.deepEqual([reason, field], ['missing-field', 'access_token']);
    });
  }

  for (const refresh_token of [null, '']) {
    it(`is refused where the refresh token is ${JSON.stringify(refresh_token)}`, () => {
      assert.equal(onlyProblem(read(social({ refresh_token }))).reason, 'no-refresh-token');
    });
  }

  for (const region of ['us-east-1.evil.example', 'moon', 'us-east-1/../x']) {
    it(`is refused where the region is ${region}`, () => {
      assert.equal(onlyProblem(read(oidc({ region }, { region }))).reason, 'bad-region');
    });
  }

  it('counts as expired where it has no expiry but can be refreshed', () => {
    assert.equal(onlyLogin(read(social({ expires_at: null }))).tokens.expiresAt, 0);
  });

  it('misses its expiry where it has none and cannot be refreshed', () => {
    const { field } = onlyProblem(read(external({ expires_at: null, refresh_token: null })));
    assert.equal(field, 'expires_at');
  });

  it('counts as expired where its expiry cannot be read but it can be refreshed', () => {
    assert.equal(onlyLogin(read(social({ expires_at: 'tomorrow' }))).tokens.expiresAt, 0);
  });

  it('misses its expiry where that cannot be read and it cannot be refreshed', () => {
    const { field } = onlyProblem(read(external({ expires_at: 'tomorrow', refresh_token: null })));
    assert.equal(field, 'expires_at');
  });

  it('is read in camelCase', () => {
    const found = read({
      'kirocli:social:token': {
        accessToken: 'a',
        refreshToken: refresh('r'),
        expiresAt: 1_795_222_923,
        profileArn: arn,
      },
    });
    const login = onlyLogin(found);
    assert.deepEqual(login.tokens, { access: 'a', refresh: refresh('r'), expiresAt: 1_795_222_923_000 });
    assert.equal(login.profileArn, arn);
  });

  it('is read in snake_case where it has both spellings', () => {
    const login = onlyLogin(read(social({ accessToken: 'twin' })));
    assert.equal(login.tokens.access, 'access-2');
  });

  it('is read in camelCase where the snake_case field is null', () => {
    const login = onlyLogin(read(social({ accessToken: 'twin', access_token: null })));
    assert.equal(login.tokens.access, 'twin');
  });

  it('never prevents the other rows', () => {
    const found = read({ ...oidc(), 'kirocli:social:token': 'broken', ...external({ client_id: 7 }) });
    assert.deepEqual(
      found.logins.map(({ key }) => key),
      ['kirocli:odic:token'],
    );
    assert.equal(found.problems.length, 2);
  });

  it('never shows its value in a problem', () => {
    const found = read({
      ...social({ access_token: 'aoa-secret', refresh_token: null }),
      ...oidc({}, { client_id: 1 }),
    });
    assert.doesNotMatch(JSON.stringify(found.problems), /secret|access-1|refresh-1/);
  });

  it('of another kind is left alone', () => {
    assert.deepEqual(read({ 'other:program:token': 'x' }), { logins: [], problems: [] });
  });
});

describe('A row that an earlier sign-in left behind', () => {
  const stale = (found: ReturnType<typeof read>) =>
    found.logins.filter(({ isStale }) => isStale).map(({ key }) => key);
  const old = '2026-11-01T00:00:00Z';

  it('is marked where another row has a later token', () => {
    assert.deepEqual(stale(read({ ...oidc(), ...social({ expires_at: old }) })), ['kirocli:social:token']);
  });

  it('is not marked where it is the only one, or where its token ended today', () => {
    assert.deepEqual(stale(read(social({ expires_at: old }))), []);
    assert.deepEqual(stale(read({ ...oidc(), ...social({ expires_at: '2026-11-20T23:00:00Z' }) })), []);
  });
});

describe('The selected profile', () => {
  it('belongs to the Identity Center login', () => {
    const [found] = read(oidc(), profile).logins;
    assert.deepEqual([found?.login.profileArn, found?.profileName], [arn, 'Acme']);
  });

  it('belongs to the external login', () => {
    assert.equal(onlyLogin(read(external(), profile)).profileArn, arn);
  });

  it('is not given to a Builder ID, which cannot have selected it', () => {
    assert.equal(onlyLogin(read(oidc({ start_url: null }), profile)).profileArn, undefined);
  });

  it('is not given to a social login', () => {
    assert.equal(onlyLogin(read(social({ profile_arn: null }), profile)).profileArn, undefined);
  });

  it('does not replace a profile in the row itself', () => {
    const own = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/OWN';
    assert.equal(onlyLogin(read(oidc({ profile_arn: own }), profile)).profileArn, own);
  });

  it('names the profile of a row that carries the same ARN', () => {
    const [found] = read(oidc({ profile_arn: arn }), profile).logins;
    assert.equal(found?.profileName, 'Acme');
  });

  it('is given to nobody where two logins could have selected it', () => {
    const { logins } = read({ ...oidc(), ...external() }, profile);
    assert.deepEqual(
      logins.map(({ login }) => login.profileArn),
      [undefined, undefined],
    );
  });

  it('belongs to the current program rather than to a leftover of the older one', () => {
    const { logins } = read({ ...oidc({}, {}, 'codewhisperer:odic'), ...oidc() }, profile);
    assert.deepEqual(
      logins.map(({ key, login }) => [key, login.profileArn]),
      [
        ['codewhisperer:odic:token', undefined],
        ['kirocli:odic:token', arn],
      ],
    );
  });

  it('is a problem of its own where it names no region', () => {
    const found = read(oidc(), { arn: 'arn:aws:codewhisperer:nowhere:1:profile/X' });
    assert.equal(found.logins.length, 1);
    assert.deepEqual(onlyProblem(found), { where: 'api.codewhisperer.profile', reason: 'bad-region' });
  });

  it('is ignored where it is null', () => {
    assert.equal(onlyLogin(read(oidc(), null)).profileArn, undefined);
  });
});

describe('Any text in any row', () => {
  const keys = ['kirocli:social:token', 'kirocli:odic:token', 'kirocli:external-idp:token'];
  const fields = [
    ...Object.keys({ ...oidcToken, ...socialToken, ...externalToken }),
    'accessToken',
    '__proto__',
  ];
  const damaged = fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.jsonValue(), fc.string()));
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    damaged.map((row) => JSON.stringify({ ...externalToken, ...row })),
  );

  it('gives a whole login, a problem or nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keys), text, text, (key, value, registration) => {
        const rows = new Map([
          [key, value],
          ['kirocli:odic:device-registration', registration],
        ]);
        const { logins, problems } = loginsInRows(rows, registration, now);
        for (const { login } of logins) {
          assert.ok(login.tokens.access && Number.isFinite(login.tokens.expiresAt));
          assert.ok(login.tokens.refresh || login.grant.kind === 'externalIdp');
        }
        assert.ok(
          logins.length +
            problems.filter((problem) => problem.where !== 'api.codewhisperer.profile').length <=
            1,
        );
      }),
    );
  });
});
