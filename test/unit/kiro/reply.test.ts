import assert from 'node:assert/strict';
import type { ReplyPart } from '../../../src/kiro/chat/conversation';
import { answers, contextWindow, readSteps } from '../../fixtures/answers';
import { encodeFrame, eventHeaders } from '../../simulator/frames';
import {
  bytes,
  closing,
  contextUsage,
  event,
  exceptionFrame,
  metering,
  reasoning,
  redactedReasoning,
  type Step,
  stopReason,
  taggedThinking,
  text,
  toolCall,
  toolCallFragments,
} from '../../simulator/steps';

const signature = 'ErUBc2lnbmF0dXJl';
const call = (...payloads: Record<string, unknown>[]): Step[] =>
  payloads.map((payload) => event('toolUseEvent', payload));

async function partsOf(...steps: (Step | Step[])[]): Promise<ReplyPart[]> {
  const { parts, error } = await readSteps(...steps);
  assert.equal(error, undefined);
  return parts.filter((part) => part.kind !== 'usage');
}
async function failureOf(...steps: (Step | Step[])[]) {
  const { parts, error } = await readSteps(...steps);
  assert.ok(error, 'the answer went well');
  return { parts, code: error.code, reason: error.reason, detail: error.detail };
}

describe('a reply', () => {
  it('gives each text as its own part, in order, repeated ones too', async () => {
    assert.deepEqual(await partsOf(answers['repeated text'] ?? []), [
      { kind: 'text', text: '}\n' },
      { kind: 'text', text: '}\n' },
      { kind: 'text', text: '}\n' },
    ]);
  });

  it('fails where an event that matters is not JSON, and skips one that means nothing', async () => {
    const raw = (type: string) => bytes(encodeFrame(eventHeaders(type), '{"content":'));
    assert.deepEqual(await partsOf(raw('somethingNew'), text('Yes.')), [{ kind: 'text', text: 'Yes.' }]);
    const failure = await failureOf(text('Yes.'), raw('assistantResponseEvent'));
    assert.deepEqual([failure.code, failure.reason], ['protocol', 'event-payload']);
  });

  it('lives with every event, also one that nobody here knows', async () => {
    const { parts, signs } = await readSteps(
      event('messageMetadataEvent', { conversationId: 'c-1' }),
      event('somethingNewEvent', {}),
      event('toolUseEvent', { toolUseId: 't1', name: 'x' }),
      text('So.'),
    );
    assert.deepEqual([parts.length, signs], [3, 4]);
  });

  it('takes code for text', async () => {
    assert.deepEqual(await partsOf(text('So: '), event('codeEvent', { content: 'a()' })), [
      { kind: 'text', text: 'So: ' },
      { kind: 'text', text: 'a()' },
    ]);
  });

  it('fails where an event tells of an error', async () => {
    for (const [type, code] of [
      ['error', 'capacity'],
      ['invalidStateEvent', 'server'],
    ] as const) {
      const reason = type === 'error' ? 'MODEL_TEMPORARILY_UNAVAILABLE' : 'INVALID_TASK_ASSIST_PLAN';
      const failure = await failureOf(text('So'), event(type, { message: 'No.', reason }));
      assert.deepEqual([failure.code, failure.reason, failure.detail], [code, reason, 'No.']);
    }
  });

  it('derives no fewer than no tokens of input, and counts calls as output', async () => {
    const usageOf = async (percentage: number) => {
      const { parts } = await readSteps(
        toolCall('write', { text: 'word '.repeat(100) }),
        contextUsage(percentage),
      );
      const last = parts.at(-1);
      assert.ok(last?.kind === 'usage' && last.usage);
      return last.usage;
    };
    const { inputTokens, outputTokens } = await usageOf(0);
    assert.equal(inputTokens, 0);
    assert.ok(outputTokens > 50, String(outputTokens));
    const negative = await readSteps(
      text('Yes.'),
      event('contextUsageEvent', { contextUsagePercentage: -1 }),
    );
    assert.deepEqual(negative.parts.at(-1), {
      kind: 'usage',
      usage: undefined,
      credits: undefined,
      contextPercentage: undefined,
    });
  });

  it('fails where a frame is none of the three kinds', async () => {
    const failure = await failureOf(bytes(encodeFrame({ ':message-type': 'other' }, '')));
    assert.deepEqual([failure.code, failure.reason], ['protocol', 'message-type']);
  });

  describe('with thinking', () => {
    it('ends a block with its signature and all its text', async () => {
      assert.deepEqual(await partsOf(reasoning(['Let me', ' see'], signature), text('Yes.')), [
        { kind: 'thinking', text: 'Let me' },
        { kind: 'thinking', text: ' see' },
        { kind: 'thinkingEnd', text: 'Let me see', signature },
        { kind: 'text', text: 'Yes.' },
      ]);
    });

    it('ends it once more, whole, where the signature comes after the text began', async () => {
      assert.deepEqual(await partsOf(answers['a signature after the text began'] ?? []), [
        { kind: 'thinking', text: 'Let me ' },
        { kind: 'thinking', text: 'see.' },
        { kind: 'thinkingEnd', text: 'Let me see.' },
        { kind: 'text', text: 'Yes' },
        { kind: 'thinkingEnd', text: 'Let me see.', signature },
        { kind: 'text', text: '.' },
      ]);
    });

    it('takes text and signature out of one event', async () => {
      const both = event('reasoningContentEvent', { text: 'Hm.', signature });
      const nested = event('reasoningContentEvent', { reasoningText: { text: 'Hm.', signature } });
      for (const step of [both, nested]) {
        const parts = await partsOf(step, text('Yes.'));
        assert.deepEqual(parts[1], { kind: 'thinkingEnd', text: 'Hm.', signature });
      }
    });

    it('leaves a second block unsigned: a replay has room for one', async () => {
      const parts = await partsOf(
        reasoning(['a'], signature),
        text('b'),
        reasoning(['c'], 'second'),
        text('d'),
      );
      assert.deepEqual(
        parts.filter((part) => part.kind === 'thinkingEnd'),
        [
          { kind: 'thinkingEnd', text: 'a', signature },
          { kind: 'thinkingEnd', text: 'c' },
        ],
      );
    });

    it('leaves a second blob out, too', async () => {
      const parts = await partsOf(redactedReasoning('YmxvYg=='), redactedReasoning('b25l'), text('Yes.'));
      assert.deepEqual(parts.slice(0, 2), [
        { kind: 'thinkingEnd', text: '', redacted: 'YmxvYg==' },
        { kind: 'thinkingEnd', text: '' },
      ]);
    });

    it('that comes natively drops nothing of a text that might have become a tag', async () => {
      const parts = await partsOf(text('<thin'), reasoning(['Hm.'], signature), text(' ice'));
      assert.deepEqual(
        parts.map((part) => (part.kind === 'text' || part.kind === 'thinking' ? part.text : part.kind)),
        ['<thin', 'Hm.', 'thinkingEnd', ' ice'],
      );
    });

    it('gives redacted thinking as the blob it is', async () => {
      const parts = await partsOf(redactedReasoning('YmxvYg=='), text('Yes.'));
      assert.deepEqual(parts[0], { kind: 'thinkingEnd', text: '', redacted: 'YmxvYg==' });
    });

    it('ends tagged thinking before a call', async () => {
      const parts = await partsOf(taggedThinking(['Hm.']), toolCall('list', {}, { id: 't1' }));
      assert.deepEqual(
        parts.map(({ kind }) => kind),
        ['thinking', 'thinkingEnd', 'toolCall'],
      );
    });

    it('fails where there is nothing else', async () => {
      for (const steps of [
        reasoning(['Hm.']),
        taggedThinking(['Hm.']),
        [...reasoning(['Hm.']), ...text(' \n')],
      ]) {
        const failure = await failureOf(steps, closing());
        assert.deepEqual([failure.code, failure.reason], ['truncated', 'thinking-only']);
      }
    });
  });

  describe('with a tool call', () => {
    const cases: [string, Step[], unknown[]][] = [
      ['in pieces', toolCall('read', { a: 'ä' }, { id: 't1', pieces: 5 }), [['t1', 'read', { a: 'ä' }]]],
      [
        'whose first event carries an empty object',
        toolCallFragments({
          id: 't1',
          name: 'read',
          fragments: ['{"a":1}'],
          opening: 'with an empty object',
        }),
        [['t1', 'read', { a: 1 }]],
      ],
      [
        'all in one event',
        call({ toolUseId: 't1', name: 'read', input: '{"a":1}', stop: true }),
        [['t1', 'read', { a: 1 }]],
      ],
      ['in snapshots', answers['a call in snapshots'] ?? [], [['t1', 'read', { a: '12', b: 2 }]]],
      ['without arguments', call({ toolUseId: 't1', name: 'list', stop: true }), [['t1', 'list', {}]]],
      [
        'with white space for arguments',
        call({ toolUseId: 't1', name: 'list', input: ' \n' }, { toolUseId: 't1', stop: true }),
        [['t1', 'list', {}]],
      ],
      [
        'that is named late',
        call({ toolUseId: 't1', input: '{"a":' }, { toolUseId: 't1', name: 'read', input: '1}', stop: true }),
        [['t1', 'read', { a: 1 }]],
      ],
      [
        'whose end comes without id while another is open',
        call(
          { toolUseId: 't1', name: 'one', input: '{"a":1}' },
          { toolUseId: 't2', name: 'two', input: '{"b":2}', stop: true },
          { stop: true },
        ),
        [
          ['t2', 'two', { b: 2 }],
          ['t1', 'one', { a: 1 }],
        ],
      ],
      [
        'that is sent twice under one id',
        [...toolCall('read', { a: 1 }, { id: 't1' }), ...toolCall('read', { a: 1 }, { id: 't1' })],
        [['t1', 'read', { a: 1 }]],
      ],
      [
        'that follows another under its id',
        [...toolCall('read', { a: 1 }, { id: 't1' }), ...toolCall('read', { a: 2 }, { id: 't1' })],
        [
          ['t1', 'read', { a: 1 }],
          ['t1-2', 'read', { a: 2 }],
        ],
      ],
      [
        'of another tool under its id',
        call(
          { toolUseId: 't1', name: 'list', stop: true },
          { toolUseId: 't1', name: 'read', input: '{"a":1}', stop: true },
          { toolUseId: 't1', stop: true },
        ),
        [
          ['t1', 'list', {}],
          ['t1-2', 'read', { a: 1 }],
        ],
      ],
      [
        'whose repetition is not complete',
        [
          ...toolCall('read', { a: 1 }, { id: 't1' }),
          ...call({ toolUseId: 't1', name: 'read' }, { toolUseId: 't1', input: '{"a' }),
        ],
        [['t1', 'read', { a: 1 }]],
      ],
      ['that is never named', call({ toolUseId: 't1', input: '{}', stop: true }), ['malformed: ?']],
      [
        'that is not JSON',
        call({ toolUseId: 't1', name: 'x', input: '{"a":', stop: true }),
        ['malformed: x'],
      ],
      ['that is null', call({ toolUseId: 't1', name: 'x', input: 'null', stop: true }), ['malformed: x']],
      ['that is no object', call({ toolUseId: 't1', name: 'x', input: '[1]', stop: true }), ['malformed: x']],
      [
        'in text and objects at once',
        call(
          { toolUseId: 't1', name: 'x', input: '{"a":1}' },
          { toolUseId: 't1', input: { a: 2 }, stop: true },
        ),
        ['malformed: x'],
      ],
      ['cut off before its end', call({ toolUseId: 't1', name: 'x', input: '{"a":' }), ['cut off: x']],
      [
        'whose end is not marked',
        call({ toolUseId: 't1', name: 'x', input: '{"a":1}' }),
        [['t1', 'x', { a: 1 }]],
      ],
      [
        'without arguments, whose end is not marked',
        call({ toolUseId: 't1', name: 'x', input: {} }),
        [['t1', 'x', {}]],
      ],
      [
        'without arguments and end, of a tool that needs some',
        call({ toolUseId: 't1', name: 'needy', input: {} }),
        ['cut off: needy'],
      ],
      ['without a name, arguments and end', call({ toolUseId: 't1' }), ['cut off: ?']],
      [
        'in snapshots that may go on',
        call({ toolUseId: 't1', name: 'x', input: { a: '1' } }),
        ['cut off: x'],
      ],
      [
        'whose end is not marked beside text',
        [...text('So.'), ...call({ toolUseId: 't1', name: 'x' }), stopReason('TOOL_USE')],
        ['So.', ['t1', 'x', {}]],
      ],
      [
        'whole but for its end, where the model ran out of room',
        [...call({ toolUseId: 't1', name: 'x', input: '{"a":1}' }), stopReason('MAX_TOKENS')],
        ['cut off: x'],
      ],
      [
        'without arguments, where the model ran out of room',
        [...text('So.'), ...call({ toolUseId: 't1', name: 'x' }), stopReason('MAX_TOKENS')],
        ['So.', 'cut off: x'],
      ],
    ];
    for (const [name, steps, expected] of cases) {
      it(`takes one ${name}`, async () => {
        const parts = await partsOf(steps);
        assert.deepEqual(
          parts.map((part) => {
            if (part.kind === 'toolCall') return [part.id, part.name, part.input];
            if (part.kind === 'truncatedCall') return `cut off: ${part.name ?? '?'}`;
            if (part.kind === 'malformedCall') return `malformed: ${part.name ?? '?'}`;
            return part.kind === 'text' ? part.text : part;
          }),
          expected,
        );
      });
    }

    it('says that it was cut off where the service says that the reply is too long', async () => {
      const limit = exceptionFrame('ContentLengthExceededException', 'Too long.');
      const parts = await partsOf(text('So.'), call({ toolUseId: 't1', name: 'x', input: '{"a' }), limit);
      assert.deepEqual(parts.at(-1), { kind: 'truncatedCall', name: 'x' });
    });
  });

  describe('that is not complete', () => {
    const limit = exceptionFrame('ContentLengthExceededException', 'Too long.');

    const ends: Record<string, string> = {
      MAX_TOKENS: 'output-limit',
      MODEL_CONTEXT_WINDOW_EXCEEDED: 'window-full',
      CONTENT_FILTERED: 'filtered',
    };
    for (const [reason, why] of Object.entries(ends)) {
      it(`by the service’s word ${reason} ends in a notice`, async () => {
        assert.deepEqual(await partsOf(text('So'), stopReason(reason), metering(0.1)), [
          { kind: 'text', text: 'So' },
          { kind: 'endedEarly', why },
        ]);
      });
    }

    it('because the service called it too long after it began ends in a notice', async () => {
      assert.deepEqual(await partsOf(text('So'), limit), [
        { kind: 'text', text: 'So' },
        { kind: 'endedEarly', why: 'output-limit' },
      ]);
    });

    it('needs no notice where a call was cut off, which has its own', async () => {
      const cut = call({ toolUseId: 't1', name: 'x', input: '{"a' });
      assert.deepEqual(await partsOf(cut, stopReason('MAX_TOKENS')), [{ kind: 'truncatedCall', name: 'x' }]);
    });

    it('fails where nothing but thinking came', async () => {
      const thought = reasoning(['Hm.'], signature);
      const failures = [
        await failureOf(thought, limit),
        await failureOf(thought, stopReason('MAX_TOKENS')),
        await failureOf(thought, stopReason('CONTENT_FILTERED')),
        await failureOf(stopReason('CONTENT_FILTERED'), closing()),
        await failureOf(stopReason('MODEL_CONTEXT_WINDOW_EXCEEDED')),
        await failureOf(limit),
      ];
      assert.deepEqual(
        failures.map(({ code, reason }) => [code, reason]),
        [
          ['truncated', 'thinking-only'],
          ['truncated', 'thinking-only'],
          ['truncated', 'filtered'],
          ['truncated', 'filtered'],
          ['too-long', 'window-full'],
          ['too-long', undefined],
        ],
      );
    });
  });

  describe('is complete', () => {
    const endings: Record<string, (Step | Step[])[]> = {
      'the usual closing events': closing(),
      'a reason to stop that is usual': [stopReason('END_TURN')],
      'a reason to stop that nobody knows': [stopReason('SOMETHING_NEW')],
      'credits alone, as some accounts get': [metering(0.1)],
      'no closing event at all': [],
    };
    for (const [name, ending] of Object.entries(endings)) {
      it(`with ${name}`, async () => {
        assert.deepEqual(await partsOf(text('So.'), ...ending), [{ kind: 'text', text: 'So.' }]);
      });
    }

    for (const ending of [
      closing(),
      [stopReason('END_TURN')],
      [stopReason('END_TURN'), contextUsage(1)],
      [metering(0.1)],
    ]) {
      for (const [what, more] of Object.entries({
        'half a frame': Buffer.from([0, 0, 1, 0, 0, 0]),
        'bytes that are no frame': Buffer.alloc(64, 0xff),
      })) {
        it(`although ${what} follows ${ending.map((step) => (step.kind === 'event' ? step.type : '')).join(', ')}`, async () => {
          assert.deepEqual(await partsOf(text('So.'), ending, bytes(more)), [{ kind: 'text', text: 'So.' }]);
        });
      }
    }

    it('only where nothing more was said after it was summed up', async () => {
      const failure = await failureOf(closing(), text('And'), bytes(Buffer.from([0, 0, 1, 0])));
      assert.deepEqual([failure.code, failure.reason], ['truncated', 'partial-frame']);
      const exception = await failureOf(
        text('So.'),
        metering(0.1),
        exceptionFrame('ThrottlingException', 'No.'),
      );
      assert.equal(exception.code, 'rate-limited');
    });

    it('with a call, whatever made the model stop', async () => {
      const parts = await partsOf(toolCall('read', {}), stopReason('MAX_TOKENS'));
      assert.deepEqual(
        parts.map(({ kind }) => kind),
        ['toolCall'],
      );
    });
  });

  it('that fails in the middle keeps what came before, and says what the service said', async () => {
    const exception = await failureOf(answers['an exception'] ?? []);
    assert.deepEqual(exception, {
      parts: [{ kind: 'text', text: 'Half' }],
      code: 'capacity',
      reason: 'MODEL_TEMPORARILY_UNAVAILABLE',
      detail: 'Busy.',
    });
    const error = await failureOf(answers['an error frame'] ?? []);
    assert.deepEqual([error.code, error.detail], ['server', 'Oops.']);
  });

  it('counts what it used, or derives it from how full the window is', async () => {
    const counted = (await readSteps(text('Hi'), closing({ input: 5, output: 2, cacheRead: 3 }))).parts.at(
      -1,
    );
    assert.deepEqual(counted?.kind === 'usage' && counted.usage, {
      source: 'counted',
      inputTokens: 8,
      outputTokens: 2,
      cacheReadTokens: 3,
      cacheWriteTokens: 0,
    });
    const derived = (await readSteps(text('Some words of text'), contextUsage(3))).parts.at(-1);
    assert.ok(derived?.kind === 'usage' && derived.usage);
    assert.equal(derived.usage.inputTokens + derived.usage.outputTokens, 0.03 * contextWindow);
  });

  it('says nothing of the cache where the service says nothing of it', async () => {
    const silent = event('metadataEvent', { tokenUsage: { uncachedInputTokens: 5, outputTokens: 2 } });
    for (const step of [silent, contextUsage(3)]) {
      const part = (await readSteps(text('Hi'), step)).parts.at(-1);
      assert.ok(part?.kind === 'usage' && part.usage);
      assert.deepEqual([part.usage.cacheReadTokens, part.usage.cacheWriteTokens], [undefined, undefined]);
    }
  });
});
