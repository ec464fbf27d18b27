import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { redeem } from '../../../src/auth/refresh';
import { KiroError } from '../../../src/base/errors';
import { readCredentialFile } from '../../../src/import/credentialFile';
import { callTo } from '../../fixtures/authCalls';
import { Simulator } from '../../simulator/simulator';

const now = Date.UTC(2026, 10, 21);
const long = (start: string) => start.padEnd(140, 'x');
const refreshToken = long('aorAAAAAG');
const apiKey = `ksk_${'k'.repeat(40)}`;
const arn = 'arn:aws:codewhisperer:us-east-1:699475941385:profile/SOCIAL';

const { signal } = new AbortController();
const at = (path: string) => readCredentialFile(path, { now: () => now, signal });
/** Reads a file with this content, and others beside it. */
const read = async (content: unknown, beside: Record<string, unknown> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-file-'));
  try {
    for (const [name, one] of Object.entries({ 'logins.json': content, ...beside })) {
      const isText = typeof one === 'string' || Buffer.isBuffer(one);
      writeFileSync(join(folder, name), isText ? one : JSON.stringify(one));
    }
    return await at(join(folder, 'logins.json'));
  } finally {
    rmSync(folder, { recursive: true });
  }
};
const only = async (content: unknown) => {
  const { logins, problems } = await read(content);
  assert.deepEqual(problems, []);
  const [login, ...others] = logins;
  assert.ok(login && !others.length);
  return login;
};
const candidateIn = async (content: unknown) => {
  const { credential } = await only(content);
  assert.ok(credential.kind === 'candidate');
  return credential.candidate;
};
const loginIn = async (content: unknown) => {
  const { credential } = await only(content);
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

  it('is a list of logins that are to be refreshed first', async () => {
    assert.deepEqual(await candidateIn([managed]), builderId);
  });

  it('has its logins in `accounts` in older versions', async () => {
    const { email, ...credentials } = managed;
    assert.deepEqual(await candidateIn({ version: '1.0', accounts: [{ email, credentials }] }), builderId);
  });

  it('has a social login where there is no client', async () => {
    const { clientId: _id, clientSecret: _secret, ...rest } = managed;
    assert.deepEqual((await candidateIn([rest])).grant, { kind: 'social', provider: 'unknown' });
  });

  it('has an organization’s login where the region is no Builder ID’s', async () => {
    const { grant } = await candidateIn([{ ...managed, region: 'eu-west-1' }]);
    assert.ok(grant.kind === 'oidc');
    assert.equal(grant.organization, 'unnamed');
  });

  it('names its entries by their e-mail, otherwise by their place', async () => {
    const { email: _email, ...nameless } = managed;
    assert.deepEqual(
      (await read([managed, nameless, { ...managed, email: 7 }, 'x'])).logins.map(({ where }) => where),
      ['ana@example.com', '#2'],
    );
  });

  it('keeps its good entries beside bad ones', async () => {
    const { logins, problems } = await read([
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
  it('is one login with all its tokens', async () => {
    const login = await loginIn({
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
    it(`has the SSO region in ${field}, whatever the other region is`, async () => {
      const { grant } = await candidateIn({
        ...managed,
        authMethod: 'idc',
        region: 'us-east-1',
        [field]: 'eu-west-3',
      });
      assert.equal(grant.kind === 'oidc' && grant.region, 'eu-west-3');
    });
  }

  for (const key of ['kiroApiKey', 'apiKey', 'accessToken', 'api_key']) {
    it(`has an API key in ${key}`, async () => {
      const login = await loginIn({ authMethod: 'api_key', [key]: apiKey, email: 'ci@example.com' });
      assert.deepEqual(
        [login.grant.kind, login.tokens.access, login.email],
        ['apiKey', apiKey, 'ci@example.com'],
      );
    });
  }

  it('has an API key where no method is said', async () => {
    assert.equal((await loginIn({ kiroApiKey: apiKey })).grant.kind, 'apiKey');
  });

  it('is social for a login that was registered beside', async () => {
    assert.equal((await candidateIn({ ...managed, authMethod: 'imported' })).grant.kind, 'social');
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

  it('is one login of an organization', async () => {
    assert.deepEqual(await loginIn(file), {
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

  it('is refused with a token endpoint of another host', async () => {
    const { problems } = await read({ ...file, token_endpoint: 'https://evil.example/token' });
    assert.deepEqual(problems, [{ where: '#1', reason: 'token-host', field: undefined }]);
  });

  for (const type of ['codex', 'gemini', 'claude', 'authorized_user']) {
    it(`is another product’s with the type ${type}`, async () => {
      assert.equal((await read({ ...file, type })).problems[0]?.reason, 'other-product');
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
    it(`is named: ${what}`, async () => {
      const { logins, problems } = await read([entry]);
      assert.equal(logins.length, 0);
      assert.equal(problems[0]?.reason, reason);
    });
  }
});

describe('A file in a form of its own', () => {
  const wheres = async (content: unknown) => {
    const { logins, problems } = await read(content);
    assert.deepEqual(problems, []);
    return logins.map(({ where }) => where);
  };
  const { clientId, clientSecret, ...clientless } = { ...managed, authMethod: 'idc' };
  const oidcClientOf = async (content: unknown, beside: Record<string, unknown> = {}) => {
    const { logins, problems } = await read(content, beside);
    assert.deepEqual(problems, []);
    const [{ credential } = assert.fail('no login')] = logins;
    assert.ok(credential.kind === 'candidate' && credential.candidate.grant.kind === 'oidc');
    assert.equal(logins.length, 1);
    return credential.candidate.grant.clientSecret;
  };

  for (const name of ['credentials', 'credentials_kiro', 'credentialsKiroRs', 'tokens', 'auth']) {
    it(`has its tokens in an object called ${name}`, async () => {
      const { email, ...fields } = managed;
      assert.equal((await candidateIn([{ id: 1, email, [name]: fields }])).email, email);
      assert.equal((await candidateIn({ email, [name]: fields })).email, email);
    });
  }

  it('has two logins in objects by name', async () => {
    const other = { ...managed, email: 'bo@example.com' };
    assert.deepEqual(await wheres({ first: managed, second: other, version: 2 }), [
      'ana@example.com',
      'bo@example.com',
    ]);
  });

  it('has a list below a name of its own', async () => {
    assert.deepEqual(await wheres({ exportedAt: 'x', data: [managed, managed] }), [
      'ana@example.com',
      'ana@example.com',
    ]);
  });

  it('is a list of bare tokens', async () => {
    assert.deepEqual(await wheres([refreshToken, apiKey]), ['#1', '#2']);
  });

  it('has a token in each line', async () => {
    assert.deepEqual(await wheres(`# mine\n${refreshToken}\r\n\n"${refreshToken}",\n${apiKey}\n`), [
      '#1',
      '#2',
      '#3',
    ]);
  });

  it('has a JSON object in each line, and a line that is damaged hides no other', async () => {
    const { logins, problems } = await read(
      `${JSON.stringify(managed)}\n{"refreshTok\n${JSON.stringify(managed)}`,
    );
    assert.equal(logins.length, 2);
    assert.deepEqual(problems, [{ where: '#2', reason: 'not-json', field: undefined }]);
  });

  it('has comments and trailing commas', async () => {
    await candidateIn(
      `// my login\n[{"refreshToken": "${refreshToken}", /* social */ "authMethod": "social",},]`,
    );
  });

  for (const [what, bytes] of [
    ['UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${JSON.stringify([managed])}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(JSON.stringify([managed]), 'utf16le')],
    ['big-endian UTF-16', Buffer.from(`\uFEFF${JSON.stringify([managed])}`, 'utf16le').swap16()],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${JSON.stringify([managed])}`)],
  ] as const) {
    it(`is read in ${what}`, async () => {
      await candidateIn(bytes);
    });
  }

  const client = { clientId, clientSecret, expiresAt: '2027-01-01T00:00:00Z' };
  it('has the client in an object of the entry', async () => {
    assert.equal(await oidcClientOf({ ...clientless, deviceRegistration: client }), clientSecret);
  });

  it('has the client in an entry of its own, told by its id', async () => {
    const foreign = { clientId: 'foreign', clientSecret: 'foreign' };
    const { logins, problems } = await read([{ ...clientless, clientId }, foreign, client]);
    const [login, ...others] = logins;
    assert.ok(login?.credential.kind === 'candidate' && !others.length);
    const { grant } = login.credential.candidate;
    assert.equal(grant.kind === 'oidc' && grant.clientSecret, clientSecret);
    assert.deepEqual(problems, [{ where: '#2', reason: 'other-product', field: undefined }]);
  });

  it('has the only client there is in an entry of its own', async () => {
    assert.equal(await oidcClientOf([client, clientless]), clientSecret);
  });

  it('has the client in another file beside it', async () => {
    const beside = { 'abc.json': client };
    assert.equal(await oidcClientOf([{ ...clientless, clientId }], beside), clientSecret);
    assert.equal(await oidcClientOf([{ ...clientless, clientIdHash: 'abc' }], beside), clientSecret);
  });

  it('takes no client of several where nothing tells whose it is', async () => {
    const { problems } = await read([clientless, client, { ...client, clientId: 'other' }]);
    assert.deepEqual(
      problems.map(({ reason }) => reason),
      ['no-registration', 'other-product', 'other-product'],
    );
  });

  const entra = 'https://login.microsoftonline.com/tenant';
  for (const [what, issuerUrl, tokenEndpoint] of [
    ['Entra ID', `${entra}/v2.0`, `${entra}/oauth2/v2.0/token`],
    ['Okta', 'https://acme.okta.com/oauth2/default', 'https://acme.okta.com/oauth2/default/v1/token'],
  ] as const) {
    for (const said of [{ issuerUrl }, { tokenEndpoint }]) {
      it(`has an organization of ${what} with only its ${Object.keys(said)[0]}`, async () => {
        const { grant } = await candidateIn({
          authMethod: 'external_idp',
          refreshToken: 'r',
          clientId: 'c',
          ...said,
        });
        assert.deepEqual(grant, { kind: 'externalIdp', issuerUrl, tokenEndpoint, clientId: 'c', scopes: [] });
      });
    }
  }
});

describe('A file with logins', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

  it('gives a whole login or a problem, whatever is in it', async () => {
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
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 3 }), async (entries) => {
        const { logins, problems } = await read(entries);
        const told = logins.length + problems.length;
        const withTokens = entries.filter((one) =>
          ['accessToken', 'refreshToken'].some((name) => typeof one[name] === 'string'),
        );
        // An entry that is only a client registration belongs to a login of the list.
        assert.ok(told <= entries.length && told >= withTokens.length);
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
    const candidate = await candidateIn([
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
