import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { redeem } from '../../../src/auth/refresh';
import { KiroError } from '../../../src/base/errors';
import { loginsInText, readCredentialFile } from '../../../src/import/credentialFile';
import { callTo } from '../../fixtures/authCalls';
import { Simulator } from '../../simulator/simulator';

const now = Date.UTC(2026, 10, 21);
const long = (start: string) => start.padEnd(140, 'x');
const refreshToken = long('aorAAAAAG');
const apiKey = `ksk_${'k'.repeat(40)}`;
const arn = 'arn:aws:codewhisperer:us-east-1:699475941385:profile/SOCIAL';

const read = (content: unknown) =>
  loginsInText(typeof content === 'string' ? content : JSON.stringify(content), now);
const only = (content: unknown) => {
  const { logins, problems } = read(content);
  assert.deepEqual(problems, []);
  const [login, ...others] = logins;
  assert.ok(login && !others.length);
  return login;
};
const candidateIn = (content: unknown) => {
  const { credential } = only(content);
  assert.ok(credential.kind === 'candidate');
  return credential.candidate;
};
const loginIn = (content: unknown) => {
  const { credential } = only(content);
  assert.ok(credential.kind === 'login');
  return credential.login;
};
const isImportFailure = (reason: string) => (error: unknown) =>
  error instanceof KiroError && error.code === 'import-failed' && error.reason === reason;

const managed = {
  email: 'ana@example.com',
  refreshToken,
  clientId: 'client-1',
  clientSecret: 'secret-1',
  region: 'us-east-1',
};

describe('A file of Kiro Account Manager', () => {
  const builderId = {
    grant: {
      kind: 'oidc',
      region: 'us-east-1',
      startUrl: undefined,
      organization: undefined,
      clientId: 'client-1',
      clientSecret: 'secret-1',
      clientExpiresAt: undefined,
    },
    refresh: refreshToken,
    profileArn: undefined,
    email: 'ana@example.com',
  };

  it('is a list of logins that are to be refreshed first', () => {
    assert.deepEqual(candidateIn([managed]), builderId);
  });

  it('has its logins in `accounts` in older versions', () => {
    const { email, ...credentials } = managed;
    assert.deepEqual(candidateIn({ version: '1.0', accounts: [{ email, credentials }] }), builderId);
  });

  it('has a social login where there is no client', () => {
    const { clientId: _id, clientSecret: _secret, ...rest } = managed;
    assert.deepEqual(candidateIn([rest]).grant, { kind: 'social', provider: 'unknown' });
  });

  it('has an organization’s login where the region is no Builder ID’s', () => {
    const { grant } = candidateIn([{ ...managed, region: 'eu-west-1' }]);
    assert.ok(grant.kind === 'oidc');
    assert.equal(grant.organization, 'unnamed');
  });

  it('names its entries by their e-mail, otherwise by their place', () => {
    const { email: _email, ...nameless } = managed;
    assert.deepEqual(
      read([managed, nameless, { ...managed, email: 7 }, 'x']).logins.map(({ where }) => where),
      ['ana@example.com', '#2'],
    );
  });

  it('keeps its good entries beside bad ones', () => {
    const { logins, problems } = read([
      { ...managed, refreshToken: 'aor…' },
      managed,
      5,
      null,
      { ...managed, email: 'bo@example.com', region: 'moon' },
      {},
    ]);
    assert.equal(logins.length, 1);
    assert.deepEqual(
      problems.map(({ where, reason }) => `${where} ${reason}`),
      [
        'ana@example.com truncated',
        '#3 not-json',
        '#4 not-json',
        'bo@example.com bad-region',
        '#6 other-product',
      ],
    );
  });
});

describe('A file of a gateway', () => {
  it('is one login with all its tokens', () => {
    const login = loginIn({
      accessToken: long('aoa'),
      refreshToken,
      profileArn: arn,
      expiresAt: '2026-11-21T01:00:00.123456789Z',
      authMethod: 'social',
      provider: 'Github',
      machineId: 'never-used',
    });
    assert.deepEqual(login, {
      grant: { kind: 'social', provider: 'Github' },
      tokens: { access: long('aoa'), refresh: refreshToken, expiresAt: Date.UTC(2026, 10, 21, 1, 0, 0, 123) },
      profileArn: arn,
      email: undefined,
    });
  });

  for (const field of ['authRegion', 'idcRegion', 'auth_region']) {
    it(`has the SSO region in ${field}, whatever the other region is`, () => {
      const { grant } = candidateIn({
        ...managed,
        authMethod: 'idc',
        region: 'us-east-1',
        [field]: 'eu-west-3',
      });
      assert.equal(grant.kind === 'oidc' && grant.region, 'eu-west-3');
    });
  }

  for (const key of ['kiroApiKey', 'apiKey', 'accessToken', 'api_key']) {
    it(`has an API key in ${key}`, () => {
      const login = loginIn({ authMethod: 'api_key', [key]: apiKey, email: 'ci@example.com' });
      assert.deepEqual(
        [login.grant.kind, login.tokens.access, login.email],
        ['apiKey', apiKey, 'ci@example.com'],
      );
    });
  }

  it('has an API key where no method is said', () => {
    assert.equal(loginIn({ kiroApiKey: apiKey }).grant.kind, 'apiKey');
  });

  it('is social for a login that was registered beside', () => {
    assert.equal(candidateIn({ ...managed, authMethod: 'imported' }).grant.kind, 'social');
  });
});

