import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountStore, accountKey } from '../../src/accounts/storage/accountStore';
import { RemovalSignal } from '../../src/accounts/storage/removalSignal';
import type { Login } from '../../src/auth/credentials';
import { DataRemoval } from '../../src/vscode/accounts/dataRemoval';
import { MemoryMemento } from '../fixtures/memoryMemento';
import { MemorySecrets } from '../fixtures/memorySecrets';
import { Person } from './person';

const question = 'Remove all data of Kiro Models for Chat?';
const yes = 'Remove All Data';

describe('the removal of all data, in a window of a desktop', () => {
  let person: Person;
  let folder: string;
  let secrets: MemorySecrets;
  let accounts: AccountStore;
  let state: Map<string, unknown>;
  let removal: DataRemoval;
  /** What happened, in order. */
  let done: string[];

  beforeEach(() => {
    person = new Person();
    folder = join(mkdtempSync(join(tmpdir(), 'kiro-removal-')), 'storage');
    mkdirSync(join(folder, 'usage'), { recursive: true });
    for (const name of ['machine', 'spent', join('usage', '2026-11-26.jsonl')])
      writeFileSync(join(folder, name), 'x');
    secrets = new MemorySecrets();
    accounts = new AccountStore(secrets, () => 0);
    state = new Map<string, unknown>([['kiroModels.noticeAccepted', true]]);
    done = [];
    const note = (error: unknown) => void done.push(String(error));
    removal = new DataRemoval({
      accounts,
      revoke: async ({ email }: Login) => void done.push(`ended ${email}`),
      settle: async () => void done.push(`gave back ${(await accounts.debts()).length}`),
      undoSettings: [async () => void done.push('took back'), () => Promise.reject(new Error('read-only'))],
      memento: new MemoryMemento(state),
      folder,
      kept: { secrets: [], folders: [] },
      signal: new RemovalSignal(secrets, () => done.push('began anew'), note),
      wait: async () => undefined,
      reportFailure: note,
    });
  });
  afterEach(() => {
    person.leave();
    accounts.dispose();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  async function add(email: string, origin: Parameters<AccountStore['add']>[0]['origin'], held?: string) {
    const tokens = { access: `a-${email}`, refresh: `r-${email}`, expiresAt: 0 };
    const grant = { kind: 'social', provider: 'Google' } as const;
    const { account } = await accounts.add({ login: { grant, tokens, email }, origin });
    if (held) await accounts.update(account.id, (one) => ({ ...one, sourceHolds: held }));
  }

  it('gives back what is owed, ends what is ours alone, and leaves neither secret, state nor file', async () => {
    await add('own@example.com', { kind: 'own' });
    await add('shared@example.com', { kind: 'kiro-ide', file: '/a' });
    await add('owed@example.com', { kind: 'kiro-cli', database: '/b', key: 'k' }, 'used-up');
    person.willAnswer(yes);
    await removal.run();
    assert.deepEqual(done, [
      'ended own@example.com',
      'gave back 1',
      'took back',
      'Error: read-only',
      'began anew',
    ]);
    assert.deepEqual([...secrets.values.keys()], []);
    assert.deepEqual([...state], []);
    assert.deepEqual(readdirSync(folder), []);
    assert.deepEqual(person.heard(), [question, 'All data of Kiro Models was removed.']);
  });

  it('changes nothing where the person turns away', async () => {
    await add('own@example.com', { kind: 'own' });
    const before = [...secrets.values];
    person.willAnswer(undefined);
    await removal.run();
    assert.deepEqual([...secrets.values], before);
    assert.deepEqual([done, state.size, existsSync(join(folder, 'spent'))], [[], 1, true]);
  });

  it('takes what cannot be read, too', async () => {
    secrets.values.set(`${accountKey}ana`, '{"version":2,"people":[]}');
    person.willAnswer(yes);
    await removal.run();
    assert.deepEqual([...secrets.values.keys()], []);
  });

  it('is not begun where the secret storage does not work, which is said', async () => {
    secrets.keys = () => Promise.reject(new Error('locked'));
    await assert.rejects(removal.run(), { code: 'storage', reason: 'unavailable' });
    assert.deepEqual(person.heard(), []);
    assert.deepEqual([done, state.size], [[], 1]);
  });

  it('says which of it failed, and has the windows begin anew all the same', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file in its place');
    person.willAnswer(yes);
    await assert.rejects(removal.run(), { code: 'storage', reason: 'data-not-removed', detail: 'ENOTDIR' });
    assert.equal(done.at(-1), 'began anew');
    assert.deepEqual([...secrets.values.keys()], []);
  });
});
