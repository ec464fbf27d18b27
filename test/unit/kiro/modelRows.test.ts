/** Every row of the catalog: what the picker shows, and what is sent at each effort level. */
import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import { alternativeTo, cheapest, type Model, parseModelsPage } from '../../../src/kiro/account/models';
import { modelInformation } from '../../../src/vscode/chat/modelInformation';
import { build, models, rulesBrokenBy } from '../../fixtures/requestProperties';
import { defaultCatalog } from '../../simulator/catalog';

const account: Account = {
  id: 'a',
  label: 'ann',
  grant: { kind: 'apiKey' },
  tokens: { access: 'x', expiresAt: 0 },
  origin: { kind: 'own' },
  health: 'active',
  addedAt: 0,
};
const shown = modelInformation({ models, source: 'live' }, account, {
  accounts: [account],
  follows: 'active',
  level: 'quiet',
});
const five = 'Low, Medium, High, Extra High, Maximum';
const claude5 = { output_config: '$', thinking: { type: 'adaptive', display: 'summarized' } };

interface Row {
  name: string;
  price: string;
  window: [input: number, output: number];
  images: boolean;
  documents?: boolean;
  cachePoints?: number;
  menu?: string;
  /** The fields sent, `$` for the object with the chosen level. */
  fields?: Record<string, unknown>;
  tags?: boolean;
}
const tagged = { menu: 'No Thinking, Low, Medium, High', tags: true };
const large: [number, number] = [872_000, 128_000];
const half: [number, number] = [936_000, 64_000];
const expected: Readonly<Record<string, Row>> = {
  auto: { name: 'Auto', price: '1×', window: half, images: true },
  'claude-opus-5': {
    ...{ name: 'Claude Opus 5', price: '2.2×', window: large, images: true },
    ...{ cachePoints: 4, menu: five, fields: claude5 },
  },
  'claude-opus-4.8': {
    ...{ name: 'Claude Opus 4.8', price: '2.2×', window: large, images: true },
    ...{ cachePoints: 4, menu: five, fields: claude5 },
  },
  'claude-opus-4.6': {
    ...{ name: 'Claude Opus 4.6', price: '2.2×', window: half, images: true },
    ...{ cachePoints: 4, menu: 'Low, Medium, High, Maximum', fields: claude5 },
  },
  'claude-sonnet-5': {
    ...{ name: 'Claude Sonnet 5', price: '1.3×', window: half, images: true },
    ...{ cachePoints: 4, menu: five, fields: claude5 },
  },
  'claude-sonnet-4.6': {
    ...{ name: 'Claude Sonnet 4.6', price: '1.3×', window: half, images: true },
    ...{ cachePoints: 4, menu: 'Low, Medium, High, Maximum', fields: claude5 },
  },
  'claude-sonnet-4.5': {
    ...{ name: 'Claude Sonnet 4.5', price: '1.3×', window: [136_000, 64_000], images: true },
    ...{ cachePoints: 4, ...tagged },
  },
  'claude-haiku-4.5': {
    ...{ name: 'Claude Haiku 4.5', price: '0.4×', window: [136_000, 64_000], images: true },
    ...{ cachePoints: 4, ...tagged },
  },
  'gpt-5.6-terra': {
    ...{ name: 'GPT-5.6 Terra', price: '1.2×', window: large, images: true },
    ...{ menu: `No Thinking, ${five}`, fields: { reasoning: '$' } },
  },
  'deepseek-3.2': { name: 'DeepSeek V3.2', price: '0.25×', window: [100_000, 64_000], images: false },
  'qwen3-coder-next': { name: 'Qwen3 Coder Next', price: '0.05×', window: [192_000, 64_000], images: false },
  'claude-with-documents': {
    ...{ name: 'Claude with Documents', price: '2.2×', window: large, images: true, documents: true },
    ...{ cachePoints: 4, menu: five, fields: claude5 },
  },
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

  for (const [index, model] of models.entries()) {
    const row = expected[model.id];
    const picker = shown[index];
    const menu = picker?.configurationSchema?.properties['reasoningEffort'];

    it(`${model.id} is shown as it is`, () => {
      assert.ok(row && picker);
      assert.deepEqual([picker.name, picker.pricing, picker.family], [row.name, row.price, model.id]);
      assert.equal(picker.multiplierNumeric, Number.parseFloat(row.price));
      assert.deepEqual(Object.values(picker.infoText ?? {}), [model.description]);
      assert.deepEqual([picker.maxInputTokens, picker.maxOutputTokens], row.window);
      assert.deepEqual(picker.capabilities, { toolCalling: true, imageInput: row.images });
      assert.deepEqual([model.documents, model.cachePoints], [row.documents, row.cachePoints]);
      assert.equal(menu?.enumItemLabels.join(', '), row.menu);
    });

    for (const effort of [undefined, 'nonsense', ...(menu?.enum ?? [])]) {
      it(`${model.id} is sent what it takes at ${effort ?? 'no effort'}`, () => {
        assert.ok(row);
        const { body } = build({ system: 'S', messages: [], tools: [], effort, conversationId: 'c' }, model);
        const chosen = effort !== undefined && menu?.enum.includes(effort) ? effort : undefined;
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
