/** Every row of the catalog as the picker shows it. */
import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import { modelInformation } from '../../../src/vscode/chat/modelInformation';
import { models } from '../../fixtures/requestProperties';

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

interface Row {
  name: string;
  price: string;
  window: [input: number, output: number];
  images: boolean;
  menu?: string;
}
const large: [number, number] = [872_000, 128_000];
const half: [number, number] = [936_000, 64_000];
const small: [number, number] = [136_000, 64_000];
const five = 'Low, Medium, High, Extra High, Maximum';
const four = 'Low, Medium, High, Maximum';
const ofTags = 'No Thinking, Low, Medium, High';
const expected: Readonly<Record<string, Row>> = {
  auto: { name: 'Auto', price: '1×', window: half, images: true },
  'claude-opus-5': { name: 'Claude Opus 5', price: '2.2×', window: large, images: true, menu: five },
  'claude-opus-4.8': { name: 'Claude Opus 4.8', price: '2.2×', window: large, images: true, menu: five },
  'claude-opus-4.6': { name: 'Claude Opus 4.6', price: '2.2×', window: half, images: true, menu: four },
  'claude-sonnet-5': { name: 'Claude Sonnet 5', price: '1.3×', window: half, images: true, menu: five },
  'claude-sonnet-4.6': { name: 'Claude Sonnet 4.6', price: '1.3×', window: half, images: true, menu: four },
  'claude-sonnet-4.5': {
    name: 'Claude Sonnet 4.5',
    price: '1.3×',
    window: small,
    images: true,
    menu: ofTags,
  },
  'claude-haiku-4.5': { name: 'Claude Haiku 4.5', price: '0.4×', window: small, images: true, menu: ofTags },
  'gpt-5.6-terra': {
    name: 'GPT-5.6 Terra',
    price: '1.2×',
    window: large,
    images: true,
    menu: `No Thinking, ${five}`,
  },
  'deepseek-3.2': { name: 'DeepSeek V3.2', price: '0.25×', window: [100_000, 64_000], images: false },
  'qwen3-coder-next': { name: 'Qwen3 Coder Next', price: '0.05×', window: [192_000, 64_000], images: false },
  'claude-with-documents': {
    name: 'Claude with Documents',
    price: '2.2×',
    window: large,
    images: true,
    menu: five,
  },
};

describe('a row of the catalog, in the picker,', () => {
  for (const [index, model] of models.entries()) {
    it(`is shown as it is: ${model.id}`, () => {
      const row = expected[model.id];
      const picker = shown[index];
      assert.ok(row && picker);
      assert.deepEqual([picker.name, picker.pricing, picker.family], [row.name, row.price, model.id]);
      assert.equal(picker.multiplierNumeric, Number.parseFloat(row.price));
      assert.deepEqual(Object.values(picker.infoText ?? {}), [model.description]);
      assert.deepEqual([picker.maxInputTokens, picker.maxOutputTokens], row.window);
      assert.deepEqual(picker.capabilities, { toolCalling: true, imageInput: row.images });
      const menu = picker.configurationSchema?.properties['reasoningEffort'];
      assert.deepEqual(menu?.enum, model.effort?.levels);
      assert.equal(menu?.enumItemLabels.join(', '), row.menu);
    });
  }
});
