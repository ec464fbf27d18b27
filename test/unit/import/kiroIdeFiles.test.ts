import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { KiroError } from '../../../src/base/errors';
import { parseFields } from '../../../src/import/credentialFields';
import { withClient as completed } from '../../../src/import/kiroIde/kiroIdeClient';
import { readKiroIdeLogin, rereadKiroIdeLogin } from '../../../src/import/kiroIde/kiroIdeFiles';
import type { KiroIdePaths } from '../../../src/import/paths';
import { ideFilesOf, type KiroIdeFiles, writeKiroIdeFiles } from '../../fixtures/kiroIde';
import type { Method } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';

const now = Date.UTC(2026, 10, 21);
const arn = 'arn:aws:codewhisperer:eu-central-1:123456789012:profile/ORG';
const long = (start: string) => start.padEnd(140, 'x');

const social = {
  accessToken: long('aoa'),
  refreshToken: long('aor'),
  expiresAt: '2026-11-21T01:02:03.144Z',
  authMethod: 'social',
  provider: 'Google',
  profileArn: 'arn:aws:codewhisperer:us-east-1:699475941385:profile/SOCIAL',
};
const { profileArn: _none, ...unprofiled } = social;
const oidc = {
  ...unprofiled,
  authMethod: 'IdC',
  provider: 'Enterprise',
  region: 'eu-west-1',
  clientIdHash: 'abc123',
};
const client = { clientId: 'client-1', clientSecret: 'secret-1', expiresAt: '2027-01-01T00:00:00Z' };
const external = {
  ...unprofiled,
  refreshToken: '1.AXoA-short',
  authMethod: 'external_idp',
  provider: 'ExternalIdp',
  clientId: 'org-client',
  issuerUrl: 'https://login.microsoftonline.com/t/v2.0',
  tokenEndpoint: 'https://login.microsoftonline.com/t/oauth2/v2.0/token',
  scopes: ['offline_access'],
};

let home: string;
let paths: KiroIdePaths;
const signal = new AbortController().signal;

function aroundEach(): void {
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kiro-ide-'));
    paths = {
      token: join(home, '.aws', 'sso', 'cache', 'kiro-auth-token.json'),
      profile: join(home, 'Kiro', 'profile.json'),
    };
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
}

const write = (files: KiroIdeFiles) => writeKiroIdeFiles(paths, files);
const read = (wait?: () => Promise<void>) =>
  readKiroIdeLogin(paths, { now: () => now, signal, wait: wait ?? (async () => undefined) });
const readWith = async (files: KiroIdeFiles) => {
  write(files);
  return await read();
};
const withClient = (token: object, registration: object = client) =>
  readWith({ token: { ...oidc, ...token }, beside: { 'abc123.json': { ...registration } } });
const grantIn = async (reading: ReturnType<typeof read>) => {
  const { login, problems } = await reading;
  assert.deepEqual(problems, []);
  assert.ok(login);
  return login.grant;
};
const problemIn = async (reading: ReturnType<typeof read>) => {
  const { login, problems } = await reading;
  assert.equal(login, undefined);
  const [only, ...others] = problems;
  assert.ok(only && !others.length);
  assert.equal(only.where, 'kiro-auth-token.json');
  return only.field === undefined ? only.reason : `${only.reason} ${only.field}`;
};

