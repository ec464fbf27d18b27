import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { estimateMessage } from '../../src/kiro/tokenCount/messageTokens';
import { fromRequestContent, fromRequestMessages } from '../../src/vscode/chat/requestMessages';

const { User, Assistant } = vscode.LanguageModelChatMessage;
const data = (value: string, mimeType: string) =>
  new vscode.LanguageModelDataPart(Buffer.from(value), mimeType);

/** The content of one message in our words. */
function contentOf(part: unknown, role: 'User' | 'Assistant' = 'User'): unknown[] {
  const message = (role === 'User' ? User : Assistant)('');
  const given = { ...message, role: message.role, content: [part] };
  return (
    fromRequestMessages([given as unknown as vscode.LanguageModelChatRequestMessage]).messages[0]?.content ??
    []
  );
}
const text = (value: string) => ({ kind: 'text', text: value });

describe('a part of a message', () => {
  for (const mimeType of [
    ...['cache_control', 'stateful_marker', 'usage', 'thinking', 'context_management', 'phase_data'],
    ...['application/vnd.someone.stateful-marker', 'application/octet-stream', ''],
  ]) {
    it(`of the type ${mimeType || '(none)'} is not for the model`, () => {
      assert.deepEqual(contentOf(data('ephemeral', mimeType)), []);
    });
  }

  for (const mimeType of [
    'application/json',
    'text/x-json',
    'application/ld+json',
    'text/yaml; charset=utf-8',
    'text/csv',
    'TEXT/PLAIN;charset=utf-8',
    'application/javascript',
    'application/x-sh',
    'application/xhtml+xml',
    'image/svg+xml',
  ]) {
    it(`of the type ${mimeType} is a text`, () => {
      assert.deepEqual(contentOf(data('{"a":1}', mimeType)), [text('{"a":1}')]);
    });
  }

  for (const mimeType of ['application/pdf', 'video/mp4', 'audio/wav']) {
    it(`of the type ${mimeType} is a document, which the model may or may not take`, () => {
      assert.deepEqual(contentOf(data('%PDF', mimeType)), [
        { kind: 'document', mimeType: mimeType.toLowerCase().split(';')[0], bytes: Buffer.from('%PDF') },
      ]);
    });
  }

  it('that is an image stays one, whatever its format', () => {
    for (const mimeType of ['image/png', 'image/bmp']) {
      assert.deepEqual(contentOf(data('x', mimeType)), [
        { kind: 'image', mimeType, bytes: Buffer.from('x') },
      ]);
    }
  });

  it('that another extension rendered is its text', () => {
    const piece = (...children: unknown[]) => ({ type: 1, ctor: 2, children });
    const leaf = (value: string, lineBreakBefore = false) => ({ type: 2, text: value, lineBreakBefore });
    const tree = { node: piece(leaf('a'), piece(leaf('b', true), piece()), null) };
    assert.deepEqual(contentOf(new vscode.LanguageModelPromptTsxPart(tree)), [text('a\nb')]);
    for (const odd of ['plain', null, 7, {}, []]) {
      assert.equal(contentOf(new vscode.LanguageModelPromptTsxPart(odd)).length, 1);
    }
  });

  it('of a kind that nobody knows is left out', () => {
    for (const odd of [{}, null, undefined, 'text', { value: 'x' }]) assert.deepEqual(contentOf(odd), []);
  });

  it('that is a result has texts, images and documents inside, and no notes', () => {
    const result = new vscode.LanguageModelToolResultPart('id__vscode-12', [
      new vscode.LanguageModelTextPart('a'),
      data('x', 'image/png'),
      data('%PDF', 'application/pdf'),
      data('ephemeral', 'cache_control'),
      new vscode.LanguageModelPromptTsxPart({ node: { text: 'b' } }),
      { unknown: true },
    ]);
    assert.deepEqual(contentOf(result), [
      {
        kind: 'toolResult',
        callId: 'id',
        content: [
          text('a'),
          { kind: 'image', mimeType: 'image/png', bytes: Buffer.from('x') },
          { kind: 'document', mimeType: 'application/pdf', bytes: Buffer.from('%PDF') },
          text('b'),
        ],
        isError: false,
      },
    ]);
  });

  it('that is a call has an object for its input, whatever it came with', () => {
    for (const [given, expected] of [
      [{ a: 1 }, { a: 1 }],
      [undefined, {}],
      [null, {}],
      [['x'], { value: ['x'] }],
      ['x', { value: 'x' }],
    ]) {
      const call = new vscode.LanguageModelToolCallPart('id__vscode-3', 'read', given as object);
      assert.deepEqual(contentOf(call, 'Assistant'), [
        { kind: 'toolCall', id: 'id', name: 'read', input: expected },
      ]);
    }
  });
});

