import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  credentialInEnvironment,
  detectSources,
  variablesWithCredential,
} from '../../../src/import/detectSources';
import { kiroIdePaths, type Machine } from '../../../src/import/paths';

const machine = (changes: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  env: {},
  homedir: '/home/ana',
  ...changes,
});
const key = `ksk_${'k'.repeat(40)}`;

describe('The files of Kiro’s IDE', () => {
  for (const [where, changes, token, profile] of [
    ['Linux', {}, '/home/ana/.aws/sso/cache/', '/home/ana/.config/Kiro/'],
    [
      'Linux with folders of its own',
      { env: { XDG_CONFIG_HOME: '/conf' } },
      '/home/ana/.aws/sso/cache/',
      '/conf/Kiro/',
    ],
    [
      'Linux with a relative folder, which does not count',
      { env: { XDG_CONFIG_HOME: 'conf' } },
      '/home/ana/.aws/sso/cache/',
      '/home/ana/.config/Kiro/',
    ],
    [
      'macOS',
      { platform: 'darwin', homedir: '/Users/ana' },
      '/Users/ana/.aws/sso/cache/',
      '/Users/ana/Library/Application Support/Kiro/',
    ],
    [
      'Windows',
      { platform: 'win32', homedir: 'C:\\Users\\ana', env: { APPDATA: 'D:\\Roaming' } },
      'C:\\Users\\ana\\.aws\\sso\\cache\\',
      'D:\\Roaming\\Kiro\\',
    ],
    [
      'Windows that names no folder',
      { platform: 'win32', homedir: 'C:\\Users\\ana' },
      'C:\\Users\\ana\\.aws\\sso\\cache\\',
      'C:\\Users\\ana\\AppData\\Roaming\\Kiro\\',
    ],
  ] as const) {
    it(`are at home on ${where}`, () => {
      const separator = where.startsWith('Windows') ? '\\' : '/';
      assert.deepEqual(kiroIdePaths(machine(changes)), {
        token: `${token}kiro-auth-token.json`,
        profile: profile + ['User', 'globalStorage', 'kiro.kiroagent', 'profile.json'].join(separator),
      });
    });
  }
});

describe('The environment', () => {
  for (const [what, env, found] of [
    ['nothing', {}, []],
    ['blanks', { KIRO_API_KEY: ' ', KIRO_REFRESH_TOKEN: '' }, []],
    ['a Kiro key', { KIRO_API_KEY: key }, ['KIRO_API_KEY']],
    ['a Kiro key in quotes', { KIRO_API_KEY: `"${key}"` }, ['KIRO_API_KEY']],
    ['a gateway’s own password', { KIRO_API_KEY: 'my-proxy-password' }, []],
    ['a refresh token', { KIRO_REFRESH_TOKEN: 'aor' }, ['KIRO_REFRESH_TOKEN']],
    ['somebody else’s token', { REFRESH_TOKEN: 'aor', API_KEY: key }, []],
  ] as const) {
    it(`has ${found.join(', ') || 'no credential'} for ${what}`, () => {
      assert.deepEqual(variablesWithCredential(machine({ env })), found);
    });
  }

  it('gives the text of a variable', () => {
    const here = machine({ env: { KIRO_API_KEY: ` ${key}\n` } });
    assert.equal(credentialInEnvironment(here, 'KIRO_API_KEY'), key);
    assert.equal(credentialInEnvironment(here, 'KIRO_REFRESH_TOKEN'), undefined);
  });
});

describe('What there is on a machine', () => {
  const files =
    (...paths: string[]) =>
    async (path: string) =>
      paths.includes(path);
  const database = '/home/ana/.local/share/kiro-cli/data.sqlite3';
  const older = '/home/ana/.local/share/amazon-q/data.sqlite3';
  const ide = '/home/ana/.aws/sso/cache/kiro-auth-token.json';

  it('may be nothing', async () => {
    assert.deepEqual(await detectSources(machine(), '', files()), []);
  });

  it('is named in a fixed order, without a secret', async () => {
    const env = { KIRO_API_KEY: key, KIRO_REFRESH_TOKEN: 'aor' };
    const found = await detectSources(machine({ env }), '', files(ide, older, database));
    assert.deepEqual(found, [
      { kind: 'kiro-cli', path: database },
      { kind: 'kiro-ide', path: ide },
      { kind: 'environment', variable: 'KIRO_API_KEY' },
      { kind: 'environment', variable: 'KIRO_REFRESH_TOKEN' },
    ]);
    assert.ok(!JSON.stringify(found).includes(key));
  });

  it('is the older program’s database where there is no other', async () => {
    assert.deepEqual(await detectSources(machine(), '', files(older)), [{ kind: 'kiro-cli', path: older }]);
  });

  it('is only the configured database where one is configured', async () => {
    assert.deepEqual(await detectSources(machine(), '/mine.sqlite3', files(database)), []);
    assert.deepEqual(await detectSources(machine(), '/mine.sqlite3', files('/mine.sqlite3')), [
      { kind: 'kiro-cli', path: '/mine.sqlite3' },
    ]);
  });

  it('is found on a real disk, files only', async () => {
    const homedir = mkdtempSync(join(tmpdir(), 'kiro-detect-'));
    const here = machine({ homedir });
    const { token } = kiroIdePaths(here);
    mkdirSync(token, { recursive: true });
    assert.deepEqual(await detectSources(here, ''), []);
    rmSync(token, { recursive: true });
    mkdirSync(dirname(token), { recursive: true });
    writeFileSync(token, '{}');
    assert.deepEqual(await detectSources(here, ''), [{ kind: 'kiro-ide', path: token }]);
    rmSync(homedir, { recursive: true });
  });
});
