/** Every row of the catalog: what is read of it, and what is sent at each effort level. */
import assert from 'node:assert/strict';
import {
  alternativeTo,
  cheapest,
  type Model,
  parseModelsPage,
  recommended,
} from '../../../src/kiro/account/models';
import { build, models, rulesBrokenBy } from '../../fixtures/requestProperties';
import { defaultCatalog } from '../../simulator/catalog';

interface Row {
  documents?: boolean;
  cachePoints?: number;
  levels?: string;
  /** The fields sent, `$` for the object with the chosen level. */
  fields?: Record<string, unknown>;
  tags?: boolean;
}
const thinking = { type: 'adaptive', display: 'summarized' };
const five = 'low, medium, high, xhigh, max';
const claude5: Row = { cachePoints: 4, levels: five, fields: { output_config: '$', thinking } };
const claude46: Row = { ...claude5, levels: 'low, medium, high, max' };
const claude45: Row = { cachePoints: 4, levels: 'none, low, medium, high', tags: true };
const expected: Readonly<Record<string, Row>> = {
  auto: {},
  'claude-opus-5': claude5,
  'claude-opus-4.8': claude5,
  'claude-opus-4.6': claude46,
  'claude-sonnet-5': claude5,
  'claude-sonnet-4.6': claude46,
  'claude-sonnet-4.5': claude45,
  'claude-haiku-4.5': claude45,
  'gpt-5.6-terra': { levels: `none, ${five}`, fields: { reasoning: '$' } },
  'deepseek-3.2': {},
  'qwen3-coder-next': {},
  'claude-with-documents': { ...claude5, documents: true },
};

describe('The model that is offered instead of one that is overloaded', () => {
  const named = (id: string, rateMultiplier: number, images = true): Model => ({
    ...{ id, name: id, contextWindow: 1, maxOutputTokens: 1, images, rateMultiplier },
  });
  const all = [named('opus', 2.2), named('haiku', 0.4), named('sonnet', 1.3), named('blind', 2, false)];
  const offered = (id: string, among = all) =>
    alternativeTo(among.find((one) => one.id === id) ?? named(id, 1), among)?.id;

  it('is the dearest that costs no more and sees what it sees', () => {
    assert.deepEqual([offered('opus'), offered('sonnet'), offered('blind')], ['sonnet', 'haiku', 'sonnet']);
  });

  it('is the cheapest where all others cost more, and none where there is no other', () => {
    assert.deepEqual([offered('haiku'), offered('haiku', [named('haiku', 0.4)])], ['sonnet', undefined]);
  });
});

describe('the model for VS Code’s own small questions', () => {
  const model = (id: string, rateMultiplier: number | undefined, more: Partial<Model> = {}): Model => ({
    id,
    name: id,
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    images: false,
    rateMultiplier,
    ...more,
  });

  it('is the cheapest with a known price and room for a diff, and an experimental one only where there is no other', () => {
    const haiku = model('haiku', 0.4);
    const experimental = model('new', 0.05, { description: 'Experimental preview' });
    const others = [
      model('opus', 2.2),
      model('unpriced', undefined),
      model('narrow', 0.1, { contextWindow: 32_000 }),
    ];
    assert.equal(cheapest([...others, experimental, haiku]), haiku);
    assert.equal(cheapest([...others.slice(1), experimental]), experimental);
    assert.equal(cheapest(others.slice(1)), undefined);
  });
});

describe('a row of the catalog', () => {
  it('is expected here, whichever it is', () => {
    assert.deepEqual(
      models.map(({ id }) => id),
      Object.keys(expected),
    );
    assert.equal(
      parseModelsPage(JSON.stringify({ models: defaultCatalog() })).models.length,
      models.length - 1,
    );
  });

  for (const model of models) {
    const row = expected[model.id] ?? {};
    const levels = model.effort?.levels ?? [];

    it(`${model.id} is read as it is`, () => {
      assert.deepEqual([model.documents, model.cachePoints], [row.documents, row.cachePoints]);
      assert.equal(levels.join(', '), row.levels ?? '');
    });

    for (const effort of [undefined, 'nonsense', ...levels]) {
      it(`${model.id} is sent what it takes at ${effort ?? 'no effort'}`, () => {
        const { body } = build({ system: 'S', messages: [], tools: [], effort, conversationId: 'c' }, model);
        const chosen = effort !== undefined && levels.includes(effort) ? effort : undefined;
        const fields = Object.entries(row.fields ?? {}).flatMap(([name, value]) => {
          if (value !== '$') return [[name, value]];
          return chosen ? [[name, { effort: chosen }]] : [];
        });
        assert.deepEqual(body.additionalModelRequestFields ?? {}, Object.fromEntries(fields));
        const { content } = body.conversationState.currentMessage.userInputMessage;
        const isTagged = row.tags === true && chosen !== undefined && chosen !== 'none';
        assert.equal(content.startsWith('<thinking_mode>enabled</thinking_mode>'), isTagged);
        assert.deepEqual(rulesBrokenBy(body), []);
      });
    }
  }
});

describe('the model that a first chat begins with', () => {
  it('is the dearest at a usual price that is not experimental, the service’s first where several are', () => {
    assert.equal(recommended(models)?.name, 'Claude Sonnet 5');
  });

  it('is whatever there is where every model costs more', () => {
    const dear = models.filter(({ rateMultiplier = 1 }) => rateMultiplier > 2);
    assert.equal(recommended(dear), dear[0]);
    assert.equal(recommended([]), undefined);
  });
});