describe('the messages of a request', () => {
  it('keep calls apart that only the chat’s own suffix tells apart, and pair each with its result', () => {
    const calls = [1, 2].map((n) => new vscode.LanguageModelToolCallPart(`read__vscode-${n}`, 'read', { n }));
    const results = [2, 1].map((n) => new vscode.LanguageModelToolResultPart(`read__vscode-${n}`, []));
    const { messages } = fromRequestMessages([
      Assistant(calls) as vscode.LanguageModelChatRequestMessage,
      User(results) as vscode.LanguageModelChatRequestMessage,
    ]);
    const ids = messages.map(({ content }) =>
      content.map((part) => (part.kind === 'toolCall' ? part.id : part.kind === 'toolResult' && part.callId)),
    );
    assert.deepEqual(ids, [
      ['read', 'read__vscode-2'],
      ['read__vscode-2', 'read'],
    ]);
  });

  it('tell instructions by their role', () => {
    const system = { role: 3, name: undefined, content: [new vscode.LanguageModelTextPart('S')] };
    const { system: head, messages } = fromRequestMessages([
      system as unknown as vscode.LanguageModelChatRequestMessage,
      User('a') as vscode.LanguageModelChatRequestMessage,
      Assistant('b') as vscode.LanguageModelChatRequestMessage,
    ]);
    assert.equal(head, 'S');
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant'],
    );
  });

  it('may be anything: what another extension handed over is converted as far as it goes', () => {
    const { LanguageModelTextPart, LanguageModelDataPart, LanguageModelToolCallPart } = vscode;
    const part = (kind: { prototype: object }, members: object) =>
      Object.assign(Object.create(kind.prototype), members) as unknown;
    const odd = [
      ...[undefined, null, 7, 'text', {}, []],
      part(LanguageModelTextPart, { value: undefined }),
      part(LanguageModelTextPart, { value: { not: 'text' } }),
      part(LanguageModelDataPart, { mimeType: undefined, data: undefined }),
      part(LanguageModelDataPart, { mimeType: 'image/png', data: 'AAAA' }),
      part(LanguageModelDataPart, { mimeType: 7, data: new Uint8Array(3) }),
      part(LanguageModelToolCallPart, { callId: undefined, name: undefined, input: null }),
      part(vscode.LanguageModelToolResultPart, { callId: undefined, content: undefined }),
      part(vscode.LanguageModelToolResultPart, {
        callId: 7,
        content: [undefined, part(LanguageModelTextPart, {})],
      }),
      part(vscode.LanguageModelPromptTsxPart, { value: undefined }),
    ];
    const kinds = fromRequestContent(odd).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['text', 'text', 'toolCall', 'toolResult', 'toolResult', 'text']);
    for (const content of [undefined, null, 7, {}]) assert.deepEqual(fromRequestContent(content), []);
    assert.deepEqual(fromRequestContent('Hi'), [text('Hi')]);
    for (const one of [...odd, odd]) {
      const message = { role: 1, content: one } as unknown as vscode.LanguageModelChatRequestMessage;
      assert.equal(fromRequestMessages([message]).messages.length, 1);
      assert.ok(Number.isFinite(estimateMessage({ content: fromRequestContent(one) })));
    }
  });

  it('may be empty in every way', () => {
    assert.deepEqual(fromRequestMessages([]), { system: '', messages: [] });
    assert.deepEqual(fromRequestContent([]), []);
    assert.deepEqual(contentOf(new vscode.LanguageModelTextPart('')), [text('')]);
  });
});
