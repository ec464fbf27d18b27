import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePrivateFile } from '../../../src/base/replaceFile';

const modes = process.platform === 'win32' ? it.skip : it;

describe('A private file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-private-'));
    path = join(folder, 'copy.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const mode = () => lstatSync(path).mode & 0o777;

  it('has the text, and nothing is left beside it', async () => {
    await writePrivateFile(path, 'text');
    assert.equal(readFileSync(path, 'utf8'), 'text');
    assert.deepEqual(readdirSync(folder), ['copy.json']);
  });

  modes('is for its owner only', async () => {
    await writePrivateFile(path, 'text');
    assert.equal(mode(), 0o600);
  });

  modes('is for its owner only where everybody could read what was there before', async () => {
    writeFileSync(path, 'before');
    chmodSync(path, 0o644);
    await writePrivateFile(path, 'text');
    assert.deepEqual([mode(), readFileSync(path, 'utf8')], [0o600, 'text']);
  });

  modes('takes the place of a symbolic link, whose target stays as it is', async () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'of somebody else');
    symlinkSync(target, path);
    await writePrivateFile(path, 'text');
    assert.ok(lstatSync(path).isFile());
    assert.equal(readFileSync(target, 'utf8'), 'of somebody else');
  });

  it('leaves nothing behind where it cannot be put in its place', async () => {
    await assert.rejects(writePrivateFile(folder, 'text'));
    assert.deepEqual(
      readdirSync(join(folder, '..')).filter(
        (name) => name.endsWith('.tmp') && name.includes('kiro-private-'),
      ),
      [],
    );
    await assert.rejects(writePrivateFile(join(folder, 'no', 'such', 'folder'), 'text'), { code: 'ENOENT' });
  });
});
