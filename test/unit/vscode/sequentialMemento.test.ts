import assert from 'node:assert/strict';
import { SequentialMemento } from '../../../src/vscode/host/sequentialMemento';
import { MemoryMemento } from '../../fixtures/memoryMemento';

/** As VS Code's own: a value counts at once, and is stored when somebody says so. */
class Stored extends MemoryMemento {
  readonly writes: Array<{ key: string; done: PromiseWithResolvers<void> }> = [];

  override async update(key: string, value: unknown): Promise<void> {
    await super.update(key, value);
    const done = Promise.withResolvers<void>();
    this.writes.push({ key, done });
    await done.promise;
  }
}

const turn = () => new Promise(setImmediate);

describe('what is kept in the state of the extension', () => {
  let stored: Stored;
  let state: SequentialMemento;
  const written = () => stored.writes.map(({ key }) => key);

  beforeEach(() => {
    stored = new Stored();
    state = new SequentialMemento(stored);
  });

  it('is written once at a time: what comes meanwhile goes together with the next write', async () => {
    const all = [state.update('a', 1)];
    await turn();
    all.push(state.update('b', 2), state.update('c', 3));
    await turn();
    assert.deepEqual(written(), ['a']);
    stored.writes[0]?.done.resolve();
    await turn();
    assert.deepEqual(written(), ['a', 'b', 'c']);
    for (const { done } of stored.writes) done.resolve();
    await Promise.all(all);
  });

  it('counts before it is written', async () => {
    void state.update('a', 1);
    void state.update('b', 1);
    await turn();
    void state.update('b', 2);
    void state.update('a', undefined);
    void state.update('c', 3);
    assert.deepEqual(state.keys(), ['b', 'c']);
    assert.deepEqual([state.get('a'), state.get('a', 'none'), state.get('b')], [undefined, 'none', 2]);
    assert.deepEqual([state.get('d'), state.get('d', 4)], [undefined, 4]);
  });

  it('goes on after a write that failed, of which its own caller hears', async () => {
    const first = state.update('a', 1);
    await turn();
    const second = state.update('b', 2);
    stored.writes[0]?.done.reject(new Error('No space left.'));
    await assert.rejects(first, { message: 'No space left.' });
    await turn();
    stored.writes[1]?.done.resolve();
    await second;
    assert.deepEqual(written(), ['a', 'b']);
  });
});
