import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KiroError } from '../../../src/base/errors';
import { writeBackToKiroIde } from '../../../src/import/kiroIde/kiroIdeWriteBack';

const tokens = { access: 'new-access', refresh: 'new', expiresAt: Date.UTC(2026, 10, 21) };
const update = { held: 'old', tokens };
const before =
  '{\n  "accessToken": "a",\n  "refreshToken": "old",\n  "expiresAt": "2026-01-01T00:00:00.000Z",\n  "x": 1.0\n}\n';
const after =
  '{\n  "accessToken": "new-access",\n  "refreshToken": "new",\n  "expiresAt": "2026-11-21T00:00:00.000Z",\n  "x": 1.0\n}\n';

let folder: string;
let file: string;

describe('Tokens written back to the IDE', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-ide-write-'));
    file = join(folder, 'kiro-auth-token.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('change the token fields and nothing else', async () => {
    writeFileSync(file, before);
    assert.equal(await writeBackToKiroIde(file, update), 'written');
    assert.equal(readFileSync(file, 'utf8'), after);
  });

  it('leave no other file behind', async () => {
    writeFileSync(file, before);
    await writeBackToKiroIde(file, update);
    assert.deepEqual(readdirSync(folder), ['kiro-auth-token.json']);
  });

  for (const mode of [0o600, 0o640]) {
    it(`keep the mode ${mode.toString(8)}`, async () => {
      writeFileSync(file, before);
      chmodSync(file, mode);
      await writeBackToKiroIde(file, update);
      if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, mode);
    });
  }

  it('come as a whole: whoever has the old file open reads the old file', async () => {
    writeFileSync(file, before);
    const { ino } = statSync(file);
    await writeBackToKiroIde(file, update);
    assert.notEqual(statSync(file).ino, ino);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('leave the file to its owner and group, also where somebody else writes', async () => {
    writeFileSync(file, before);
    chownSync(file, 1234, 2345);
    assert.equal(await writeBackToKiroIde(file, update), 'written');
    const { uid, gid } = statSync(file);
    assert.deepEqual([uid, gid, readFileSync(file, 'utf8')], [1234, 2345, after]);
  });

  it('keep the line ends of the file', async () => {
    writeFileSync(file, before.replaceAll('\n', '\r\n'));
    await writeBackToKiroIde(file, update);
    assert.equal(readFileSync(file, 'utf8'), after.replaceAll('\n', '\r\n'));
  });

  it('keep a second name of the file', async () => {
    writeFileSync(file, before);
    linkSync(file, join(folder, 'other-name.json'));
    assert.equal(await writeBackToKiroIde(file, update), 'written');
    assert.equal(readFileSync(join(folder, 'other-name.json'), 'utf8'), after);
  });

  for (const code of ['EBUSY', 'EXDEV', 'EPERM', 'EACCES', 'EROFS']) {
    it(`go into the file itself where it cannot be replaced (${code})`, async () => {
      writeFileSync(file, `${before}${' '.repeat(100)}`);
      const { ino } = statSync(file);
      const refusing = async () => {
        throw Object.assign(new Error(code), { code });
      };
      assert.equal(await writeBackToKiroIde(file, update, refusing), 'written');
      assert.deepEqual([statSync(file).ino, readFileSync(file, 'utf8')], [ino, `${after}${' '.repeat(100)}`]);
    });
  }

  it('do not go into the file itself where it has changed meanwhile', async () => {
    writeFileSync(file, before);
    const theirs = before.replace('"old"', '"theirs"');
    const refusing = async () => {
      writeFileSync(file, theirs);
      throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
    };
    assert.equal(await writeBackToKiroIde(file, update, refusing), 'other');
    assert.equal(readFileSync(file, 'utf8'), theirs);
  });

  it('give way to another login', async () => {
    writeFileSync(file, before.replace('"old"', '"theirs"'));
    assert.equal(await writeBackToKiroIde(file, update), 'other');
    assert.equal(readFileSync(file, 'utf8'), before.replace('"old"', '"theirs"'));
  });

  it('do not bring back a file that is gone', async () => {
    assert.equal(await writeBackToKiroIde(file, update), 'gone');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('never replace a symbolic link', async () => {
    writeFileSync(join(folder, 'real.json'), before);
    symlinkSync(join(folder, 'real.json'), file);
    await assert.rejects(writeBackToKiroIde(file, update), failsWith('symlink'));
    assert.equal(readFileSync(file, 'utf8'), before);
  });

  for (const text of [before.slice(0, 50), '']) {
    it(`wait for another time where ${text ? 'half of the file' : 'an empty file'} is there`, async () => {
      writeFileSync(file, text);
      await assert.rejects(writeBackToKiroIde(file, update), failsWith('unreadable'));
      assert.equal(readFileSync(file, 'utf8'), text);
    });
  }
});

const failsWith = (reason: string) => (error: unknown) =>
  error instanceof KiroError && error.code === 'import-failed' && error.reason === reason;
