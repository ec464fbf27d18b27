import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { AccountStore, accountKey } from '../../src/accounts/storage/accountStore';
import { KiroError } from '../../src/base/errors';
import { AccountStorageRepair } from '../../src/vscode/accounts/repairStorage';
import { ChatProvider, type ChatProviderDeps } from '../../src/vscode/chat/chatProvider';
import { ErrorReporter } from '../../src/vscode/errorReporter';
import { MemorySecrets } from '../fixtures/memorySecrets';
import { Person } from './person';

const key = `${accountKey}ana`;
const broken = '{"version":1,"account":{"label":"ana","tokens":{"refresh":"not-to-be-shown"}}}';
const newer = '{"version":2,"people":[]}';
const whole = JSON.stringify({
  version: 1,
  account: {
    id: 'ana',
    label: 'ana',
    origin: { kind: 'own' },
    health: 'active',
    addedAt: 0,
    grant: { kind: 'apiKey' },
    tokens: { access: 'a', expiresAt: 0 },
  },
});

describe('stored accounts that cannot be read', () => {
  let person: Person;
  let folder: string;
  let secrets: MemorySecrets;
  let rescue: AccountStorageRepair;
  const stored = () => secrets.values.get(key);
  const copy = () => join(folder, 'copy.json');

  beforeEach(() => {
    person = new Person();
    folder = mkdtempSync(join(tmpdir(), 'kiro-rescue-'));
    secrets = new MemorySecrets();
    secrets.values.set(key, broken);
    rescue = new AccountStorageRepair({
      accounts: new AccountStore(secrets, () => 0),
      extensionId: 'kiro-chat-models.kiro-chat-models',
      homedir: folder,
    });
  });
  afterEach(() => {
    person.leave();
    rmSync(folder, { recursive: true, force: true });
  });

  it('stay as they are where the person turns away', async () => {
    person.willAnswer(undefined);
    await rescue.open();
    assert.deepEqual(person.heard(), [
      'Kiro Models: Repair Account Storage: Try Again, Save a Copy…, Reset…',
    ]);
    assert.deepEqual(secrets.written, []);
  });

  it('are read again, and again, until another window has put them right', async () => {
    person.willAnswer('Try Again', 'Try Again');
    const { get } = secrets;
    let reads = 0;
    secrets.get = (key) => {
      if (++reads === 3) secrets.values.set(key, whole);
      return get.call(secrets, key);
    };
    await rescue.open();
    assert.equal(person.heard().at(-1), 'Your stored Kiro accounts can be read.');
    assert.deepEqual(secrets.written, []);
  });

  it('are saved exactly as they are, for the owner’s eyes only, and the person is told what is in there', async () => {
    person.willAnswer('Save a Copy…', copy(), undefined);
    await rescue.open();
    assert.equal(readFileSync(copy(), 'utf8'), broken);
    if (process.platform !== 'win32') assert.equal(statSync(copy()).mode & 0o777, 0o600);
    const said = person.heard().join('\n');
    assert.match(said, /The copy was saved to .*copy\.json\. It contains your logins/);
    assert.doesNotMatch(said, /not-to-be-shown/);
    assert.deepEqual(secrets.written, []);
  });

  it('are not saved where there is no such folder, which is said with the reason', async () => {
    person.willAnswer('Save a Copy…', join(folder, 'none', 'copy.json'));
    await assert.rejects(rescue.open(), (error: unknown) => {
      assert.ok(error instanceof KiroError);
      assert.deepEqual([error.code, error.reason, error.detail], ['storage', 'copy-not-saved', 'ENOENT']);
      return true;
    });
  });

  it('are reset when the person says so twice', async () => {
    person.willAnswer('Reset…', 'Reset');
    await rescue.open();
    assert.deepEqual(person.heard().slice(1), [
      'Delete the stored Kiro accounts?',
      'The stored Kiro accounts were reset.',
    ]);
    assert.equal(stored(), undefined);
  });

  it('are reset after a copy was saved', async () => {
    person.willAnswer('Reset…', 'Save a Copy First…', copy(), 'Reset');
    await rescue.open();
    assert.equal(readFileSync(copy(), 'utf8'), broken);
    assert.equal(stored(), undefined);
  });

  it('are kept where the person wanted a copy first and saved none', async () => {
    person.willAnswer('Reset…', 'Save a Copy First…', undefined, undefined);
    await rescue.open();
    assert.equal(stored(), broken);
  });

  it('are kept where the person thinks better of it', async () => {
    person.willAnswer('Reset…', undefined, undefined);
    await rescue.open();
    assert.equal(stored(), broken);
  });

  it('are kept where another window repaired them while the person was being asked', async () => {
    person.willAnswer('Reset…', 'Reset');
    const ask = vscode.window.showWarningMessage;
    Object.assign(vscode.window, {
      showWarningMessage: async (...question: Parameters<typeof ask>) => {
        secrets.values.set(key, whole);
        return await ask(...question);
      },
    });
    await rescue.open();
    assert.equal(stored(), whole);
    assert.equal(person.heard().at(-1), 'Your stored Kiro accounts can be read.');
  });

  it('of a newer version offer the update, too', async () => {
    secrets.values.set(key, newer);
    person.willAnswer(undefined);
    await rescue.open();
    assert.deepEqual(person.heard(), [
      'Kiro Models: Repair Account Storage: Update the Extension…, Try Again, Save a Copy…, Reset…',
    ]);
    assert.equal(stored(), newer);
  });

  it('offer nothing where the secret storage itself is not available, and the store is told once it is', async () => {
    const { get } = secrets;
    const accounts = new AccountStore(secrets, () => 0);
    rescue = new AccountStorageRepair({ accounts, extensionId: '', homedir: folder });
    let heard = 0;
    accounts.onDidChange(() => heard++);
    secrets.get = async () => {
      throw new Error('keyring is locked');
    };
    await assert.rejects(rescue.open(), { code: 'storage', reason: 'unavailable' });
    assert.deepEqual([person.heard(), heard], [[], 0]);
    secrets.get = get;
    secrets.values.set(key, whole);
    await rescue.open();
    assert.deepEqual([person.heard(), heard], [['Your stored Kiro accounts can be read.'], 1]);
  });
});

