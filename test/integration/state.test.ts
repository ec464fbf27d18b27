import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { SequentialMemento } from '../../src/vscode/host/sequentialMemento';

/** Each is a chance to lose what is written meanwhile: VS Code by itself does in about every other one. */
const rounds = 10;
const keys = 100;

describe("what is kept in VS Code's state", () => {
  let memento: vscode.Memento;

  before(async () => {
    const extension = vscode.extensions.getExtension<vscode.Memento>('somebody.state');
    assert.ok(extension, 'not found');
    memento = await extension.activate();
  });

  it('is all there after two parts of the extension wrote at nearly the same time', async () => {
    const state = new SequentialMemento(memento);
    for (let round = 0; round < rounds; round++) {
      let isWritten = false;
      const first = state.update('first', round).then(() => (isWritten = true));
      const others: Array<Thenable<void>> = [];
      const last = new Map<string, number>();
      // One in each turn of the event loop: one of them meets the answer to the first.
      while (!isWritten) {
        const key = `other-${others.length % keys}`;
        last.set(key, others.length);
        others.push(state.update(key, others.length));
        await setImmediate();
      }
      await Promise.all([first, ...others]);
      const lost = [...last].filter(([key, value]) => memento.get(key) !== value);
      assert.deepEqual([memento.get('first'), lost.length], [round, 0]);
    }
  });
});
