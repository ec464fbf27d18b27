import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { ProviderGroups } from '../../../src/vscode/chat/providerGroups';
import { MemoryMemento } from '../../fixtures/memoryMemento';

describe('where models are listed', () => {
  let memento: Memento;
  let askedAgain: number;
  let place: ProviderGroups;
  const start = () => new ProviderGroups(memento, () => askedAgain++);
  beforeEach(() => {
    memento = new MemoryMemento();
    askedAgain = 0;
    place = start();
  });
  afterEach(() => place.dispose());

  /** One time the host asks: without a group, then for our group if there is one. How often the models were listed. */
  const asked = (group: 'with our group' | 'without our group') => {
    const without = place.listsWithoutGroup();
    const inGroup = group === 'with our group' && place.listsInGroup();
    return { without, inGroup };
  };

  it('is the call without a group while there is no group', () => {
    assert.deepEqual(asked('without our group'), { without: true, inGroup: false });
    assert.deepEqual(asked('without our group'), { without: true, inGroup: false });
  });

  it('moves into the group once there is one, never listing twice', async () => {
    asked('without our group');
    assert.deepEqual(asked('with our group'), { without: true, inGroup: false });
    await Promise.resolve();
    assert.equal(askedAgain, 1);
    assert.deepEqual(asked('with our group'), { without: false, inGroup: true });
    assert.equal(askedAgain, 1);
  });

  it('is the first of several plain groups, however many a person has made', async () => {
    const askedOfThree = () => [place.listsWithoutGroup(), ...[1, 2, 3].map(() => place.listsInGroup())];
    assert.deepEqual(askedOfThree(), [true, false, false, false]);
    await Promise.resolve();
    assert.equal(askedAgain, 1);
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(askedOfThree(), [false, true, false, false]);
    }
  });

  it('is known again after a restart', () => {
    asked('with our group');
    place.dispose();
    place = start();
    assert.deepEqual(asked('with our group'), { without: false, inGroup: true });
  });

  it('moves back when the group is gone', () => {
    asked('with our group');
    asked('with our group');
    assert.deepEqual(asked('without our group'), { without: false, inGroup: false });
    assert.deepEqual(asked('without our group'), { without: true, inGroup: false });
  });

  it('makes the host ask again when the group that was left the models does not come', async () => {
    asked('with our group');
    const again = new Promise<void>((resolve) => {
      place.dispose();
      place = new ProviderGroups(memento, resolve);
    });
    asked('without our group');
    await again;
    assert.deepEqual(asked('without our group'), { without: true, inGroup: false });
  });
});
