import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import Database from 'better-sqlite3';
import { KiroError } from '../../../src/base/errors';
import {
  findKiroCliLogins,
  type ReadOptions,
  readKiroCliDatabase,
  rereadKiroCliLogin,
} from '../../../src/import/kiroCli/kiroCliDatabase';
import {
  betterSqlite3,
  nodeSqlite,
  type SqliteDriver,
  SqliteFailure,
} from '../../../src/import/kiroCli/sqlite';
import {
  type JournalMode,
  type KiroCliRows,
  openKiroCliDatabase,
  putRows,
  writeKiroCliDatabase,
} from '../../fixtures/kiroCli';
import { startWriter, type Writer } from '../../fixtures/writerProcess';

const token = {
  access_token: 'access',
  refresh_token: 'refresh'.padEnd(100, 'x'),
  expires_at: '2026-11-21T01:02:03.123456789Z',
  provider: 'Google',
  profile_arn: 'arn:aws:codewhisperer:us-east-1:699475941385:profile/SOCIAL',
};
const rows: KiroCliRows = { auth: { 'kirocli:social:token': token } };
const oidcRows: KiroCliRows = {
  auth: {
    'kirocli:odic:token': {
      ...token,
      profile_arn: null,
      region: 'eu-west-1',
      start_url: 'https://acme.awsapps.com/start',
    },
    'kirocli:odic:device-registration': { client_id: 'c', client_secret: 's', region: 'eu-west-1' },
  },
  state: {
    'api.codewhisperer.profile': {
      arn: 'arn:aws:codewhisperer:eu-central-1:1:profile/A',
      profile_name: 'Acme',
    },
  },
};
const drivers = { 'better-sqlite3': betterSqlite3, 'node:sqlite': nodeSqlite };
const modes: JournalMode[] = ['rollback', 'wal'];
const signal = new AbortController().signal;
const now = () => Date.UTC(2026, 10, 21);

let folder: string;
let path: string;

function aroundEach(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-cli-'));
    path = join(folder, 'data.sqlite3');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
}

const keys = async (options: Partial<ReadOptions> = {}) =>
  (await readKiroCliDatabase(path, { now, signal, ...options })).logins.map(({ key }) => key);

const failsWith = (reason: string) => (error: unknown) => {
  assert.ok(error instanceof KiroError);
  assert.deepEqual([error.code, error.reason], ['import-failed', reason]);
  return true;
};

const fingerprint = (file: string) =>
  existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'absent';

const unused = async () => assert.fail('there was nothing to wait for');