describe('The login of Kiro’s IDE', () => {
  aroundEach();

  let simulator: Simulator;
  before(async () => {
    simulator = await Simulator.start({ now: () => now });
  });
  after(() => simulator.stop());

  for (const method of ['builder-id', 'idc', 'google', 'github', 'external-idp'] as Method[]) {
    it(`is read whole for ${method}`, async () => {
      const account = simulator.addAccount({ method, email: 'ana@example.com' });
      const { login, file, problems } = await readWith(ideFilesOf(account));
      assert.deepEqual(problems, []);
      assert.equal(file, paths.token);
      assert.deepEqual(login?.tokens, {
        access: account.accessToken,
        refresh: account.refreshToken,
        expiresAt: account.expiresAt,
      });
      assert.equal(login?.profileArn, method === 'builder-id' ? undefined : account.profileArn);
    });
  }

  it('carries the client of Builder ID', async () => {
    assert.deepEqual(await grantIn(withClient({ provider: 'BuilderId', region: 'us-east-1' })), {
      kind: 'oidc',
      region: 'us-east-1',
      startUrl: undefined,
      organization: undefined,
      clientId: 'client-1',
      clientSecret: 'secret-1',
      clientExpiresAt: Date.UTC(2027, 0, 1),
    });
  });

  it('is of an organization although the start URL is not written down', async () => {
    const grant = await grantIn(withClient({}));
    assert.ok(grant.kind === 'oidc');
    assert.deepEqual([grant.startUrl, grant.organization], [undefined, 'unnamed']);
  });

  it('has the start URL where somebody wrote it down', async () => {
    const grant = await grantIn(withClient({ startUrl: 'https://acme.awsapps.com/start' }));
    assert.ok(grant.kind === 'oidc');
    assert.deepEqual([grant.startUrl, grant.organization], ['https://acme.awsapps.com/start', undefined]);
  });

  for (const authMethod of ['IdC', 'idc', 'IDC', 'builder-id', 'BuilderId', 'iam', 'builder_id']) {
    it(`is an OIDC one with the method spelled ${authMethod}`, async () => {
      assert.equal((await grantIn(withClient({ authMethod }))).kind, 'oidc');
    });
  }
  for (const authMethod of ['social', 'Social', 'google', 'imported']) {
    it(`is a social one with the method spelled ${authMethod}`, async () => {
      assert.equal((await grantIn(readWith({ token: { ...social, authMethod } }))).kind, 'social');
    });
  }
  for (const authMethod of ['external_idp', 'externalIdp', 'EXTERNAL-IDP']) {
    it(`is an external one with the method spelled ${authMethod}`, async () => {
      assert.equal((await grantIn(readWith({ token: { ...external, authMethod } }))).kind, 'externalIdp');
    });
  }

  it('is told by its fields where no method is said', async () => {
    assert.equal((await grantIn(withClient({ authMethod: undefined }))).kind, 'oidc');
    assert.equal((await grantIn(readWith({ token: { ...social, authMethod: '' } }))).kind, 'social');
    assert.equal((await grantIn(readWith({ token: { ...external, authMethod: null } }))).kind, 'externalIdp');
  });

  it('is read in snake_case as well', async () => {
    const snake = Object.fromEntries(
      Object.entries(social).map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
    );
    const { login } = await readWith({ token: snake });
    assert.equal(login?.tokens.refresh, social.refreshToken);
    assert.equal(login?.profileArn, social.profileArn);
  });

  it('is read behind a byte order mark', async () => {
    await grantIn(readWith({ token: `\uFEFF${JSON.stringify(social)}` }));
  });

  it('is refreshed before its first use where no end is written', async () => {
    const { login } = await readWith({ token: { ...social, expiresAt: undefined } });
    assert.equal(login?.tokens.expiresAt, 0);
  });

  it('is refreshed before its first use where its end cannot be read', async () => {
    const { login } = await readWith({ token: { ...social, expiresAt: 'soon' } });
    assert.equal(login?.tokens.expiresAt, 0);
  });

  it('may be over, as long as it can be renewed', async () => {
    const { login } = await readWith({ token: { ...social, expiresAt: '2020-01-01T00:00:00Z' } });
    assert.equal(login?.tokens.expiresAt, Date.UTC(2020, 0, 1));
  });

  it('needs no refresh token where it is an identity provider’s and not over', async () => {
    const { login } = await readWith({ token: { ...external, refreshToken: null } });
    assert.ok(login && !login.tokens.refresh);
  });

  it('leaves every file as it was', async () => {
    write({ token: oidc, beside: { 'abc123.json': client } });
    const before = readFileSync(paths.token, 'utf8');
    await read();
    assert.equal(readFileSync(paths.token, 'utf8'), before);
  });
});

