import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { AccountStore } from '../../src/accounts/storage/accountStore';
import { KiroError } from '../../src/base/errors';
import { readCredentialFile } from '../../src/import/credentialFile';
import { AccountExport } from '../../src/vscode/accounts/exportAccounts';
import { MemorySecrets } from '../fixtures/memorySecrets';
import { Person } from './person';

const secret = 'aor'.padEnd(140, 'x');

describe('the export of accounts', () => {
  let person: Person;
  let folder: string;
  let run: () => Promise<void>;
  const file = () => join(folder, 'kiro-accounts.json');

  beforeEach(async () => {
    person = new Person();
    folder = mkdtempSync(join(tmpdir(), 'kiro-export-'));
    const accounts = new AccountStore(new MemorySecrets(), () => 0);
    const tokens = { access: 'aoa'.padEnd(140, 'x'), refresh: secret, expiresAt: 3_600_000 };
    await accounts.add({
      login: { grant: { kind: 'social', provider: 'Google' }, tokens, email: 'ana@example.com' },
      origin: { kind: 'own' },
    });
    const exporting = new AccountExport({ accounts, homedir: folder });
    run = () => exporting.run();
  });
  afterEach(() => {
    person.leave();
    rmSync(folder, { recursive: true, force: true });
  });

  it('writes nothing where the person turns away from the warning', async () => {
    person.willAnswer(undefined);
    await run();
    assert.match(person.heard().join('\n'), /Whoever has the exported file can use your Kiro accounts/);
    assert.ok(!existsSync(file()));
  });

  it('is encrypted with a passphrase typed twice, for the owner’s eyes only, and is read back with it', async () => {
    person.willAnswer('Continue', 'Encrypt with a Passphrase', 'correct horse', 'correct horse', file());
    await run();
    assert.match(person.heard().at(-1) ?? '', /1 account was exported to .*kiro-accounts\.json/);
    assert.ok(!readFileSync(file(), 'utf8').includes(secret));
    if (process.platform !== 'win32') assert.equal(statSync(file()).mode & 0o777, 0o600);
    const { signal } = new AbortController();
    const { logins } = await readCredentialFile(file(), {
      now: () => 0,
      signal,
      passphrase: 'correct horse',
    });
    assert.deepEqual(
      logins.map(({ where }) => where),
      ['ana@example.com'],
    );
  });

  it('is not written where the second passphrase differs', async () => {
    person.willAnswer('Continue', 'Encrypt with a Passphrase', 'correct horse', 'battery staple');
    await run();
    assert.ok(!existsSync(file()));
  });

  it('is plain text for other tools where the person chooses so', async () => {
    person.willAnswer('Continue', 'Plain Text', file());
    await run();
    assert.ok(readFileSync(file(), 'utf8').includes(secret));
  });

  it('is not written into the workspace', async () => {
    const [opened = assert.fail('no folder is open')] = vscode.workspace.workspaceFolders ?? [];
    const inside = join(opened.uri.fsPath, 'kiro-accounts.json');
    person.willAnswer('Continue', 'Plain Text', inside);
    await assert.rejects(run(), { code: 'storage', reason: 'export-in-workspace' });
    assert.ok(!existsSync(inside));
  });

  it('says where the file cannot be written', async () => {
    person.willAnswer('Continue', 'Plain Text', join(folder, 'none', 'x.json'));
    await assert.rejects(run(), (error: unknown) => {
      assert.ok(error instanceof KiroError);
      assert.deepEqual([error.code, error.reason, error.detail], ['storage', 'export-not-saved', 'ENOENT']);
      return true;
    });
  });
});
