import assert from 'node:assert/strict';
import { effortControl, effortFields, effortTags } from '../../../src/kiro/account/effort';

const claudeSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    output_config: {
      type: 'object',
      properties: { effort: { type: 'string', enum: ['low', 'medium', 'high', 'max'] } },
    },
    thinking: {
      type: 'object',
      properties: {
        type: { type: 'string', enum: ['adaptive'] },
        display: { type: 'string', enum: ['summarized', 'omitted'] },
      },
    },
  },
};
const gptSchema = {
  properties: {
    reasoning: { properties: { effort: { enum: ['none', 'low', 'medium'], default: 'medium' } } },
  },
};

describe('the effort of a model', () => {
  it('is what a Claude model’s schema offers, with summaries of the thinking', () => {
    const control = effortControl('claude-opus-4.8', claudeSchema);
    assert.deepEqual(control?.levels, ['low', 'medium', 'high', 'max']);
    assert.deepEqual(effortFields(control, 'max'), {
      output_config: { effort: 'max' },
      thinking: { type: 'adaptive', display: 'summarized' },
    });
  });

  it('is none where a model’s schema offers none, of whatever generation it is', () => {
    assert.equal(effortControl('claude-sonnet-4.5', { properties: {} }), undefined);
  });

  it('asks for no summaries where the schema does not say how to think', () => {
    const { output_config } = claudeSchema.properties;
    const display = { enum: ['summarized'] };
    const schema = { properties: { output_config, thinking: { properties: { display } } } };
    const control = effortControl('claude-opus-4.8', schema);
    assert.deepEqual(effortFields(control, 'low'), { output_config: { effort: 'low' } });
  });

  it('is what a GPT model’s schema offers, without fields that are Claude’s', () => {
    const control = effortControl('gpt-5.6-terra', gptSchema);
    assert.equal(control?.default, 'medium');
    assert.deepEqual(effortFields(control, 'low'), { reasoning: { effort: 'low' } });
  });

  it('is not sent where it is not one of the model’s levels', () => {
    assert.equal(effortFields(effortControl('gpt-5.6-terra', gptSchema), 'max'), undefined);
    const { thinking, ...rest } = effortFields(effortControl('claude-opus-4.8', claudeSchema), 'xhigh') ?? {};
    assert.deepEqual([thinking, rest], [{ type: 'adaptive', display: 'summarized' }, {}]);
  });

  it('leaves out the display where the schema has none', () => {
    const schema = structuredClone(claudeSchema) as {
      properties: { thinking: { properties: Record<string, unknown> } };
    };
    delete schema.properties.thinking.properties['display'];
    assert.deepEqual(effortFields(effortControl('claude-opus-4.6', schema), undefined), {
      thinking: { type: 'adaptive' },
    });
  });

  it('is asked for by tags where a model of that generation has no schema, and only when chosen', () => {
    const control = effortControl('claude-sonnet-4.5', undefined);
    assert.equal(control?.default, 'none');
    assert.equal(effortFields(control, 'high'), undefined);
    assert.match(
      effortTags(control, 'high') ?? '',
      /^<thinking_mode>enabled<\/thinking_mode><max_thinking_length>\d+</,
    );
    assert.equal(effortTags(control, 'none'), undefined);
    assert.equal(effortTags(control, undefined), undefined);
  });

  it('does not exist for other models without a schema', () => {
    assert.equal(effortControl('deepseek-3.2', undefined), undefined);
    assert.equal(effortControl('claude-opus-4.8', {}), undefined);
  });
});