describe('A login of Kiro’s IDE that cannot be used', () => {
  aroundEach();

  const bad: [string, object | string, string][] = [
    ['half a file', JSON.stringify(social).slice(0, 90), 'not-json'],
    ['an empty file', '', 'not-json'],
    ['null', 'null', 'not-json'],
    ['a list', '[]', 'not-json'],
    ['no access token', { ...social, accessToken: ' ' }, 'missing-field access_token'],
    ['an access token that is a number', { ...social, accessToken: 5 }, 'missing-field access_token'],
    ['no refresh token', { ...social, refreshToken: undefined }, 'no-refresh-token'],
    ['a blank refresh token', { ...social, refreshToken: '  ' }, 'no-refresh-token'],
    ['a short refresh token', { ...social, refreshToken: 'aorAAAAAG' }, 'truncated'],
    ['a refresh token with dots', { ...social, refreshToken: `${long('aor')}...` }, 'truncated'],
    ['an end that is none', { ...external, refreshToken: '', expiresAt: 'soon' }, 'missing-field expires_at'],
    ['a profile nowhere', { ...social, profileArn: 'arn:aws:s3:x' }, 'bad-region'],
    [
      'a profile elsewhere',
      { ...social, profileArn: 'arn:aws:codewhisperer:evil/:1:profile/X' },
      'bad-region',
    ],
    ['a way nobody knows', { ...social, authMethod: 'telepathy' }, 'unknown-method'],
    ['no client', { ...oidc, clientIdHash: undefined }, 'no-registration'],
    ['a client whose file is gone', oidc, 'no-registration'],
    ['a region that is none', { ...oidc, region: 'moon', clientId: 'a', clientSecret: 'b' }, 'bad-region'],
    ['a token endpoint elsewhere', { ...external, tokenEndpoint: 'https://evil.example/t' }, 'token-host'],
    [
      'a plain token endpoint',
      { ...external, tokenEndpoint: 'http://login.microsoftonline.com/t' },
      'token-host',
    ],
    [
      'no issuer',
      { ...external, issuerUrl: undefined, tokenEndpoint: 'https://idp.example.org/token' },
      'missing-field issuer_url',
    ],
    [
      'no endpoint',
      { ...external, issuerUrl: 'https://idp.example.org', tokenEndpoint: '' },
      'missing-field token_endpoint',
    ],
    ['no client of its own', { ...external, clientId: undefined }, 'missing-field client_id'],
    [
      'an end and nothing to renew it',
      { ...external, refreshToken: '', expiresAt: '2020-01-01T00:00:00Z' },
      'expired',
    ],
    [
      'the form of AWS’s command line',
      {
        startUrl: 'https://acme.awsapps.com/start',
        region: 'us-east-1',
        accessToken: long('aoa'),
        refreshToken: long('aor'),
        expiresAt: '2026-11-21T01:02:03Z',
        clientId: 'cli',
        clientSecret: 'secret',
        registrationExpiresAt: '2027-01-01T00:00:00Z',
      },
      'other-product',
    ],
    ['scopes of another product', { ...oidc, scopes: ['sso:account:access'] }, 'other-product'],
    ['a type of another product', { ...social, type: 'codex' }, 'other-product'],
    ['a Google login', { access_token: 'ya29.abc', refresh_token: long('1//0') }, 'other-product'],
  ];
  for (const [what, token, reason] of bad) {
    it(`is named: ${what}`, async () => {
      const reading = readWith({ token: token as KiroIdeFiles['token'] & object });
      assert.equal(await problemIn(reading), reason);
    });
  }

  it('is named: a client that is over', async () => {
    const over = { ...client, expiresAt: '2026-11-20T00:00:00Z' };
    assert.equal(await problemIn(withClient({}, over)), 'registration-expired');
  });

  it('never shows its values', async () => {
    for (const [, token] of bad) {
      const { problems } = await readWith({ token: token as KiroIdeFiles['token'] & object });
      const shown = JSON.stringify(problems);
      for (const secret of [social.accessToken, social.refreshToken, 'secret'])
        assert.ok(!shown.includes(secret));
    }
  });
});