for (const [name, driver] of Object.entries(drivers)) {
  describe(`A database read with ${name}`, () => {
    aroundEach();

    const options: ReadOptions = { now, signal, drivers: [driver], wait: unused };

    for (const mode of modes) {
      it(`gives its login in ${mode} mode`, async () => {
        writeKiroCliDatabase(path, { mode, ...rows });
        assert.deepEqual(await keys(options), ['kirocli:social:token']);
      });

      it(`gives a value stored as bytes in ${mode} mode`, async () => {
        const auth = { 'kirocli:social:token': Buffer.from(JSON.stringify(token)) };
        writeKiroCliDatabase(path, { mode, auth });
        assert.deepEqual(await keys(options), ['kirocli:social:token']);
      });

      it(`is unchanged by the reading in ${mode} mode`, async () => {
        writeKiroCliDatabase(path, { mode, ...oidcRows });
        const before = fingerprint(path);
        await keys(options);
        assert.equal(fingerprint(path), before);
      });

      describe(`in ${mode} mode, while another process writes`, () => {
        let writer: Writer;
        beforeEach(async () => {
          writeKiroCliDatabase(path, { mode, ...rows });
          writer = await startWriter(path);
        });
        afterEach(() => writer.end());

        it('gives what that process has committed', async () => {
          await writer.put('kirocli:social:token', JSON.stringify({ ...token, access_token: 'newer' }));
          const { logins } = await readKiroCliDatabase(path, options);
          assert.equal(logins[0]?.login.tokens.access, 'newer');
        });

        it('does not give what that process has not committed', async () => {
          await writer.run('BEGIN IMMEDIATE');
          await writer.put('kirocli:social:token', JSON.stringify({ ...token, access_token: 'newer' }));
          const { logins } = await readKiroCliDatabase(path, options);
          assert.equal(logins[0]?.login.tokens.access, 'access');
        });

        it('is unchanged by the reading, and so is its log', async () => {
          await writer.put('kirocli:odic:token', 'null');
          const before = [fingerprint(path), fingerprint(`${path}-wal`)];
          await keys(options);
          assert.deepEqual([fingerprint(path), fingerprint(`${path}-wal`)], before);
        });

        it('does not keep that process from writing afterwards', async () => {
          await keys(options);
          await writer.put('kirocli:odic:token', 'null');
        });
      });
    }

    it('gives what a process wrote that died since, and leaves it to that program to tidy up', async () => {
      writeKiroCliDatabase(path, { mode: 'wal', ...rows });
      const writer = await startWriter(path);
      await writer.put('kirocli:social:token', JSON.stringify({ ...token, access_token: 'last' }));
      await writer.end();
      const before = [fingerprint(path), fingerprint(`${path}-wal`)];
      const { logins } = await readKiroCliDatabase(path, options);
      assert.equal(logins[0]?.login.tokens.access, 'last');
      assert.deepEqual([fingerprint(path), fingerprint(`${path}-wal`)], before);
    });

    it('has the selected profile, stored as bytes as a BLOB column has them', async () => {
      const profile = Buffer.from(JSON.stringify(oidcRows.state?.['api.codewhisperer.profile']));
      writeKiroCliDatabase(path, {
        mode: 'rollback',
        ...oidcRows,
        state: { 'api.codewhisperer.profile': profile },
      });
      const { logins } = await readKiroCliDatabase(path, options);
      assert.equal(logins[0]?.login.profileArn, 'arn:aws:codewhisperer:eu-central-1:1:profile/A');
    });

    it('gives every login in it', async () => {
      writeKiroCliDatabase(path, {
        mode: 'rollback',
        auth: { ...oidcRows.auth, ...rows.auth, 'kirocli:external-idp:token': null },
      });
      assert.deepEqual(await keys(options), ['kirocli:odic:token', 'kirocli:social:token']);
    });

    it('gives its problems beside its logins', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth: { ...rows.auth, 'kirocli:odic:token': '{' } });
      const { logins, problems } = await readKiroCliDatabase(path, options);
      assert.equal(logins.length, 1);
      assert.deepEqual(
        problems.map(({ where, reason }) => [where, reason]),
        [['kirocli:odic:token', 'not-json']],
      );
    });

    it('gives its problems where it has no login at all', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth: { 'kirocli:odic:token': '{' } });
      assert.equal((await readKiroCliDatabase(path, options)).problems.length, 1);
    });

    it('is read where it has no table of states', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', ...oidcRows });
      sql('DROP TABLE state');
      assert.deepEqual(await keys(options), ['kirocli:odic:token']);
    });

    it('has no logins where the table is empty', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback' });
      await assert.rejects(keys(options), failsWith('no-logins'));
    });

    it('has no logins where every row says null', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', auth: { 'kirocli:odic:token': 'null' } });
      await assert.rejects(keys(options), failsWith('no-logins'));
    });

    it('has no logins table where that is missing', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback' });
      sql('DROP TABLE auth_kv');
      await assert.rejects(keys(options), failsWith('no-auth-table'));
    });

    it('has no logins table where that has other columns', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback' });
      sql('ALTER TABLE auth_kv RENAME COLUMN value TO content');
      await assert.rejects(keys(options), failsWith('no-auth-table'));
    });

    it('has no logins table where the file is empty', async () => {
      writeFileSync(path, '');
      await assert.rejects(keys(options), failsWith('no-auth-table'));
    });

    it('is not a database where the file is something else', async () => {
      writeFileSync(path, '{"not": "a database"}'.repeat(300));
      await assert.rejects(keys(options), failsWith('not-a-database'));
    });

    it('is not a database where the file is cut off', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', ...rows });
      writeFileSync(path, readFileSync(path).subarray(0, 6000));
      await assert.rejects(keys(options), failsWith('not-a-database'));
    });

    it('is not a database where the path is a folder', async () => {
      mkdirSync(path);
      await assert.rejects(keys(options), failsWith('not-a-database'));
    });

    it('is missing where there is no file', async () => {
      await assert.rejects(keys(options), failsWith('no-database'));
    });

    it('is missing where there is not even a folder', async () => {
      path = join(folder, 'file', 'data.sqlite3');
      writeFileSync(join(folder, 'file'), '');
      await assert.rejects(keys(options), failsWith('no-database'));
    });

    it('is closed again, so that its file can be taken away', async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', ...rows });
      await keys(options);
      const other = new Database(path, { timeout: 0 });
      other.exec('BEGIN EXCLUSIVE; COMMIT');
      other.close();
    });
  });
}