describe('the chat, while stored accounts cannot be read', () => {
  let person: Person;
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.leave());

  const log = () => undefined;
  const errors = new ErrorReporter({ trace: log, debug: log, info: log, warn: log, error: log });

  it('keeps what it knows of their models, and forgets it once there are no accounts', async () => {
    const secrets = new MemorySecrets();
    const accounts = new AccountStore(secrets, () => 0);
    const kept: (readonly string[])[] = [];
    const plans: (readonly string[])[] = [];
    const catalog = {
      onDidChange: () => ({ dispose: log }),
      keepOnly: async (ids: readonly string[]) => void kept.push(ids),
    };
    const memento = { get: log, update: async () => undefined };
    const limits = {
      onDidChange: () => ({ dispose: log }),
      keepOnly: async (ids: readonly string[]) => void plans.push(ids),
    };
    const parts = { accounts, catalog, limits, errors, memento };
    const provider = new ChatProvider(parts as unknown as ChatProviderDeps);
    try {
      const changed = new Promise<void>((resolve) => {
        provider.onDidChangeLanguageModelChatInformation(resolve);
      });
      await secrets.store(key, broken);
      await changed;
      assert.equal(kept.length, 0);
      const forgotten = new Promise<void>((resolve) => {
        catalog.keepOnly = async (ids) => {
          kept.push(ids);
          resolve();
        };
      });
      await accounts.reset(broken);
      await forgotten;
      assert.deepEqual([kept, plans], [[[]], [[]]]);
    } finally {
      provider.dispose();
    }
  });

  it('says the sentence, and a button beside it leads to what can be done', async () => {
    const offered: string[] = [];
    Object.assign(vscode.window, {
      showErrorMessage: async (...said: string[]) => void offered.push(...said),
    });
    const thrown = errors.forChat(new KiroError('storage', { reason: 'unreadable' }));
    const sentence = 'The stored Kiro accounts cannot be read. Nothing was changed or deleted.';
    assert.deepEqual([thrown.message, thrown.stack], [sentence, '']);
    assert.deepEqual(offered, [sentence, 'Repair Account Storage…']);
  });
});

describe('a failure whose button meets it again', () => {
  const { showErrorMessage } = vscode.window;
  const { executeCommand } = vscode.commands;
  afterEach(() => {
    Object.assign(vscode.window, { showErrorMessage });
    Object.assign(vscode.commands, { executeCommand });
  });

  it('is said again', async () => {
    const log = () => undefined;
    const errors = new ErrorReporter({ trace: log, debug: log, info: log, warn: log, error: log });
    const locked = new KiroError('storage', { reason: 'unavailable' });
    const pressed = ['Try Again', 'Try Again', undefined];
    const offered: string[] = [];
    Object.assign(vscode.window, {
      showErrorMessage: async (_text: string, ...buttons: string[]) => {
        offered.push(...buttons);
        return pressed.shift();
      },
    });
    Object.assign(vscode.commands, { executeCommand: () => errors.show(locked) });
    await errors.show(locked);
    assert.deepEqual(offered, ['Try Again', 'Try Again', 'Try Again']);
  });
});
