import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import type { Account } from '../../src/accounts/account';
import { AccountStore } from '../../src/accounts/storage/accountStore';
import { Emitter } from '../../src/base/emitter';
import { Catalog } from '../../src/kiro/account/catalog';
import { builtInModels, type Model } from '../../src/kiro/account/models';
import { ChatProvider } from '../../src/vscode/chat/chatProvider';
import { ErrorReporter } from '../../src/vscode/errorReporter';
import { MemoryMemento } from '../fixtures/memoryMemento';
import { MemorySecrets } from '../fixtures/memorySecrets';
import { silentLogger } from '../fixtures/silentLogger';

describe('the list of models', () => {
  let account: Account;
  let provider: ChatProvider;
  let catalog: Catalog;
  let service: { models: readonly Model[]; asked: number };
  let now: number;

  beforeEach(async () => {
    const accounts = new AccountStore(new MemorySecrets(), () => 0);
    const login = { grant: { kind: 'apiKey' }, tokens: { access: 'a', expiresAt: 0 } } as const;
    ({ account } = await accounts.add({ login, origin: { kind: 'own' } }));
    const memento = new MemoryMemento();
    now = 0;
    service = { models: builtInModels, asked: 0 };
    catalog = new Catalog({
      store: memento,
      read: async () => {
        service.asked++;
        return [...service.models];
      },
      now: () => now,
      reportFailure: assert.ifError,
    });
    const limits = {
      keepOnly: async () => undefined,
      figures: () => ({}),
      onDidChange: new Emitter<void>().event,
    };
    const errors = new ErrorReporter(silentLogger);
    const never = () => Promise.reject(new Error('Nobody asked for that.'));
    provider = new ChatProvider({
      accounts,
      catalog,
      limits,
      errors,
      memento,
      aliases: () => ({}),
      addAccount: never,
      answers: never,
    });
  });
  afterEach(() => provider.dispose());

  const refresh = () => catalog.refresh(account, AbortSignal.timeout(1000));
  const listed = () => provider.provideLanguageModelChatInformation({ silent: true });

  it('is given within a millisecond where it is known, and asks the service nothing', async () => {
    await refresh();
    // The list is old by now.
    now += 86_400_000;
    const times: number[] = [];
    for (let time = 0; time < 100; time++) {
      const start = performance.now();
      const models = await listed();
      times.push(performance.now() - start);
      assert.equal(models.filter(({ isUserSelectable }) => isUserSelectable).length, builtInModels.length);
    }
    const median = times.toSorted((one, other) => one - other)[50] ?? Number.NaN;
    assert.ok(median <= 1, `${median} ms`);
    assert.equal(service.asked, 1);
  });

  it('has what Kiro took away since the window opened, offered to nobody, and nothing else that the account lacks', async () => {
    const [first, second, third] = builtInModels;
    assert.ok(first && second && third);
    const ids = async (offered: boolean) =>
      (await listed()).flatMap(({ id, model, isUserSelectable }) =>
        model?.id === id && isUserSelectable === offered ? [id] : [],
      );
    // The offline list: whether the account has those, nobody knows.
    assert.equal((await ids(true)).length, builtInModels.length);
    service.models = [first, second];
    await refresh();
    assert.deepEqual([await ids(true), await ids(false)], [[first.id, second.id], []]);
    service.models = [first, third];
    await refresh();
    assert.deepEqual([await ids(true), await ids(false)], [[first.id, third.id], [second.id]]);
  });
});