describe('A locked database', () => {
  aroundEach();

  let writer: Writer;
  beforeEach(async () => {
    writeKiroCliDatabase(path, { mode: 'rollback', ...rows });
    writer = await startWriter(path);
    await writer.run('BEGIN EXCLUSIVE');
  });
  afterEach(() => writer.end());

  for (const [name, driver] of Object.entries(drivers)) {
    it(`is given up after a number of tries with ${name}`, async () => {
      let waits = 0;
      const wait = async () => void waits++;
      await assert.rejects(keys({ drivers: [driver], wait }), failsWith('locked'));
      assert.equal(waits, 19);
    });

    it(`is read as soon as it is free with ${name}`, async () => {
      const wait = async () => {
        await writer.run('COMMIT');
      };
      assert.deepEqual(await keys({ drivers: [driver], wait }), ['kirocli:social:token']);
    });
  }

  it('is not waited for once the caller has given up', async () => {
    const caller = new AbortController();
    const reason = new Error('given up');
    const wait = async () => caller.abort(reason);
    await assert.rejects(keys({ signal: caller.signal, wait }), reason);
  });
});

describe('A database behind a symbolic link', () => {
  aroundEach();

  it('is read, and known by its own path', async () => {
    const real = join(folder, 'dotfiles', 'data.sqlite3');
    writeKiroCliDatabase(real, { mode: 'wal', ...rows });
    symlinkSync(real, path);
    assert.equal((await readKiroCliDatabase(path, { now, signal })).database, real);
  });

  it('is missing where the link leads nowhere', async () => {
    symlinkSync(join(folder, 'gone'), path);
    await assert.rejects(keys(), failsWith('no-database'));
  });
});

describe('A database in a folder whose name means something in an address', () => {
  aroundEach();

  for (const name of ['a?mode=memory', 'a#b', 'a%23b', 'file:a', 'a;b --c', ':memory:', '..%2fa', 'ä ö']) {
    for (const [driver, open] of Object.entries(drivers)) {
      it(`is read as the file that it is: ${name}, with ${driver}`, async function () {
        if (process.platform === 'win32' && /[?:]/.test(name)) return this.skip();
        const named = join(folder, name, `${name}.sqlite3`);
        writeKiroCliDatabase(named, { mode: 'wal', ...rows });
        const found = await readKiroCliDatabase(named, { now, signal, drivers: [open] });
        assert.equal(found.database, named);
        assert.ok(found.logins.length > 0);
        assert.deepEqual(readdirSync(folder), [name]);
      });
    }
  }
});

describe('A database without permission', () => {
  aroundEach();

  it('cannot be read', async function () {
    if (!process.seteuid || !process.geteuid) return this.skip();
    writeKiroCliDatabase(path, { mode: 'rollback', ...rows });
    chmodSync(path, 0o000);
    const user = process.geteuid();
    // The superuser may read anything, so for one moment we are nobody.
    if (user === 0) {
      chmodSync(folder, 0o755);
      process.seteuid(65534);
    }
    try {
      await assert.rejects(keys(), failsWith('unreadable'));
    } finally {
      process.seteuid(user);
    }
  });
});

describe('A database that SQLite cannot read where it is', () => {
  aroundEach();

  /** The same driver, and the paths that it was given. */
  const noting = async (driver: SqliteDriver) => {
    const run = await driver();
    const paths: string[] = [];
    const noted: SqliteDriver = async () => (given, mode, operation) => {
      paths.push(given);
      return run(given, mode, operation);
    };
    return { paths, noted };
  };

  for (const [name, driver] of Object.entries(drivers)) {
    it(`is read in WAL mode, cleanly closed, in a folder nobody may write to, with ${name}`, async function () {
      if (!process.seteuid || !process.geteuid) return this.skip();
      const { paths, noted } = await noting(driver);
      writeKiroCliDatabase(path, { mode: 'wal', ...rows });
      assert.deepEqual(readdirSync(folder), ['data.sqlite3']);
      const user = process.geteuid();
      chmodSync(path, 0o444);
      chmodSync(folder, 0o555);
      if (user === 0) process.seteuid(65534);
      try {
        assert.deepEqual(await keys({ drivers: [noted] }), ['kirocli:social:token']);
      } finally {
        process.seteuid(user);
        chmodSync(folder, 0o755);
      }
      const [, copy = assert.fail('no copy was made')] = paths;
      assert.ok(copy !== path && !existsSync(dirname(copy)));
    });

    it(`is read as it was before what a program that died had not committed, with ${name}`, async () => {
      writeKiroCliDatabase(path, { mode: 'rollback', ...rows });
      const original = readFileSync(path);
      const writing = new Database(path);
      // A cache of no pages brings the change into the file before it is committed, as a long transaction does.
      writing.pragma('cache_size = 1');
      writing.exec('CREATE TABLE filler (x); BEGIN');
      writing.exec("UPDATE auth_kv SET value = 'half written'");
      const fill = writing.prepare('INSERT INTO filler VALUES (randomblob(4000))');
      for (let row = 0; row < 200; row++) fill.run();
      const [database, journal] = [readFileSync(path), readFileSync(`${path}-journal`)];
      writing.close();
      writeFileSync(path, database);
      writeFileSync(`${path}-journal`, journal);
      assert.notDeepEqual(database, original);
      assert.deepEqual(await keys({ drivers: [driver] }), ['kirocli:social:token']);
      assert.deepEqual(readFileSync(path), database);
      assert.deepEqual(readFileSync(`${path}-journal`), journal);
    });
  }

  it('says what was wrong where the copy is no better', async () => {
    writeKiroCliDatabase(path, { mode: 'rollback', ...rows });
    const broken: SqliteDriver = async () => () => {
      throw new SqliteFailure('unreadable', new Error('disk'));
    };
    await assert.rejects(keys({ drivers: [broken] }), failsWith('unreadable'));
  });
});

