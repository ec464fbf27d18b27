import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import type * as vscode from 'vscode';
import { AccountStore } from '../../src/accounts/storage/accountStore';
import { Emitter } from '../../src/base/emitter';
import { Catalog } from '../../src/kiro/account/catalog';
import { builtInModels } from '../../src/kiro/account/models';
import { ChatProvider } from '../../src/vscode/chat/chatProvider';
import { ErrorReporter } from '../../src/vscode/errorReporter';
import { MemorySecrets } from '../fixtures/memorySecrets';
import { silentLogger } from '../fixtures/silentLogger';

describe('a list of models that is known', () => {
  it('is given within a millisecond, and asks the service nothing', async () => {
    const accounts = new AccountStore(new MemorySecrets(), () => 0);
    const login = { grant: { kind: 'apiKey' }, tokens: { access: 'a', expiresAt: 0 } } as const;
    const { account } = await accounts.add({ login, origin: { kind: 'own' } });
    const values = new Map<string, unknown>();
    const memento: vscode.Memento = {
      keys: () => [...values.keys()],
      get: (key: string) => values.get(key) as never,
      update: async (key, value) => void values.set(key, value),
    };
    let now = 0;
    let asked = 0;
    const catalog = new Catalog({
      store: memento,
      read: async () => {
        asked++;
        return [...builtInModels];
      },
      now: () => now,
      reportFailure: assert.ifError,
    });
    await catalog.refresh(account, AbortSignal.timeout(1000));
    // The list is old by now.
    now += 86_400_000;
    const limits = {
      keepOnly: async () => undefined,
      figures: () => ({}),
      onDidChange: new Emitter<void>().event,
    };
    const errors = new ErrorReporter(silentLogger);
    const never = () => Promise.reject(new Error('Nobody asked for that.'));
    const provider = new ChatProvider({
      accounts,
      catalog,
      limits,
      errors,
      memento,
      aliases: () => ({}),
      addAccount: never,
      answers: never,
    });
    try {
      const times: number[] = [];
      for (let time = 0; time < 100; time++) {
        const start = performance.now();
        const models = await provider.provideLanguageModelChatInformation({ silent: true });
        times.push(performance.now() - start);
        assert.equal(models.filter(({ isUserSelectable }) => isUserSelectable).length, builtInModels.length);
      }
      const median = times.toSorted((one, other) => one - other)[50] ?? Number.NaN;
      assert.ok(median <= 1, `${median} ms`);
      assert.equal(asked, 1);
    } finally {
      provider.dispose();
    }
  });
});