describe('A file of Kiro’s IDE that cannot be read', () => {
  aroundEach();

  const failsWith = async (reason: string) =>
    await assert.rejects(read(), (error: unknown) => {
      assert.ok(error instanceof KiroError);
      assert.deepEqual([error.code, error.reason], ['import-failed', reason]);
      return true;
    });

  it('is not there', () => failsWith('no-file'));

  it('is a link, which whoever writes back would replace', async () => {
    write({ token: social });
    const elsewhere = join(home, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify(social));
    rmSync(paths.token);
    symlinkSync(elsewhere, paths.token);
    await failsWith('symlink');
  });

  it('is a link to nothing', async () => {
    mkdirSync(dirname(paths.token), { recursive: true });
    symlinkSync(join(home, 'gone'), paths.token);
    await failsWith('symlink');
  });

  it('is a folder', async () => {
    mkdirSync(paths.token, { recursive: true });
    await failsWith('unreadable');
  });

  it('is far too large', async () => {
    write({ token: ' '.repeat(3 * 1024 * 1024) });
    await failsWith('unreadable');
  });

  it('may lie in a linked folder', async () => {
    const real = join(home, 'real');
    mkdirSync(real);
    symlinkSync(real, join(home, '.aws'));
    await grantIn(readWith({ token: social }));
  });

  it('is read again while it is half written', async () => {
    write({ token: JSON.stringify(social).slice(0, 90) });
    let waits = 0;
    const wait = async () => {
      if (++waits === 2) write({ token: social });
    };
    await grantIn(read(wait));
    assert.equal(waits, 2);
  });

  it('is not waited for by a caller that gives up', async () => {
    write({ token: '{' });
    const caller = new AbortController();
    const wait = async () => caller.abort(new Error('given up'));
    const reading = readKiroIdeLogin(paths, { now: () => now, signal: caller.signal, wait });
    await assert.rejects(reading, /given up/);
  });
});

describe('The client of the IDE’s login', () => {
  aroundEach();

  const inFolder = (token: object, beside: NonNullable<KiroIdeFiles['beside']>) =>
    readWith({ token: { ...oidc, ...token }, beside });
  const idIn = async (reading: ReturnType<typeof read>) => {
    const grant = await grantIn(reading);
    assert.ok(grant.kind === 'oidc');
    return grant.clientId;
  };
  const byId = { clientIdHash: undefined, clientId: 'client-1' };

  it('is the one of the same id where its file is not named', async () => {
    const beside = {
      'a.json': { clientId: 'foreign', clientSecret: 's' },
      'b.json': 'half a f',
      'c.json': { clientId: 'client-1' },
      'd.json': client,
      'e.txt': client,
    };
    assert.equal(await idIn(inFolder(byId, beside)), 'client-1');
  });

  it('is found among more files than anybody counts', async () => {
    const foreign = { clientId: 'foreign', clientSecret: 's' };
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`a${index}.json`, foreign]));
    assert.equal(await idIn(inFolder(byId, { ...many, 'z.json': client })), 'client-1');
  });

  it('is never a foreign one', async () => {
    const beside = { 'a.json': { clientId: 'foreign', clientSecret: 's' } };
    assert.equal(await problemIn(inFolder(byId, beside)), 'no-registration');
  });

  it('is not the named one where that has another id', async () => {
    const beside = { 'abc123.json': { ...client, clientId: 'foreign' }, 'z.json': client };
    assert.equal(await idIn(inFolder({ clientId: 'client-1' }, beside)), 'client-1');
  });

  it('is none where the folder cannot be looked through', async () => {
    const parsed = parseFields({ authMethod: 'IdC', clientId: 'client-1' });
    assert.ok(parsed.kind === 'ok');
    assert.deepEqual(await completed(parsed.value, join(home, 'gone'), signal), parsed.value);
  });

  it('is none of another region', async () => {
    const beside = { 'abc123.json': { ...client, region: 'us-east-1' } };
    assert.equal(await problemIn(inFolder({}, beside)), 'no-registration');
  });

  it('is read in snake_case as well', async () => {
    const beside = { 'abc123.json': { client_id: 'client-1', client_secret: 's' } };
    assert.equal(await idIn(inFolder({}, beside)), 'client-1');
  });

  it('ends when the registration ends, not the token beside it', async () => {
    const registration = {
      ...client,
      expiresAt: '2020-01-01T00:00:00Z',
      registrationExpiresAt: '2027-02-01T00:00:00Z',
    };
    const grant = await grantIn(withClient({}, registration));
    assert.ok(grant.kind === 'oidc');
    assert.equal(grant.clientExpiresAt, Date.UTC(2027, 1, 1));
  });

  for (const clientIdHash of ['../abc123', '/etc/passwd', '..\\abc123', 'a/b', '', '.']) {
    it(`is not looked for at ${JSON.stringify(clientIdHash)}`, async () => {
      write({ token: { ...oidc, clientIdHash } });
      writeFileSync(join(dirname(dirname(paths.token)), 'abc123.json'), JSON.stringify(client));
      assert.equal(await problemIn(read()), 'no-registration');
    });
  }

  it('is not read through a link', async () => {
    write({ token: oidc });
    writeFileSync(join(home, 'client.json'), JSON.stringify(client));
    symlinkSync(join(home, 'client.json'), join(dirname(paths.token), 'abc123.json'));
    assert.equal(await problemIn(read()), 'no-registration');
  });
});

