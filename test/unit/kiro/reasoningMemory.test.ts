import assert from 'node:assert/strict';
import type { ChatRequest, Content, Message, ReplyPart } from '../../../src/kiro/chat/conversation';
import { buildRequest } from '../../../src/kiro/chat/request/buildRequest';
import { ReasoningMemory, type ReasoningScope } from '../../../src/kiro/chat/request/reasoningMemory';
import { noFallbacks } from '../../../src/kiro/chat/request/requestFallbacks';
import { serialize } from '../../../src/kiro/chat/request/serialize';
import { ReplyRecord } from '../../../src/kiro/chat/response/replyRecord';
import { models } from '../../fixtures/requestProperties';

const scope = { accountId: 'ann', modelId: 'claude-opus-5', conversationId: 'c-1' };
const text = (value: string): Content => ({ kind: 'text', text: value });
const call = (id: string): Content => ({ kind: 'toolCall', id, name: 'read', input: {} });
const answer = (...content: Content[]): Message => ({ role: 'assistant', content });
const signed = (value: string): ReplyPart => ({
  kind: 'thinkingEnd',
  text: value,
  signature: `signature of ${value}`,
});

function remember(memory: ReasoningMemory, parts: ReplyPart[], of: ReasoningScope = scope): void {
  const record = new ReplyRecord();
  for (const part of parts) record.see(part);
  memory.remember(of, record);
}
const said = (value: string): ReplyPart => ({ kind: 'text', text: value });
const called = (id: string): ReplyPart => ({ kind: 'toolCall', id, name: 'read', input: {} });

describe('the memory of reasoning', () => {
  it('knows a reply again by the ids of its calls, whatever became of its text', () => {
    const memory = new ReasoningMemory();
    remember(memory, [signed('first'), said('Reading.'), called('1'), called('2')]);
    assert.deepEqual(memory.recall(scope, answer(text('Other.'), call('1'), call('2'))), [
      { kind: 'thinking', text: 'first', signature: 'signature of first' },
    ]);
    assert.equal(memory.recall(scope, answer(call('1'))), undefined);
  });

  it('knows a reply without calls by its text, within its conversation only', () => {
    const memory = new ReasoningMemory();
    remember(memory, [signed('why'), said('Be'), said('cause.')]);
    assert.equal(memory.recall(scope, answer(text('Because.')))?.[0]?.text, 'why');
    assert.equal(memory.recall({ ...scope, conversationId: 'c-2' }, answer(text('Because.'))), undefined);
    assert.equal(memory.recall({ ...scope, modelId: 'other' }, answer(text('Because.'))), undefined);
    assert.equal(memory.recall({ ...scope, accountId: 'bob' }, answer(text('Because.'))), undefined);
    const unnamed = { ...scope, conversationId: undefined };
    remember(memory, [signed('why'), said('Because.')], unnamed);
    assert.equal(memory.recall(unnamed, answer(text('Because.'))), undefined);
  });

  it('keeps neither of two that cannot be told apart', () => {
    const memory = new ReasoningMemory();
    remember(memory, [signed('one'), said('Done.')]);
    remember(memory, [signed('other'), said('Done.')]);
    assert.equal(memory.recall(scope, answer(text('Done.'))), undefined);
  });

  it('keeps nothing that could not be replayed', () => {
    const memory = new ReasoningMemory();
    remember(memory, [signed('one'), signed('two'), called('1')]);
    remember(memory, [{ kind: 'thinkingEnd', text: 'unsigned' }, called('2')]);
    remember(memory, [said('Hello')]);
    assert.equal(memory.recall(scope, answer(call('1'))), undefined);
    assert.equal(memory.recall(scope, answer(call('2'))), undefined);
    assert.equal(memory.recall(scope, answer(text('Hello'))), undefined);
  });

  it('keeps the whole block where its signature came after the text began', () => {
    const memory = new ReasoningMemory();
    const open: ReplyPart = { kind: 'thinkingEnd', text: 'why' };
    remember(memory, [open, said('Be'), signed('why'), said('cause.')]);
    assert.deepEqual(memory.recall(scope, answer(text('Because.'))), [
      { kind: 'thinking', text: 'why', signature: 'signature of why' },
    ]);
  });

  it('remembers a reply that was stopped', () => {
    const memory = new ReasoningMemory();
    remember(memory, [signed('why'), said('Bec')]);
    assert.equal(memory.recall(scope, answer(text('Bec')))?.[0]?.text, 'why');
  });

  it('gives up what was not used for longest when it is full', () => {
    const memory = new ReasoningMemory(600);
    for (const id of ['1', '2']) remember(memory, [signed('x'.repeat(100)), called(id)]);
    memory.recall(scope, answer(call('1')));
    remember(memory, [signed('x'.repeat(100)), called('3')]);
    assert.deepEqual(
      ['1', '2', '3'].map((id) => memory.recall(scope, answer(call(id))) !== undefined),
      [true, false, true],
    );
  });

  it('keeps a few thousand replies, however short they are', () => {
    const memory = new ReasoningMemory();
    for (let id = 0; id <= 5000; id++) remember(memory, [signed(''), called(String(id))]);
    assert.equal(memory.recall(scope, answer(call('0'))), undefined);
    assert.ok(memory.recall(scope, answer(call('1'))));
  });

  it('gives up what the service no longer knows, whether it remembers it or the host hands it over', () => {
    const memory = new ReasoningMemory();
    remember(memory, [signed('why'), called('1')]);
    const handedOver: Content = { kind: 'thinking', text: 'of another account', signature: 'signed' };
    memory.giveUp(scope, [answer(call('1')), answer(handedOver, call('2')), answer(text('Hello'))]);
    assert.deepEqual(memory.recall(scope, answer(call('1'))), []);
    assert.deepEqual(memory.recall(scope, answer(handedOver, call('2'))), []);
  });

  it('makes the next turn begin with the bytes of this one, where the host dropped the thinking', () => {
    const memory = new ReasoningMemory();
    remember(memory, [signed('hm'), called('1')]);
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
        fallbacks: noFallbacks,
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
    assert.match(round, /"text":"hm","signature":"signature of hm"/);
    assert.ok(later.startsWith(round));
  });
});