describe('A file of CLIProxyAPI', () => {
  const file = {
    type: 'kiro',
    auth_method: 'external_idp',
    access_token: `h.${Buffer.from('{"email":"ana@example.org"}').toString('base64url')}.s`,
    refresh_token: '1.AXoA',
    client_id: 'org-client',
    issuer_url: 'https://login.microsoftonline.com/t/v2.0',
    token_endpoint: 'https://login.microsoftonline.com/t/oauth2/v2.0/token',
    profile_arn: arn,
    expired: '2026-11-21T01:00:00Z',
    scopes: 'one offline_access',
  };

  it('is one login of an organization', () => {
    assert.deepEqual(loginIn(file), {
      grant: {
        kind: 'externalIdp',
        issuerUrl: file.issuer_url,
        tokenEndpoint: file.token_endpoint,
        clientId: 'org-client',
        scopes: ['one', 'offline_access'],
      },
      tokens: { access: file.access_token, refresh: '1.AXoA', expiresAt: Date.UTC(2026, 10, 21, 1) },
      profileArn: arn,
      email: 'ana@example.org',
    });
  });

  it('is refused with a token endpoint of another host', () => {
    const { problems } = read({ ...file, token_endpoint: 'https://evil.example/token' });
    assert.deepEqual(problems, [{ where: '#1', reason: 'token-host', field: undefined }]);
  });

  for (const type of ['codex', 'gemini', 'claude', 'authorized_user']) {
    it(`is another product’s with the type ${type}`, () => {
      assert.equal(read({ ...file, type }).problems[0]?.reason, 'other-product');
    });
  }
});

describe('An entry that cannot be used', () => {
  for (const [what, entry, reason] of [
    ['a half API key', { kiroApiKey: 'ksk_abc' }, 'bad-api-key'],
    ['an API key that is not there', { authMethod: 'api_key' }, 'bad-api-key'],
    ['no tokens', { authMethod: 'social' }, 'no-refresh-token'],
    ['a method nobody knows', { ...managed, authMethod: 'x' }, 'unknown-method'],
    ['a client without its secret', { ...managed, clientSecret: ' ' }, 'no-registration'],
    ['a client that is over', { ...managed, clientSecretExpiresAt: 1_700_000_000 }, 'registration-expired'],
    ['an organization without a token', { authMethod: 'external_idp' }, 'missing-field'],
    ['a login of another product', { access_token: 'ya29.x', refresh_token: long('1//') }, 'other-product'],
    ['an AWS cache', { startUrl: 'https://a.awsapps.com/start', accessToken: long('eyJ') }, 'other-product'],
  ] as const) {
    it(`is named: ${what}`, () => {
      const { logins, problems } = read([entry]);
      assert.equal(logins.length, 0);
      assert.equal(problems[0]?.reason, reason);
    });
  }
});

describe('A file with logins', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const signal = new AbortController().signal;
  const at = (path: string) => readCredentialFile(path, { now: () => now, signal });

  it('is followed where it is a link: the person chose it', async () => {
    writeFileSync(join(folder, 'real.json'), JSON.stringify([managed]));
    symlinkSync(join(folder, 'real.json'), join(folder, 'link.json'));
    assert.equal((await at(join(folder, 'link.json'))).logins.length, 1);
  });

  it('is named where it is not there, or leads nowhere', async () => {
    symlinkSync(join(folder, 'gone'), join(folder, 'link.json'));
    await assert.rejects(at(join(folder, 'none.json')), isImportFailure('no-file'));
    await assert.rejects(at(join(folder, 'link.json')), isImportFailure('no-file'));
  });

  it('is no folder', async () => {
    mkdirSync(join(folder, 'x.json'));
    await assert.rejects(at(join(folder, 'x.json')), isImportFailure('unreadable'));
  });

  for (const [text, reason] of [
    ['', 'not-json'],
    ['{', 'not-json'],
    ['"text"', 'not-json'],
    ['null', 'not-json'],
    ['[]', 'no-logins'],
    ['{"accounts":[]}', 'no-logins'],
  ] as const) {
    it(`is refused for ${JSON.stringify(text)}: ${reason}`, async () => {
      writeFileSync(join(folder, 'x.json'), text);
      await assert.rejects(at(join(folder, 'x.json')), isImportFailure(reason));
    });
  }

  it('gives a whole login or a problem, whatever is in it', () => {
    const names = [
      ...Object.keys(managed),
      'accessToken',
      'authMethod',
      'expiresAt',
      'provider',
      'type',
      'scopes',
    ];
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.constantFrom('social', 'IdC', refreshToken),
    );
    const entry = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 3 }), (entries) => {
        const { logins, problems } = read(entries);
        assert.equal(logins.length + problems.length, entries.length);
        assert.ok(!JSON.stringify(problems).includes(refreshToken));
      }),
    );
  });
});

describe('A login that is to be refreshed first', () => {
  it('is whole after the refresh', async () => {
    const simulator = await Simulator.start({ now: () => now });
    const account = simulator.addAccount({ method: 'builder-id', email: 'ana@example.com' });
    const { clientId, clientSecret, refreshToken: refresh, email } = account;
    const candidate = candidateIn([
      { email, refreshToken: refresh, clientId, clientSecret, region: 'us-east-1' },
    ]);
    const login = await redeem(candidate, callTo(simulator, { now: () => now }));
    assert.deepEqual(login.tokens, {
      access: account.accessToken,
      refresh: account.refreshToken,
      expiresAt: now + 3_600_000,
    });
    assert.deepEqual([login.email, login.grant], [email, candidate.grant]);
    await simulator.stop();
  });
});
