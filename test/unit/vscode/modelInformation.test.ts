import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import { aliasesOf } from '../../../src/kiro/account/aliases';
import { builtInModels, parseModelsPage } from '../../../src/kiro/account/models';
import {
  aliasInformation,
  isOffered,
  lackedInformation,
  modelInformation,
} from '../../../src/vscode/chat/modelInformation';
import type { CreditLevel } from '../../../src/vscode/messages/usageWords';

const account = (label: string): Account => ({
  id: label,
  label,
  grant: { kind: 'apiKey' },
  tokens: { access: 'x', expiresAt: 0 },
  origin: { kind: 'own' },
  health: 'active',
  addedAt: 0,
});
const { models } = parseModelsPage(
  JSON.stringify({
    models: [
      {
        modelId: 'claude-opus-5',
        modelName: 'Claude Opus 5',
        description: 'Large',
        rateMultiplier: 2.2,
        tokenLimits: { maxInputTokens: 1_000_000, maxOutputTokens: 128_000 },
        supportedInputTypes: ['TEXT', 'IMAGE'],
        additionalModelRequestFieldsSchema: {
          properties: {
            output_config: { properties: { effort: { enum: ['low', 'xhigh'], default: 'low' } } },
          },
        },
      },
      { modelId: 'qwen3-coder-next', tokenLimits: { maxInputTokens: 256_000, maxOutputTokens: 8_000 } },
    ],
  }),
);
const ann = account('ann@example.com');
const context = { accounts: [ann], follows: 'active', level: 'quiet' } as const;
const shown = (all = [ann], source: 'live' | 'built-in' = 'live') =>
  modelInformation({ models, source }, ann, { ...context, accounts: all });

describe('a model in the picker', () => {
  it('has the service’s id and name, and leaves room for the answer in its window', () => {
    const [opus] = shown();
    assert.deepEqual(
      [opus?.id, opus?.name, opus?.family, opus?.maxInputTokens, opus?.maxOutputTokens, opus?.pricing],
      ['claude-opus-5', 'Claude Opus 5', 'claude-opus-5', 872_000, 128_000, '2.2×'],
    );
  });

  it('can call tools, sees images only where the catalog says so, and is offered for choice', () => {
    assert.deepEqual(
      shown().map(({ capabilities, isUserSelectable }) => [capabilities, isUserSelectable]),
      [
        [{ toolCalling: true, imageInput: true }, true],
        [{ toolCalling: true, imageInput: false }, true],
      ],
    );
  });

  it('has a name beside it that stands for the newest of its family, which nobody is offered', () => {
    const listed = shown();
    const [alias, ...more] = aliasInformation(aliasesOf(models, {}), listed);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [alias?.id, alias?.name, alias?.family, alias?.version, alias?.model.id],
      ['claude-opus-latest', 'Claude Opus Latest', 'claude-opus', 'latest', 'claude-opus-5'],
    );
    // The agent host lists whatever the host takes for a model that may be handed on.
    assert.deepEqual([alias?.isUserSelectable, alias?.isBYOK], [false, false]);
  });

  it('is still known where only another account has it, and offered to nobody', () => {
    const [opus, qwen] = shown();
    assert.ok(opus && qwen);
    const [lacked, ...more] = lackedInformation(models, [qwen], ann, context);
    assert.deepEqual(more, []);
    assert.ok(lacked);
    assert.deepEqual(
      [lacked.id, lacked.accountId, lacked.isUserSelectable, lacked.isBYOK],
      [opus.id, ann.id, false, false],
    );
    assert.deepEqual([opus, qwen, lacked].map(isOffered), [true, true, false]);
    assert.match(lacked.tooltip ?? '', /^Kiro does not offer this model to your account\./);
  });

  it('leaves its name to the model that a person has given it to', () => {
    const [, qwen] = shown();
    assert.ok(qwen);
    const aliases = aliasInformation(aliasesOf([qwen.model], { 'claude-opus-5': qwen.id }), [qwen]);
    assert.equal(aliases[0]?.id, 'claude-opus-5');
    assert.deepEqual(lackedInformation(models, [qwen, ...aliases], ann, context), []);
  });

  it('offers exactly the effort levels that it has', () => {
    const [opus, qwen] = shown();
    assert.deepEqual(opus?.configurationSchema?.properties['reasoningEffort'], {
      type: 'string',
      title: 'Thinking Effort',
      enum: ['low', 'xhigh'],
      enumItemLabels: ['Low', 'Extra High'],
      default: 'low',
      group: 'navigation',
    });
    assert.equal(qwen?.configurationSchema, undefined);
  });

  it('has a badge for its price, and a remark where it is experimental or little is left', () => {
    const row = (level: CreditLevel, description = 'Large') =>
      modelInformation({ models: models.map((one) => ({ ...one, description })), source: 'live' }, ann, {
        ...{ accounts: [ann], follows: 'active', level },
      })[0];
    assert.deepEqual(
      [row('quiet')?.priceCategory, row('quiet')?.warningText, row('quiet')?.statusIcon],
      ['high', undefined, undefined],
    );
    assert.deepEqual(Object.keys(row('low', 'An Experimental preview.')?.warningText ?? {}), [
      'experimental',
      'credits',
    ]);
    assert.deepEqual([row('low')?.statusIcon, row('unknown')?.warningText], [undefined, undefined]);
  });

  it('has its description once in its hover, where the host shows a price in place of the tooltip', () => {
    const row = (rateMultiplier: number | undefined, description?: string) => {
      const listed = models.map((one) => ({ ...one, rateMultiplier, description }));
      const [first] = modelInformation({ models: listed, source: 'live' }, ann, {
        ...{ accounts: [ann], follows: 'active', level: 'quiet' },
      });
      return [first?.tooltip, first?.infoText];
    };
    assert.deepEqual(row(2.2, 'Large'), ['Large', { description: 'Large' }]);
    assert.deepEqual(row(undefined, 'Large'), ['Large', undefined]);
    assert.deepEqual(
      [row(2.2), row(undefined, '')],
      [
        [undefined, undefined],
        [undefined, undefined],
      ],
    );
  });

  it('names its account only where there are several', () => {
    assert.equal(shown()[0]?.detail, undefined);
    assert.equal(shown([ann, account('bob@example.com')])[0]?.detail, 'ann@example.com');
  });

  it('is marked where it comes from the built-in list', () => {
    const [first] = modelInformation({ models: builtInModels, source: 'built-in' }, ann, {
      accounts: [ann],
      follows: 'active',
      level: 'quiet',
    });
    assert.equal(first?.detail, 'offline list');
  });

  it('has no name that the host’s edit tools would take for another family', () => {
    assert.ok(builtInModels.every(({ id, name }) => name.toLowerCase().replaceAll(' ', '-') === id));
  });
});
