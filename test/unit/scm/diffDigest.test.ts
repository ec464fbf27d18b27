import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { digestOf } from '../../../src/scm/diffDigest';
import { GitRepository } from '../../fixtures/gitRepository';

describe('the digest of what Git says has changed', () => {
  let repository: GitRepository;
  beforeEach(() => {
    repository = new GitRepository();
  });
  afterEach(() => rmSync(repository.folder, { recursive: true, force: true }));

  const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');

  it('has small changes line by line, also in files whose names have blanks or other letters', () => {
    repository.write('notes and more/größe.txt', 'one\n');
    repository.commit('start');
    repository.write('notes and more/größe.txt', 'two\n');
    const digest = digestOf(repository.staged());
    assert.match(digest, /^-one$/m);
    assert.match(digest, /^\+two$/m);
  });

  it('has lock files, binaries, and files that often hold secrets by name only', () => {
    repository.write('package-lock.json', '{"lock": "entry"}');
    repository.write('deep/.env.local', 'PASSWORD=hunter2');
    repository.write('server.key', 'PRIVATE');
    repository.write('logo.png', new Uint8Array([137, 80, 78, 71, 0, 1, 2, 3]));
    repository.write('code.ts', 'export {};\n');
    const digest = digestOf(repository.staged());
    for (const name of ['package-lock.json', 'deep/.env.local', 'server.key', 'logo.png']) {
      assert.ok(digest.includes(`(${name}: new file, contents not shown)`), digest);
    }
    assert.doesNotMatch(digest, /hunter2|PRIVATE|entry/);
    assert.match(digest, /^\+export \{\};$/m);
  });

  it('says how much of a long file is left out, and no line is cut in two', () => {
    repository.write('long.txt', lines(5_000));
    const digest = digestOf(repository.staged());
    const shown = digest.split('\n').filter((line) => /^\+line \d+$/.test(line)).length;
    const left = Number(/\((\d+) more lines of long\.txt\)$/.exec(digest)?.[1]);
    assert.ok(digest.length < 13_000, `${digest.length}`);
    assert.equal(shown + left, 5_000);
  });

  it('stays short whatever has changed, and names what has no room', () => {
    for (let at = 0; at < 300; at++) repository.write(`many/file-${at}.txt`, lines(200));
    const digest = digestOf(repository.staged());
    assert.ok(digest.length < 70_000, `${digest.length}`);
    assert.match(digest, /\(changed as well: many\/file-\d+\.txt, .*, and \d+ more\)$/);
  });

  it('knows a file that was renamed, and one that was deleted', () => {
    repository.write('old.txt', lines(20));
    repository.write('yarn.lock', 'x');
    repository.commit('start');
    repository.git('mv', 'old.txt', 'new.txt');
    repository.git('rm', '--quiet', 'yarn.lock');
    const digest = digestOf(repository.staged());
    assert.match(digest, /rename from old\.txt\nrename to new\.txt/);
    assert.match(digest, /\(yarn\.lock: deleted file, contents not shown\)/);
  });

  it('is empty where nothing has changed', () => {
    assert.equal(digestOf(repository.staged()), '');
  });
});