describe('The profile selected in the IDE', () => {
  aroundEach();

  const profiled = async (token: object, profile: object | string) =>
    await readWith({
      token: { ...oidc, ...token },
      beside: { 'abc123.json': client },
      profile: profile as KiroIdeFiles['profile'] & object,
    });

  it('belongs to an organization’s login, its region as it stands', async () => {
    const { login, profileName } = await profiled({}, { arn, name: 'Acme' });
    assert.deepEqual([login?.profileArn, profileName], [arn, 'Acme']);
  });

  it('does not belong to a Builder ID', async () => {
    const { login } = await profiled({ provider: 'BuilderId', region: 'us-east-1' }, { arn });
    assert.equal(login?.profileArn, undefined);
  });

  it('does not replace the one in the login', async () => {
    const { login, profileName } = await readWith({ token: social, profile: { arn, name: 'Acme' } });
    assert.deepEqual([login?.profileArn, profileName], [social.profileArn, undefined]);
  });

  it('is a problem of its own where it names no region, and the login stays', async () => {
    const { login, problems } = await profiled({}, { arn: 'arn:aws:codewhisperer:moon:1:profile/X' });
    assert.ok(login && !login.profileArn);
    assert.deepEqual(problems, [{ where: 'profile.json', reason: 'bad-region', field: 'arn' }]);
  });

  for (const profile of ['', '{', 'null', '{}', '[]']) {
    it(`is unknown where its file says ${JSON.stringify(profile)}`, async () => {
      const { login, problems } = await profiled({}, profile);
      assert.ok(login && !login.profileArn);
      assert.deepEqual(problems, []);
    });
  }
});

describe('The login the IDE has now', () => {
  aroundEach();

  const reread = () => rereadKiroIdeLogin(paths, { now: () => now, signal, wait: async () => undefined });

  it('is the one in its file', async () => {
    write({ token: social });
    assert.equal((await reread())?.tokens.refresh, social.refreshToken);
  });

  it('is none where the IDE is signed out', async () => {
    assert.equal(await reread(), undefined);
  });

  it('is none where it cannot be used', async () => {
    write({ token: { ...social, refreshToken: 'short' } });
    assert.equal(await reread(), undefined);
  });
});
