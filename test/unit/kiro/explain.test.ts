import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import type { Content, Message, Tool } from '../../../src/kiro/chat/conversation';
import { explained } from '../../../src/kiro/chat/request/explain';
import { reproOf } from '../../../src/kiro/chat/request/repro';
import { estimateRequest } from '../../../src/kiro/tokenCount/messageTokens';
import { sizeBreakdown, totalOf } from '../../../src/kiro/tokenCount/sizeBreakdown';
import { onePixelPng } from '../../fixtures/conversations';
import { build as buildBody, models } from '../../fixtures/requestProperties';

const text = (value: string): Content => ({ kind: 'text', text: value });
const user = (...content: Content[]): Message => ({ role: 'user', content });
const answer = (...content: Content[]): Message => ({ role: 'assistant', content });
const sonnet = models.find(({ id }) => id === 'claude-sonnet-4.5');
assert.ok(sonnet);
const model = sonnet;
/** What becomes of an error that a request with these messages met. */
function explain(error: KiroError, messages: Message[], tools: Tool[] = []): KiroError {
  const request = { modelId: model.id, system: '', messages, tools, conversationId: 'c-1' };
  return explained(error, request, buildBody(request, model).body, model);
}
const tool = (name: string) => ({ name, description: 'word '.repeat(1000), inputSchema: {} });
const opaque = new KiroError('bad-request', {
  status: 400,
  detail: 'Improperly formed request.',
  requestId: 'r-1',
});
const words = (many: number) => 'word '.repeat(many);

describe('an error response without a reason', () => {
  it('comes with the request’s skeleton, without anyone’s words', () => {
    const secret = 'my-secret-plan';
    const error = explain(
      opaque,
      [
        user(text(secret), { kind: 'image', mimeType: 'image/png', bytes: onePixelPng }),
        answer(text(secret), {
          kind: 'toolCall',
          id: 'tooluse_1',
          name: 'read',
          input: { [secret]: secret },
        }),
        user({
          kind: 'toolResult',
          callId: 'tooluse_1',
          content: [{ kind: 'text', text: secret }],
          isError: false,
        }),
      ],
      [
        {
          name: 'read',
          description: secret,
          inputSchema: { properties: { a: { type: 'string', enum: [secret] } } },
        },
      ],
    );
    const repro = error.repro ?? '';
    assert.doesNotMatch(repro, new RegExp(secret));
    assert.match(repro, /"toolUseId":"tooluse_1"/);
    assert.match(repro, /"a":\{"type":"string","enum":\["<14>"\]\}/);
    assert.match(repro, /"content":"<14>"/);
    assert.ok(reproOf({ list: Array.from({ length: 9_000 }, () => 'x') }).length < 20_100);
  });

  it('is one of size where the window is nearly full, or a message longer than any may be', () => {
    const long = text(words(110_000));
    for (const messages of [[user(long), answer(long), user(text('And?'))], [user(text(words(120_001)))]]) {
      const error = explain(opaque, messages);
      assert.deepEqual([error.code, error.reason, error.requestId], ['too-long', 'PROBABLY_TOO_LONG', 'r-1']);
    }
    assert.equal(explain(opaque, [user(text('Hi'))]).code, 'bad-request');
  });

  it('stays as it is where it was about something else', () => {
    for (const error of [
      new KiroError('quota', { status: 402 }),
      new KiroError('bad-request', { reason: 'image' }),
    ]) {
      assert.equal(explain(error, [user(text('Hi'))]), error);
    }
  });
});

describe('a conversation that is too long', () => {
  const conversation = [
    user(text(words(9)), { kind: 'image', mimeType: 'image/png', bytes: onePixelPng }),
    answer({ kind: 'toolCall', id: 'tooluse_1', name: 'read', input: { path: 'a.ts' } }),
    user({
      kind: 'toolResult',
      callId: 'tooluse_1',
      content: [
        { kind: 'text', text: words(90) },
        { kind: 'document', mimeType: 'application/pdf', bytes: Buffer.alloc(40_000) },
      ],
      isError: false,
    }),
  ];

  const sizesOf = (messages: Message[], tools: Tool[]) =>
    explain(new KiroError('too-long', { status: 400 }), messages, tools).sizes?.map(({ part, count, name }) =>
      [count, part, name].filter((fact) => fact !== undefined).join(' '),
    );

  it('is told by its largest parts', () => {
    const image: Content = { kind: 'image', mimeType: 'image/png', bytes: onePixelPng };
    const tools = Array.from({ length: 3 }, (_, index) => tool(`t${index}`));
    assert.deepEqual(
      sizesOf([user(text('Hi'), image), answer(text(words(20_000))), user(text('And?'))], tools),
      ['2 history', '3 tools', '1 images', '1 message'],
    );
  });

  it('is told by the same estimate that the host is given', () => {
    const request = { modelId: model.id, system: words(50), tools: [tool('read')], messages: conversation };
    assert.equal(totalOf(sizeBreakdown(request)), estimateRequest(request));
  });

  it('names the one result of a tool that is most of it', () => {
    const round = (value: string): Message[] => [
      answer({ kind: 'toolCall', id: 'tooluse_1', name: 'read_file', input: {} }),
      user({
        kind: 'toolResult',
        callId: 'tooluse_1',
        content: [{ kind: 'text', text: value }],
        isError: false,
      }),
    ];
    const [first] = sizesOf([user(text('Hi')), ...round(words(9_000))], [tool('read_file')]) ?? [];
    assert.equal(first, '1 toolResult read_file');
    const small = sizesOf([user(text(words(9_000))), ...round('x')], [tool('read_file')]);
    assert.ok(small?.every((part) => !part.includes('toolResult')));
  });
});
