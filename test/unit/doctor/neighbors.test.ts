import assert from 'node:assert/strict';
import { neighborsAmong } from '../../../src/doctor/neighbors';

const found = (packageJSON: unknown) => neighborsAmong([{ id: 'some.one', packageJSON }], 'kiroModels');

describe('another extension', () => {
  it('lists Kiro models where it names a provider so, in whichever form the manifest has', () => {
    const provider = { vendor: 'kiro', displayName: 'Kiro' };
    const expected = [{ id: 'some.one', name: 'Some', kind: 'provider', heading: 'Kiro' }];
    for (const languageModelChatProviders of [provider, [{ vendor: 'acme' }, provider]]) {
      const manifest = { displayName: 'Some', contributes: { languageModelChatProviders } };
      assert.deepEqual(found(manifest), expected);
    }
  });

  it('takes our vendor where it declares it', () => {
    const contributes = { languageModelChatProviders: [{ vendor: 'kiroModels', displayName: 'Other' }] };
    assert.deepEqual(found({ contributes }), [{ id: 'some.one', name: 'some.one', kind: 'same-vendor' }]);
  });

  it('is one with a Kiro of its own where its commands are in that category', () => {
    const contributes = { commands: [{ command: 'kiro.signIn', title: 'Sign In', category: 'Kiro' }] };
    const expected = [{ id: 'some.one', name: 'Kiro', kind: 'kiro' }];
    assert.deepEqual(found({ displayName: 'Kiro', contributes }), expected);
  });

  it('is nothing to tell of otherwise, whatever its manifest looks like', () => {
    const others = [
      undefined,
      {},
      { contributes: null },
      { contributes: { commands: 'none', languageModelChatProviders: [null, 'kiro', { vendor: 'akiro' }] } },
      { contributes: { commands: { command: 'a', title: 'b', category: 'Kiro Theme' } } },
    ];
    for (const manifest of others) assert.deepEqual(found(manifest), []);
  });
});
