import assert from 'node:assert/strict';
import { kiroCliDatabaseCandidates, type Machine, shownPath } from '../../../src/import/paths';

const mac: Machine = { platform: 'darwin', env: {}, homedir: '/Users/ana' };
const linux: Machine = { platform: 'linux', env: {}, homedir: '/home/ana' };
const windows: Machine = { platform: 'win32', env: {}, homedir: 'C:\\Users\\Ana' };

describe('Candidates for the Kiro CLI database', () => {
  it('are in Application Support on macOS, the older program last', () => {
    assert.deepEqual(kiroCliDatabaseCandidates(mac, ''), [
      '/Users/ana/Library/Application Support/kiro-cli/data.sqlite3',
      '/Users/ana/Library/Application Support/amazon-q/data.sqlite3',
    ]);
  });

  it('do not follow XDG_DATA_HOME on macOS', () => {
    const candidates = kiroCliDatabaseCandidates({ ...mac, env: { XDG_DATA_HOME: '/data' } }, '');
    assert.equal(candidates[0], '/Users/ana/Library/Application Support/kiro-cli/data.sqlite3');
  });

  it('are in .local/share on Linux', () => {
    assert.deepEqual(kiroCliDatabaseCandidates(linux, ''), [
      '/home/ana/.local/share/kiro-cli/data.sqlite3',
      '/home/ana/.local/share/amazon-q/data.sqlite3',
    ]);
  });

  it('follow an absolute XDG_DATA_HOME on Linux', () => {
    assert.deepEqual(kiroCliDatabaseCandidates({ ...linux, env: { XDG_DATA_HOME: '/data' } }, ''), [
      '/data/kiro-cli/data.sqlite3',
      '/home/ana/.local/share/kiro-cli/data.sqlite3',
      '/data/amazon-q/data.sqlite3',
      '/home/ana/.local/share/amazon-q/data.sqlite3',
    ]);
  });

  it('are where the program has them, whatever the snap of VS Code makes of XDG_DATA_HOME', () => {
    const env = { XDG_DATA_HOME: '/home/ana/snap/code/123/.local/share' };
    assert.deepEqual(kiroCliDatabaseCandidates({ ...linux, env }, ''), [
      '/home/ana/.local/share/kiro-cli/data.sqlite3',
      '/home/ana/.local/share/amazon-q/data.sqlite3',
    ]);
    const kept = { ...env, XDG_DATA_HOME_VSCODE_SNAP_ORIG: '/data' };
    assert.equal(kiroCliDatabaseCandidates({ ...linux, env: kept }, '')[0], '/data/kiro-cli/data.sqlite3');
  });

  it('follow quotes and variables in a configured path', () => {
    const machine = { ...windows, env: { LOCALAPPDATA: 'D:\\Local' } };
    assert.deepEqual(kiroCliDatabaseCandidates(machine, ' "%LOCALAPPDATA%\\kiro-cli\\data.sqlite3" '), [
      'D:\\Local\\kiro-cli\\data.sqlite3',
    ]);
    assert.deepEqual(kiroCliDatabaseCandidates(linux, "'/srv/50%/data.sqlite3'"), ['/srv/50%/data.sqlite3']);
  });

  it('ignore a relative XDG_DATA_HOME, as the program does', () => {
    const candidates = kiroCliDatabaseCandidates({ ...linux, env: { XDG_DATA_HOME: 'data' } }, '');
    assert.equal(candidates[0], '/home/ana/.local/share/kiro-cli/data.sqlite3');
  });

  it('are in the local, then the roaming folder on Windows', () => {
    const env = { LOCALAPPDATA: 'D:\\Local', APPDATA: 'D:\\Roaming' };
    assert.deepEqual(kiroCliDatabaseCandidates({ ...windows, env }, ''), [
      'D:\\Local\\kiro-cli\\data.sqlite3',
      'D:\\Roaming\\kiro-cli\\data.sqlite3',
      'D:\\Local\\amazon-q\\data.sqlite3',
    ]);
  });

  it('are below the home folder on Windows where the environment names no folders', () => {
    assert.deepEqual(kiroCliDatabaseCandidates(windows, '').slice(0, 2), [
      'C:\\Users\\Ana\\AppData\\Local\\kiro-cli\\data.sqlite3',
      'C:\\Users\\Ana\\AppData\\Roaming\\kiro-cli\\data.sqlite3',
    ]);
  });

  it('are only the configured path where there is one', () => {
    assert.deepEqual(kiroCliDatabaseCandidates(linux, '/srv/kiro.sqlite3'), ['/srv/kiro.sqlite3']);
  });

  for (const name of ['KIROCLI_DB_PATH', 'KIRO_CLI_DB_FILE']) {
    it(`are only the path in ${name}, whatever the setting says`, () => {
      const machine = { ...linux, env: { [name]: '/srv/env.sqlite3' } };
      assert.deepEqual(kiroCliDatabaseCandidates(machine, '/srv/setting.sqlite3'), ['/srv/env.sqlite3']);
    });
  }

  it('expand a leading tilde', () => {
    assert.deepEqual(kiroCliDatabaseCandidates(linux, ' ~/kiro/data.sqlite3 '), [
      '/home/ana/kiro/data.sqlite3',
    ]);
  });

  it('expand a leading tilde before a backslash on Windows', () => {
    assert.deepEqual(kiroCliDatabaseCandidates(windows, '~\\kiro.sqlite3'), ['C:\\Users\\Ana\\kiro.sqlite3']);
  });

  it('keep a tilde that is part of a name', () => {
    assert.deepEqual(kiroCliDatabaseCandidates(linux, '/srv/~kiro.sqlite3'), ['/srv/~kiro.sqlite3']);
  });

  it('start a relative path at the home folder', () => {
    assert.deepEqual(kiroCliDatabaseCandidates(linux, 'kiro/data.sqlite3'), ['/home/ana/kiro/data.sqlite3']);
  });

  it('treat blanks as no path', () => {
    assert.equal(kiroCliDatabaseCandidates({ ...linux, env: { KIROCLI_DB_PATH: ' ' } }, '  ').length, 2);
  });
});

describe('A path that a person reads', () => {
  it('begins with ~ in the home folder, and only there', () => {
    assert.equal(shownPath(linux, '/home/ana/.aws/token.json'), '~/.aws/token.json');
    assert.equal(shownPath(windows, 'C:\\Users\\Ana\\kiro.sqlite3'), '~\\kiro.sqlite3');
    assert.equal(shownPath(linux, '/home/anabel/token.json'), '/home/anabel/token.json');
  });
});
