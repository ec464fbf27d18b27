import assert from 'node:assert/strict';
import type { ChatRequest, Content, Message, ReplyPart } from '../../../src/kiro/chat/conversation';
import { buildRequest, nothingOmitted } from '../../../src/kiro/chat/request/buildRequest';
import { ReasoningMemory, type ReasoningScope } from '../../../src/kiro/chat/request/reasoningMemory';
import { serialize } from '../../../src/kiro/chat/request/serialize';
import { models } from '../../fixtures/requestProperties';

const scope = { accountId: 'ann', modelId: 'claude-opus-5', conversationId: 'c-1' };
const text = (value: string): Content => ({ kind: 'text', text: value });
const call = (id: string): Content => ({ kind: 'toolCall', id, name: 'read', input: {} });
const answer = (...content: Content[]): Message => ({ role: 'assistant', content });
const sealed = (value: string): ReplyPart => ({
  kind: 'thinkingEnd',
  text: value,
  signature: `seal of ${value}`,
});

async function remember(
  memory: ReasoningMemory,
  parts: ReplyPart[],
  of: ReasoningScope = scope,
): Promise<void> {
  async function* reply() {
    yield* parts;
  }
  const seen: ReplyPart[] = [];
  for await (const part of memory.remembering(of, reply())) seen.push(part);
  assert.deepEqual(seen, parts);
}
const said = (value: string): ReplyPart => ({ kind: 'text', text: value });
const called = (id: string): ReplyPart => ({ kind: 'toolCall', id, name: 'read', input: {} });

describe('the memory of reasoning', () => {
  it('knows an answer again by the ids of its calls, whatever became of its text', async () => {
    const memory = new ReasoningMemory();
    await remember(memory, [sealed('first'), said('Reading.'), called('1'), called('2')]);
    assert.deepEqual(memory.recall(scope, answer(text('Other.'), call('1'), call('2'))), [
      { kind: 'thinking', text: 'first', signature: 'seal of first' },
    ]);
    assert.equal(memory.recall(scope, answer(call('1'))), undefined);
  });

  it('knows an answer without calls by its text, within its conversation only', async () => {
    const memory = new ReasoningMemory();
    await remember(memory, [sealed('why'), said('Be'), said('cause.')]);
    assert.equal(memory.recall(scope, answer(text('Because.')))?.[0]?.text, 'why');
    assert.equal(memory.recall({ ...scope, conversationId: 'c-2' }, answer(text('Because.'))), undefined);
    assert.equal(memory.recall({ ...scope, modelId: 'other' }, answer(text('Because.'))), undefined);
    assert.equal(memory.recall({ ...scope, accountId: 'bob' }, answer(text('Because.'))), undefined);
    const unnamed = { ...scope, conversationId: undefined };
    await remember(memory, [sealed('why'), said('Because.')], unnamed);
    assert.equal(memory.recall(unnamed, answer(text('Because.'))), undefined);
  });

  it('keeps neither of two that cannot be told apart', async () => {
    const memory = new ReasoningMemory();
    await remember(memory, [sealed('one'), said('Done.')]);
    await remember(memory, [sealed('other'), said('Done.')]);
    assert.equal(memory.recall(scope, answer(text('Done.'))), undefined);
  });

  it('keeps nothing that could not be replayed', async () => {
    const memory = new ReasoningMemory();
    await remember(memory, [sealed('one'), sealed('two'), called('1')]);
    await remember(memory, [{ kind: 'thinkingEnd', text: 'unsealed' }, called('2')]);
    await remember(memory, [said('Hello')]);
    assert.equal(memory.recall(scope, answer(call('1'))), undefined);
    assert.equal(memory.recall(scope, answer(call('2'))), undefined);
    assert.equal(memory.recall(scope, answer(text('Hello'))), undefined);
  });

  it('keeps the whole block where its seal came after the text began', async () => {
    const memory = new ReasoningMemory();
    const open: ReplyPart = { kind: 'thinkingEnd', text: 'why' };
    await remember(memory, [open, said('Be'), sealed('why'), said('cause.')]);
    assert.deepEqual(memory.recall(scope, answer(text('Because.'))), [
      { kind: 'thinking', text: 'why', signature: 'seal of why' },
    ]);
  });

  it('remembers an answer that was stopped', async () => {
    const memory = new ReasoningMemory();
    async function* reply() {
      yield sealed('why');
      yield said('Bec');
      yield said('ause.');
    }
    for await (const part of memory.remembering(scope, reply())) if (part.kind === 'text') break;
    assert.equal(memory.recall(scope, answer(text('Bec')))?.[0]?.text, 'why');
  });

  it('gives up what was not used for longest when it is full', async () => {
    const memory = new ReasoningMemory(600);
    for (const id of ['1', '2']) await remember(memory, [sealed('x'.repeat(100)), called(id)]);
    memory.recall(scope, answer(call('1')));
    await remember(memory, [sealed('x'.repeat(100)), called('3')]);
    assert.deepEqual(
      ['1', '2', '3'].map((id) => memory.recall(scope, answer(call(id))) !== undefined),
      [true, false, true],
    );
  });

  it('keeps a few thousand answers, however short they are', async () => {
    const memory = new ReasoningMemory();
    for (let id = 0; id <= 5000; id++) await remember(memory, [sealed(''), called(String(id))]);
    assert.equal(memory.recall(scope, answer(call('0'))), undefined);
    assert.ok(memory.recall(scope, answer(call('1'))));
  });

  it('gives up what the service no longer knows, whether it remembers it or the host hands it over', async () => {
    const memory = new ReasoningMemory();
    await remember(memory, [sealed('why'), called('1')]);
    const handedOver: Content = { kind: 'thinking', text: 'of another account', signature: 'seal' };
    memory.giveUp(scope, [answer(call('1')), answer(handedOver, call('2')), answer(text('Hello'))]);
    assert.deepEqual(memory.recall(scope, answer(call('1'))), []);
    assert.deepEqual(memory.recall(scope, answer(handedOver, call('2'))), []);
  });

  it('makes the next turn begin with the bytes of this one, where the host dropped the thinking', async () => {
    const memory = new ReasoningMemory();
    await remember(memory, [sealed('hm'), called('1')]);
    const model = models.find(({ id }) => id === scope.modelId);
    assert.ok(model);
    const historyOf = (messages: Message[]) => {
      const request: ChatRequest = {
        modelId: model.id,
        system: 'S',
        messages,
        tools: [],
        conversationId: 'c-1',
      };
      const { body } = buildRequest(request, model, {
        origin: 'KIRO_CLI',
        omit: nothingOmitted,
        recall: (one) => memory.recall(scope, one),
      });
      return serialize(body).toString().split(',"currentMessage":')[0]?.replace(/\]$/, '') ?? '';
    };
    const shown: Content = { kind: 'thinking', text: 'h', signature: 'merged' };
    const result: Content = { kind: 'toolResult', callId: '1', content: [], isError: false };
    const ask: Message = { role: 'user', content: [text('a')] };
    const round = historyOf([ask, answer(shown, call('1')), { role: 'user', content: [result] }]);
    const later = historyOf([
      ask,
      answer(call('1')),
      { role: 'user', content: [result] },
      answer(text('b')),
      ask,
    ]);
    assert.match(round, /"text":"hm","signature":"seal of hm"/);
    assert.ok(later.startsWith(round));
  });
});
