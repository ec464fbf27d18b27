import assert from 'node:assert/strict';
import type { ChatRequest, Message, ReplyPart } from '../../../src/kiro/chat/conversation';
import { lineOf, type Turn } from '../../../src/usage/turn';
import type { RequestOptions } from '../../../src/vscode/chat/hostApi';
import { TurnWatcher } from '../../../src/vscode/chat/turnWatcher';
import { chatOf } from '../../fixtures/kiroService';

const text = (value: string): ReplyPart => ({ kind: 'text', text: value });
const usage = (more: object = {}): ReplyPart => ({
  ...{ kind: 'usage', credits: 0.25, contextPercentage: undefined },
  ...{ usage: { source: 'counted', inputTokens: 100, outputTokens: 7, cacheReadTokens: 60 } as const },
  ...more,
});
const options = (more: object = {}): RequestOptions => ({ toolMode: 1, ...more }) as RequestOptions;
const ofChat = (turn = 1, initiator = 'github.copilot-chat') =>
  options({ requestInitiator: initiator, modelOptions: { _telemetryTurn: turn } });
const ofEditor = options({ requestInitiator: 'github.copilot-chat', modelOptions: {} });
const tool = { name: 'read', description: 'Reads.', inputSchema: {} };

describe('A turn that is watched', () => {
  let now: number;
  let turns: Turn[];
  let watcher: TurnWatcher;
  beforeEach(() => {
    now = 1_000_000;
    turns = [];
    watcher = new TurnWatcher(
      () => now,
      (turn) => turns.push(turn),
    );
  });

  /** A turn with this reply, in which each part takes a second; answers its kind. */
  const run = (
    request: ChatRequest,
    given: RequestOptions,
    ...parts: ReplyPart[]
  ): Turn['kind'] | undefined => {
    const turn = watcher.begin(request, given);
    turn.asked('ann');
    for (const part of parts) {
      now += 1000;
      turn.see(part);
    }
    now += 1000;
    turn.end();
    return turns.at(-1)?.kind;
  };

  it('tells what it used, how long it took, and of which conversation it was', () => {
    const request = chatOf('Hi', { effort: 'high', conversationId: 'c' });
    run(request, ofChat(), text('Hello'), text(' you'), usage());
    const [{ chat, ...rest } = assert.fail('no turn')] = turns;
    assert.match(chat ?? '', /^[0-9a-f]{12}$/);
    assert.deepEqual(rest, {
      ...{ at: 1_004_000, accountId: 'ann', model: 'claude-opus-4.8', effort: 'high', kind: 'chat' },
      ...{ input: 40, cached: 60, output: 7, credits: 0.25, firstPartMs: 1000, durationMs: 4000 },
    });
  });

  it('tells nothing that the service did not tell', () => {
    run(chatOf('Hi'), ofChat(), usage({ credits: undefined, usage: undefined }));
    const estimated = { source: 'estimated', inputTokens: 100, outputTokens: 7 };
    run(chatOf('Hi'), ofChat(), usage({ credits: undefined, usage: estimated }));
    run(chatOf('Hi'), ofChat(), usage({ usage: { ...estimated, source: 'derived' } }));
    assert.deepEqual(
      turns.map(({ input, output, cached, credits }) => [input, output, cached, credits]),
      [
        [undefined, undefined, undefined, undefined],
        [undefined, undefined, undefined, undefined],
        [100, 7, undefined, 0.25],
      ],
    );
  });

  it('that was stopped is one, and one that had no reply is none', () => {
    run(chatOf('Hi'), ofChat(), text('Half'));
    assert.deepEqual([turns.length, turns[0]?.credits], [1, undefined]);
    run(chatOf('Hi'), ofChat());
    assert.equal(turns.length, 1);
  });

  it('is of the account that was asked last', () => {
    const turn = watcher.begin(chatOf('Hi'), ofChat());
    for (const account of ['ann', 'bob']) turn.asked(account);
    turn.see(text('Hello'));
    turn.end();
    assert.equal(turns[0]?.accountId, 'bob');
  });

  it('is kept without a word of what was said, of its conversation, or of a path', () => {
    const secrets = [
      'What is in /home/ann/notes.txt?',
      'The answer is 42.',
      'conversation-7',
      'C:\\ann',
      'aoaAAAAAG',
    ];
    const [question = '', answer = '', conversationId, path = '', token = ''] = secrets;
    const request = chatOf(question, {
      conversationId,
      system: token,
      tools: [{ ...tool, description: path }],
    });
    run(
      request,
      ofChat(),
      text(answer),
      { kind: 'toolCall', id: token, name: 'read', input: { path } },
      usage(),
    );
    const line = lineOf(turns[0] ?? assert.fail('no turn'));
    const words = secrets.flatMap((secret) => secret.split(/[\s/\\?.]+/)).filter((word) => word.length > 3);
    assert.deepEqual(
      words.filter((word) => line.includes(word)),
      [],
    );
  });

  describe('is', () => {
    const agent = (...messages: Message[]) => chatOf(messages, { tools: [tool], conversationId: 'parent' });
    const asks: Message = { role: 'user', content: [{ kind: 'text', text: 'Go' }] };
    const call = { kind: 'toolCall', id: 't1', name: 'runSubagent', input: {} } as const;
    const result: Message = {
      role: 'user',
      content: [{ kind: 'toolResult', callId: 't1', content: [], isError: false }],
    };
    const calls: Message = { role: 'assistant', content: [call] };

    it('the person’s, in a chat or through another extension', () => {
      assert.equal(run(agent(asks), ofChat(), text('a')), 'chat');
      assert.equal(run(chatOf('Hi'), options({ requestInitiator: 'some.extension' }), text('a')), 'chat');
    });

    it('the editor’s, for a title, and for a summary on a host that numbers the turns of a chat', () => {
      assert.equal(run(chatOf('Title?'), ofEditor, text('a')), 'background');
      const summary = agent(asks);
      assert.equal(run(summary, ofEditor, text('a')), 'chat');
      run(agent(asks), ofChat(), text('a'));
      assert.equal(run(summary, ofEditor, text('a')), 'background');
    });

    for (const [where, conversationId] of [
      ['a conversation of its own', 'child'],
      ['the conversation of its caller', 'parent'],
    ]) {
      it(`a subagent’s, in ${where}, until the result goes to its caller`, () => {
        assert.equal(run(agent(asks), ofChat(), call, usage()), 'chat');
        const child = chatOf('Look', { tools: [tool], conversationId });
        assert.equal(run(child, ofChat(), text('a')), 'subagent');
        assert.equal(run(child, ofChat(2), text('a')), 'subagent');
        assert.equal(run(agent(asks, calls, result), ofChat(), text('a')), 'chat');
        assert.equal(run(chatOf('New', { conversationId: 'other' }), ofChat(), text('a')), 'chat');
      });
    }

    it('the person’s in a chat that was there before the subagent', () => {
      const other = chatOf('Hi', { conversationId: 'other' });
      run(other, ofChat(), text('a'));
      run(agent(asks), ofChat(), call, usage());
      assert.equal(run(other, ofChat(2), text('a')), 'chat');
    });

    it('the person’s again where a subagent was stopped', () => {
      run(agent(asks), ofChat(), call, usage());
      assert.equal(run(agent(asks, asks), ofChat(2), text('a')), 'chat');
    });
  });
});
