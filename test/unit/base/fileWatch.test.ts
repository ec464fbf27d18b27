import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileWatch } from '../../../src/base/fileWatch';
import { readKiroCliDatabase } from '../../../src/import/kiroCli/kiroCliDatabase';
import { openKiroCliDatabase, putRows } from '../../fixtures/kiroCli';

let folder: string;
let path: string;
let changes: number;
let heard: () => void;
let logged: string[];
let watch: FileWatch;
/** What happens in answer to a change. */
let onChange: () => Promise<unknown>;

function watchOf(file: string): FileWatch {
  const log = (message: string) => void logged.push(message);
  return new FileWatch({
    path: file,
    onChange: async () => {
      changes++;
      await onChange();
      heard();
    },
    logger: { trace: log, debug: log, info: log, warn: log, error: log },
    wait: async (_ms, signal) => signal?.throwIfAborted(),
  });
}

/** Settles with the next change that is heard of. */
async function afterNext(act: () => unknown): Promise<void> {
  const next = new Promise<void>((resolve) => {
    heard = resolve;
  });
  await act();
  await next;
}

const started = () => afterNext(() => watch.start());

describe('A watched file', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-watch-'));
    path = join(folder, 'data.sqlite3');
    changes = 0;
    logged = [];
    heard = () => undefined;
    onChange = async () => undefined;
    watch = watchOf(path);
  });
  afterEach(() => {
    watch.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is looked at once in the beginning', async () => {
    writeFileSync(path, 'one');
    await started();
    assert.equal(changes, 1);
  });

  it('tells of a change', async () => {
    writeFileSync(path, 'one');
    await started();
    await afterNext(() => writeFileSync(path, 'another'));
  });

  it('tells of being replaced', async () => {
    writeFileSync(path, 'one');
    await started();
    writeFileSync(join(folder, 'new'), 'two');
    await afterNext(() => renameSync(join(folder, 'new'), path));
    await afterNext(() => writeFileSync(path, 'three'));
  });

  it('tells of its write-ahead log', async () => {
    writeFileSync(path, 'one');
    await started();
    await afterNext(() => writeFileSync(`${path}-wal`, 'more'));
  });

  it('tells of coming and going', async () => {
    watch.start();
    await afterNext(() => writeFileSync(path, 'one'));
    await afterNext(() => rmSync(path));
  });

  it('tells what changed while the last change was being looked at', async () => {
    writeFileSync(path, 'one');
    onChange = async () => {
      if (changes === 1) writeFileSync(path, 'two, longer');
    };
    await started();
    if (changes < 2) await afterNext(() => undefined);
    assert.ok(changes >= 2);
  });

  it('is a real database that another connection writes to, and reading it is no change', async () => {
    const database = openKiroCliDatabase(path, { mode: 'wal' });
    const { signal } = new AbortController();
    const auth = { 'kirocli:social:token': { access_token: 'a', refresh_token: 'r' } };
    putRows(database, { auth });
    onChange = () => readKiroCliDatabase(path, { now: () => 0, signal });
    await started();
    const before = changes;
    for (let look = 0; look < 5; look++) {
      watch.look();
      await readKiroCliDatabase(path, { now: () => 0, signal });
    }
    assert.equal(changes, before);
    await afterNext(() => putRows(database, { auth: { other: 'x' } }));
    database.close();
  });

  it('may be in a folder that comes later', async () => {
    const later = join(folder, 'later', 'data.sqlite3');
    watch = watchOf(later);
    watch.start();
    mkdirSync(join(folder, 'later'));
    writeFileSync(later, 'one');
    await afterNext(() => watch.look());
    await afterNext(() => writeFileSync(later, 'another'));
    assert.ok(logged.some((line) => line.includes('is not watched')));
  });

  it('is watched again where its folder was deleted and made anew', async () => {
    const within = join(folder, 'kiro-cli');
    mkdirSync(within);
    path = join(within, 'data.sqlite3');
    writeFileSync(path, 'one');
    watch = watchOf(path);
    await started();
    await afterNext(() => rmSync(within, { recursive: true }));
    mkdirSync(within);
    writeFileSync(path, 'two');
    await afterNext(() => watch.look());
    await afterNext(() => writeFileSync(path, 'another'));
  });

  it('is told of again where following its change failed', async () => {
    writeFileSync(path, 'one');
    const failed = Promise.withResolvers<void>();
    onChange = async () => {
      failed.resolve();
      throw new TypeError('for now');
    };
    watch.start();
    await failed.promise;
    onChange = async () => undefined;
    await afterNext(() => watch.look());
    assert.equal(changes, 2);
  });

  it('goes on being watched where following it failed', async () => {
    writeFileSync(path, 'one');
    onChange = async () => {
      heard();
      throw new TypeError('a bug');
    };
    await started();
    onChange = async () => undefined;
    await afterNext(() => writeFileSync(path, 'another'));
    assert.ok(logged.some((line) => line.includes('TypeError')));
  });
});
