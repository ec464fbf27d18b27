import assert from 'node:assert/strict';
import type { Message, Tool } from '../../../src/kiro/chat/conversation';
import { ToolNames } from '../../../src/kiro/chat/request/tools/toolNames';
import { build, models, rulesBrokenBy } from '../../fixtures/requestProperties';

const search: Tool = {
  name: 'search',
  description: 'Searches.',
  inputSchema: {
    type: 'object',
    properties: {
      $filter: { type: 'object', properties: { 'a b': { type: 'string' } }, required: ['a b'] },
      ['l'.repeat(70)]: { enum: [{ 'a b': 1 }] },
      top: { type: 'integer' },
    },
    required: ['$filter', 'top'],
    dependentRequired: { top: ['$filter'] },
  },
};
const input = { $filter: { 'a b': 'x' }, top: 3, ['l'.repeat(70)]: { 'a b': 1 } };

describe('the names of a tool’s properties', () => {
  it('are changed where the service refuses them, in the schema and in replayed calls alike', () => {
    const [model] = models;
    assert.ok(model);
    const messages: Message[] = [
      { role: 'assistant', content: [{ kind: 'toolCall', id: '1', name: 'search', input }] },
    ];
    const { body, toolNames } = build({ system: '', messages, tools: [search] }, model);
    assert.deepEqual(rulesBrokenBy(body), []);
    const { history = [], currentMessage } = body.conversationState;
    const [tool] = currentMessage.userInputMessage.userInputMessageContext?.tools ?? [];
    assert.ok(tool);
    const { properties, required } = tool.toolSpecification.inputSchema.json;
    const [filter = '', long = '', top] = Object.keys(properties ?? {});
    assert.match(filter, /^filter_[0-9a-f]{8}$/);
    assert.match(long, /^l{55}_[0-9a-f]{8}$/);
    assert.deepEqual([top, required], ['top', [filter, 'top']]);
    const call = history.flatMap((message) =>
      'assistantResponseMessage' in message ? (message.assistantResponseMessage.toolUses ?? []) : [],
    )[0];
    assert.ok(call);
    assert.deepEqual(Object.keys(call.input), [filter, 'top', long]);
    assert.deepEqual(toolNames.callFromWire(call), { name: 'search', input });
  });

  it('stay what they are where they are good, whatever a changed one would like to be called', () => {
    const names = new ToolNames();
    const once = names.schemaToWire('a', { properties: { $x: {} } });
    const [taken = ''] = Object.keys(once['properties'] as object);
    const schema = names.schemaToWire('b', { properties: { $x: {}, [taken]: {} } });
    const [other = '', same] = Object.keys(schema['properties'] as object);
    assert.equal(same, taken);
    assert.notEqual(other, taken);
    const given = { $x: 1, [taken]: 2 };
    assert.deepEqual(names.callFromWire(names.callToWire({ name: 'b', input: given })).input, given);
  });

  it('are those of the tool’s owner in the calls of another tool', () => {
    const names = new ToolNames();
    const schema = names.schemaToWire('a', { properties: { $x: {} } });
    const [wire = ''] = Object.keys(schema['properties'] as object);
    assert.deepEqual(names.callFromWire({ name: 'b', input: { [wire]: 1 } }).input, { [wire]: 1 });
  });
});