describe('The SQLite driver', () => {
  aroundEach();

  const missing: SqliteDriver = async () => {
    throw Object.assign(new Error('no binary'), { code: 'ERR_DLOPEN_FAILED' });
  };

  it('is the built-in one where the native one does not load', async () => {
    writeKiroCliDatabase(path, { mode: 'wal', ...rows });
    assert.deepEqual(await keys({ drivers: [missing, nodeSqlite] }), ['kirocli:social:token']);
  });

  it('is missing where neither loads', async () => {
    writeKiroCliDatabase(path, { mode: 'rollback', ...rows });
    await assert.rejects(keys({ drivers: [missing, missing] }), failsWith('no-sqlite'));
  });

  it('is not even loaded where there is no database', async () => {
    const driver: SqliteDriver = async () => assert.fail('loaded');
    await assert.rejects(keys({ drivers: [driver] }), failsWith('no-database'));
  });
});

describe('The logins of several candidates', () => {
  aroundEach();

  const older = () => join(folder, 'amazon-q', 'data.sqlite3');
  const find = () => findKiroCliLogins([path, older()], { now, signal });

  it('are those of the first one that has any', async () => {
    writeKiroCliDatabase(older(), { mode: 'rollback', ...rows });
    assert.equal((await find()).database, older());
  });

  it('are those of the first one where both have some', async () => {
    writeKiroCliDatabase(path, { mode: 'rollback', ...oidcRows });
    writeKiroCliDatabase(older(), { mode: 'rollback', ...rows });
    assert.equal((await find()).database, path);
  });

  it('are looked for in the next one where a program was never signed in to', async () => {
    writeKiroCliDatabase(path, { mode: 'rollback' });
    writeKiroCliDatabase(older(), { mode: 'rollback', ...rows });
    assert.equal((await find()).database, older());
  });

  it('are not taken from an older program while the current one cannot be read', async () => {
    writeFileSync(path, 'x'.repeat(2000));
    writeKiroCliDatabase(older(), { mode: 'rollback', ...rows });
    await assert.rejects(find(), failsWith('not-a-database'));
  });

  it('are missing because nobody signed in where a database is there', async () => {
    writeKiroCliDatabase(older(), { mode: 'rollback' });
    await assert.rejects(find(), failsWith('no-logins'));
  });

  it('are missing because there is no database where none is there', async () => {
    await assert.rejects(find(), failsWith('no-database'));
  });

  it('are missing where there are no candidates', async () => {
    await assert.rejects(findKiroCliLogins([], { now, signal }), failsWith('no-database'));
  });
});

describe('A row read again', () => {
  aroundEach();

  const key = 'kirocli:social:token';
  const reread = () => rereadKiroCliLogin(path, key, { now, signal });

  it('has the tokens that are there now', async () => {
    const writer = openKiroCliDatabase(path, { mode: 'wal', ...rows });
    putRows(writer, { auth: { [key]: { ...token, access_token: 'newer' } } });
    const found = await reread();
    writer.close();
    assert.equal(found?.login.tokens.access, 'newer');
  });

  it('is gone where the program was signed out', async () => {
    writeKiroCliDatabase(path, { mode: 'rollback' });
    assert.equal(await reread(), undefined);
  });

  it('is gone where it cannot be used any more', async () => {
    writeKiroCliDatabase(path, { mode: 'rollback', auth: { [key]: '{' } });
    assert.equal(await reread(), undefined);
  });

  it('says why where the database cannot be read', async () => {
    await assert.rejects(reread(), failsWith('no-database'));
  });
});

function sql(statement: string): void {
  const database = new DatabaseSync(path);
  database.exec(statement);
  database.close();
}
