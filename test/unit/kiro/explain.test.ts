import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import type { Content, Message } from '../../../src/kiro/chat/conversation';
import { explained } from '../../../src/kiro/chat/request/explain';
import { reproOf } from '../../../src/kiro/chat/request/repro';
import { brokenRules, rules } from '../../../src/kiro/chat/request/rules/rules';
import type { WireRequest } from '../../../src/kiro/chat/request/wire';
import { onePixelPng } from '../../fixtures/conversations';
import { build as buildBody, models } from '../../fixtures/requestProperties';

const text = (value: string): Content => ({ kind: 'text', text: value });
const user = (...content: Content[]): Message => ({ role: 'user', content });
const answer = (...content: Content[]): Message => ({ role: 'assistant', content });
const sonnet = models.find(({ id }) => id === 'claude-sonnet-4.5');
assert.ok(sonnet);
const model = sonnet;
const build = (messages: Message[], tools: Parameters<typeof buildBody>[0]['tools'] = []) =>
  buildBody({ system: '', messages, tools, conversationId: 'c-1' }, model).body;
const tool = (name: string) => ({ name, description: 'word '.repeat(1000), inputSchema: {} });
const opaque = new KiroError('bad-request', {
  status: 400,
  detail: 'Improperly formed request.',
  requestId: 'r-1',
});
const words = (many: number) => 'word '.repeat(many);

describe('a refusal without a reason', () => {
  it('names the first rule that the request breaks, and where', () => {
    const body = build([user(text('Hi')), answer(text('Hello')), user(text('And?'))]);
    const last = body.conversationState.currentMessage.userInputMessage;
    last.content = ' ';
    const error = explained(opaque, body, model);
    assert.equal(error.detail, 'Improperly formed request. (breaks content-empty at currentMessage)');
    assert.deepEqual([error.code, error.status, error.requestId], ['bad-request', 400, 'r-1']);
  });

  it('is not put down to half a character that the conversation had: it was sent whole', () => {
    const body = build([user(text('Hi'))]);
    body.conversationState.currentMessage.userInputMessage.content = 'Hi \ud800';
    assert.equal(explained(opaque, body, model).detail, opaque.detail);
  });

  it('comes with the request’s skeleton, without anyone’s words', () => {
    const secret = 'my-secret-plan';
    const body = build(
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
    const repro = explained(opaque, body, model).repro ?? '';
    assert.doesNotMatch(repro, new RegExp(secret));
    assert.match(repro, /"toolUseId":"tooluse_1"/);
    assert.match(repro, /"a":\{"type":"string","enum":\["<14>"\]\}/);
    assert.match(repro, /"content":"<14>"/);
    assert.ok(reproOf({ list: Array.from({ length: 9_000 }, () => 'x') }).length < 20_100);
  });

  it('is one of size where the window is nearly full, or a message longer than any may be', () => {
    const long = text(words(110_000));
    for (const messages of [[user(long), answer(long), user(text('And?'))], [user(text(words(120_001)))]]) {
      const error = explained(opaque, build(messages), model);
      assert.deepEqual([error.code, error.reason, error.requestId], ['too-long', 'PROBABLY_TOO_LONG', 'r-1']);
    }
    assert.equal(explained(opaque, build([user(text('Hi'))]), model).code, 'bad-request');
  });

  it('stays as it is where it was about something else', () => {
    for (const error of [
      new KiroError('quota', { status: 402 }),
      new KiroError('bad-request', { reason: 'image' }),
    ]) {
      assert.equal(explained(error, build([user(text('Hi'))]), model), error);
    }
  });
});

describe('a conversation that is too long', () => {
  const weightsOf = (body: WireRequest) =>
    explained(new KiroError('too-long', { status: 400 }), body, model).weights?.map(({ part, count, name }) =>
      [count, part, name].filter((fact) => fact !== undefined).join(' '),
    );

  it('is told by its largest parts', () => {
    const image: Content = { kind: 'image', mimeType: 'image/png', bytes: onePixelPng };
    const tools = Array.from({ length: 3 }, (_, index) => tool(`t${index}`));
    assert.deepEqual(
      weightsOf(build([user(text('Hi'), image), answer(text(words(20_000))), user(text('And?'))], tools)),
      ['2 history', '3 tools', '1 images', '1 message'],
    );
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
    const [first] = weightsOf(build([user(text('Hi')), ...round(words(9_000))], [tool('read_file')])) ?? [];
    assert.equal(first, '1 toolResult read_file');
    const small = weightsOf(build([user(text(words(9_000))), ...round('x')], [tool('read_file')]));
    assert.ok(small?.every((part) => !part.includes('toolResult')));
  });
});

describe('the rules of the service', () => {
  it('have names of their own', () => {
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  });

  it('know that reasoning without a seal is refused, and documents with one name', () => {
    const body = build([user(text('Hi')), answer(text('Hello')), user(text('And?'))]) as unknown as {
      conversationState: { history: [object, { assistantResponseMessage: object }] };
    };
    Object.assign(body.conversationState.history[1].assistantResponseMessage, {
      reasoningContent: { reasoningText: { text: 'hm' } },
    });
    assert.deepEqual(brokenRules(body, model), [{ rule: 'thinking-signature', path: 'history[1]' }]);
    const document = { name: 'a', format: 'pdf', source: { bytes: 'AAAA' } };
    const twice = build([user(text('Hi'))]) as unknown as {
      conversationState: { currentMessage: { userInputMessage: object } };
    };
    Object.assign(twice.conversationState.currentMessage.userInputMessage, {
      documents: [document, document],
    });
    assert.deepEqual(
      brokenRules(twice, { ...model, documents: true }).map(({ rule }) => rule),
      ['document-duplicate-name'],
    );
  });
});
