import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import { type Check, examine, type Finding, ok } from '../../../src/doctor/examination';

describe('an examination', () => {
  const never = () => new Promise<never>(() => undefined);
  const fine: Check = { id: 'sqlite', run: async () => ok({ kind: 'sqlite', driver: 'any' }) };

  async function findings(checks: Check[], options: { limitMs?: number; signal?: AbortSignal } = {}) {
    const found: [string, Finding | undefined][] = [];
    const bugs: unknown[] = [];
    const { limitMs = 10_000, signal = new AbortController().signal } = options;
    await examine(checks, {
      ...{ limitMs, signal },
      report: (id, [finding]) => found.push([id, finding]),
      onBug: (error) => bugs.push(error),
    });
    return { found, bugs };
  }

  it('reports each check as soon as it is done, whatever the others do', async () => {
    const slow = Promise.withResolvers<void>();
    const order: string[] = [];
    const checks: Check[] = [
      { id: 'kiro-cli', run: () => slow.promise.then(() => ok({ kind: 'secrets' })) },
      fine,
    ];
    await examine(checks, {
      signal: new AbortController().signal,
      limitMs: 10_000,
      report: (id) => {
        order.push(id);
        if (id === 'sqlite') slow.resolve();
      },
      onBug: (error) => assert.ifError(error),
    });
    assert.deepEqual(order, ['sqlite', 'kiro-cli']);
  });

  it('ends within its limit, and says of what does not answer that it is late', async () => {
    const { found } = await findings([{ id: 'secrets', run: never }, fine], { limitMs: 20 });
    assert.deepEqual(
      found.map(([id, finding]) => [id, finding?.state, finding?.fact.kind]),
      [
        ['sqlite', 'ok', 'sqlite'],
        ['secrets', 'problem', 'late'],
      ],
    );
  });

  it('can be stopped, and then calls nothing a problem', async () => {
    const stop = new AbortController();
    const stopped = findings([{ id: 'secrets', run: never }], { signal: stop.signal });
    stop.abort();
    const [[, finding] = []] = (await stopped).found;
    assert.deepEqual(finding, { state: 'none', fact: { kind: 'stopped' } });
  });

  it('takes a failure for what was found, and a bug for a bug that the log is told of', async () => {
    const failure = new KiroError('server', { status: 500 });
    const bug = new TypeError('undefined is not a function');
    const { found, bugs } = await findings([
      { id: 'token', run: () => Promise.reject(failure) },
      { id: 'catalog', run: () => Promise.reject(bug) },
    ]);
    assert.deepEqual(
      found.map(([, finding]) => finding?.fact),
      [{ kind: 'failed', error: failure }, { kind: 'bug' }],
    );
    assert.deepEqual(bugs, [bug]);
  });
});
