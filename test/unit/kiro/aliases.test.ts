import assert from 'node:assert/strict';
import { deadAliases } from '../../../src/doctor/settingChecks';
import { aliasesOf, familyOf, modelCalled } from '../../../src/kiro/account/aliases';
import { type Model, parseModelsPage } from '../../../src/kiro/account/models';
import { defaultCatalog } from '../../simulator/catalog';

const { models } = parseModelsPage(JSON.stringify({ models: defaultCatalog() }));
const [first] = models;
const modelOf = (id: string, description = ''): Model => ({ ...(first ?? assert.fail()), id, description });

describe('a name for a model', () => {
  for (const [id, family] of [
    ['claude-opus-4.8', 'claude-opus'],
    ['claude-opus-5', 'claude-opus'],
    ['gpt-5.6-terra', 'gpt-terra'],
    ['deepseek-3.2', 'deepseek'],
    ['claude-sonnet-4-20250514', 'claude-sonnet-20250514'],
    ['qwen3-coder-next', undefined],
    ['auto', undefined],
  ] as const) {
    it(`is made of what remains of ${id} without its version: ${family ?? 'nothing'}`, () => {
      assert.equal(familyOf({ id }), family);
    });
  }

  it('stands for the newest of its family, by number and not by letter', () => {
    const sonnets = [modelOf('claude-sonnet-4.9'), modelOf('claude-sonnet-4.10'), modelOf('claude-sonnet-4')];
    assert.equal(modelCalled('claude-sonnet-latest', sonnets, {})?.id, 'claude-sonnet-4.10');
    const next = [...sonnets, modelOf('claude-sonnet-5')];
    assert.equal(modelCalled('claude-sonnet-latest', next, {})?.id, 'claude-sonnet-5');
    assert.equal(modelCalled('claude-sonnet', next, {})?.id, 'claude-sonnet-5');
  });

  it('stands for an experimental model only where the family has no other', () => {
    const tried = modelOf('claude-opus-5', 'Experimental preview');
    assert.equal(
      modelCalled('claude-opus-latest', [modelOf('claude-opus-4.8'), tried], {})?.id,
      'claude-opus-4.8',
    );
    assert.equal(modelCalled('claude-opus-latest', [tried], {})?.id, 'claude-opus-5');
  });

  it('of one’s own leads to a model or to a family, and never hides a model', () => {
    const own = {
      quick: 'claude-haiku',
      exact: 'claude-opus-4.6',
      'claude-opus-5': 'claude-haiku',
      loop: 'loop',
    };
    assert.equal(modelCalled('quick', models, own)?.id, 'claude-haiku-4.5');
    assert.equal(modelCalled('exact', models, own)?.id, 'claude-opus-4.6');
    assert.equal(modelCalled('claude-opus-5', models, own)?.id, 'claude-opus-5');
    assert.equal(modelCalled('loop', models, own), undefined);
    assert.deepEqual(deadAliases(models, own), ['loop']);
    const names = aliasesOf(models, own).map(({ name }) => name);
    assert.ok(names.includes('quick') && names.includes('exact'));
    assert.ok(!names.includes('claude-opus-5') && !names.includes('loop'));
  });

  it('is there for each family of the catalog, once', () => {
    const names = aliasesOf(models, {}).map(({ name, model }) => `${name}: ${model.id}`);
    assert.deepEqual(names, [
      'claude-opus-latest: claude-opus-4.8',
      'claude-sonnet-latest: claude-sonnet-5',
      'claude-haiku-latest: claude-haiku-4.5',
      'gpt-terra-latest: gpt-5.6-terra',
      'deepseek-latest: deepseek-3.2',
    ]);
  });
});
