import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import type { ChatRequest, ReplyPart } from '../../../src/kiro/chat/conversation';
import { fillerOf, fillerOfJson, Pseudonyms } from '../../../src/kiro/chat/recording/filler';
import { type Recording, Recordings } from '../../../src/kiro/chat/recording/recording';
import { parseSavedRequest, savedRequest } from '../../../src/kiro/chat/recording/savedRequest';
import { metadataLine, turnLine } from '../../../src/vscode/messages/logWords';
import { onePixelPng } from '../../fixtures/conversations';
import { chatOf, connect, modelOf } from '../../fixtures/kiroService';
import { replay } from '../../fixtures/replay';
import type { Method } from '../../simulator/account';
import { accessDenied, highLoad } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';
import {
  breakHere,
  closing,
  exceptionFrame,
  fail,
  reasoning,
  type Step,
  taggedThinking,
  text,
  toolCall,
  toolCallFragments,
  toolCallSnapshots,
} from '../../simulator/steps';

const words = 'My prompt: mail dev@example.com about /home/ana/plan.txt, account 123456789012.';
const answer = 'Ein Gruß an 東京 😀 from the answer.';

describe('a saved request', () => {
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await Simulator.start();
  });
  afterEach(() => simulator.stop());

  const tool = {
    name: 'read_file',
    description: 'Reads the secret plan.',
    inputSchema: {
      type: 'object',
      properties: { path: { type: 'string', enum: ['one plan', 'two plan'] }, lines: { type: 'number' } },
      required: ['path'],
    },
  };
  const full: Partial<ChatRequest> = {
    system: 'A system text about Ana.',
    tools: [tool],
    conversationId: '11111111-2222-4333-8444-555555555555',
  };

  async function recorded(
    steps: (Step | Step[])[],
    {
      method = 'google',
      says = words,
      rest = full,
    }: { method?: Method; says?: string; rest?: Partial<ChatRequest> } = {},
  ) {
    const account = simulator.addAccount({ method, email: 'dev@example.com' });
    const recordings = new Recordings({ now: Date.now });
    const { client } = connect(simulator, account, {
      recordings,
      resending: () => ({ times: 0, delayMs: 0 }),
    });
    simulator.script(...steps.flat());
    const model = modelOf(account, rest.modelId ?? 'claude-opus-4.8');
    const parts: ReplyPart[] = [];
    let failure: unknown;
    try {
      const options = { accountId: account.id, signal: new AbortController().signal };
      for await (const part of client.chat(chatOf(says, rest), model, options)) parts.push(part);
    } catch (error) {
      failure = error;
    }
    const [recording] = recordings.last;
    assert.ok(recording);
    return { recording, parts, failure, saved: savedRequest(recording, '1.0.0') };
  }

  const input = {
    path: '/home/ana/plan.txt',
    lines: 120,
    'dev@example.com': [true, null, 'a "quoted" plan\n'],
  };
  const replies: [string, (Step | Step[])[]][] = [
    ['text', [text('Hello, ', answer), closing()]],
    ['thinking', [reasoning(['I think ', words]), text(answer), closing()]],
    ['thinking between tags', [taggedThinking(['I think ', words]), text(answer), closing()]],
    ['a tool call in fragments', [text('So.'), toolCall('read_file', input, { pieces: 7 }), closing()]],
    ['a tool call in snapshots', [toolCallSnapshots('read_file', [{ path: '/home' }, input]), closing()]],
    [
      'two calls, one of them without its end',
      [
        toolCall('read_file', input),
        toolCallFragments({
          id: 'tooluse_2',
          name: 'read_file',
          fragments: ['{"path": "/home/a'],
          stop: false,
        }),
        closing(),
      ],
    ],
    [
      'arguments that are none',
      [
        toolCallFragments({ id: 'tooluse_3', name: 'read_file', fragments: ['Ana’s ', 'secret'] }),
        text('.'),
        closing(),
      ],
    ],
    [
      'an exception in the stream',
      [text('Half of ', answer), exceptionFrame('ThrottlingException', 'Slow down.')],
    ],
    ['a connection that is lost', [text('Half of ', answer), breakHere()]],
    ['an error response', [fail(accessDenied('User arn:aws:iam::123456789012:user/ana is not allowed.'))]],
    ['an overloaded model', [fail(highLoad())]],
  ];
  for (const [what, steps] of replies) {
    it(`gives the same parts when it is replayed: ${what}`, async () => {
      const { parts, failure, saved } = await recorded(steps);
      const again = await replay(parseSavedRequest(saved));
      assert.deepEqual(again.parts.map(shapeOf), parts.map(shapeOf));
      assert.equal(again.failure?.message, failure instanceof KiroError ? failure.message : undefined);
      assert.deepEqual(again.violations, []);
      assertNothingPersonal(saved);
    });
  }

  for (const method of ['builder-id', 'idc', 'google', 'github', 'external-idp', 'api-key'] as const) {
    it(`holds no token, address, account number, path or word of an account of the kind ${method}`, async () => {
      const { saved } = await recorded([text(answer), closing()], { method });
      assertNothingPersonal(saved);
    });
  }

  it('keeps how large each text and each picture was, and nothing of them', async () => {
    const rest: Partial<ChatRequest> = {
      messages: [
        {
          role: 'user',
          content: [
            { kind: 'text', text: words },
            { kind: 'image', mimeType: 'image/png', bytes: onePixelPng },
          ],
        },
      ],
    };
    const { saved } = await recorded([text(answer), closing()], { rest: { ...full, ...rest } });
    const { request } = parseSavedRequest(saved);
    const [said, picture] = request.messages[0]?.content ?? [];
    assert.ok(said?.kind === 'text' && picture?.kind === 'image');
    assert.equal(said.text.length, words.length);
    assert.equal(picture.bytes.length, onePixelPng.length);
    assert.ok(!saved.includes(Buffer.from(onePixelPng).toString('base64').slice(48)));
  });

  it('is told of in one line that a person can read, without the address', async () => {
    const { recording } = await recorded([
      text(answer),
      closing({ input: 900, output: 100, cacheRead: 2700 }, 1.25),
    ]);
    assert.match(
      turnLine(recording),
      /^Claude Opus 4\.8 \(account .{8}\): 3,600 tokens in, 75% of them from the cache, 100 out, 1\.25 credits, first token after \d+\.\d s, \d+\.\d s in all, 1 attempt, request [\w-]+\.$/,
    );
    assert.match(metadataLine(recording), /"messages":1,"tools":1,.*"conversation":true,"sentBytes":\d+/);
    assertNothingPersonal(turnLine(recording) + metadataLine(recording));
  });

  it('says in its line what ended it', async () => {
    const { recording } = await recorded([fail(accessDenied('No.'))]);
    assert.match(turnLine(recording), /ended by forbidden 403/);
  });

  function assertNothingPersonal(saved: string): void {
    assert.doesNotMatch(saved, /@example|\/home|123456789012|Ana|plan\b|prompt|Gruß|東京/);
    for (const secret of simulator.issuedSecrets) assert.ok(!saved.includes(secret));
  }
});

describe('the requests that are kept', () => {
  const model = { id: 'm', name: 'M', contextWindow: 1, maxOutputTokens: 1, images: false };
  const none = { withoutReasoning: false } as Recording['fallbacks'] & object;

  function kept(sizes: number[]): number[] {
    const recordings = new Recordings({ now: () => 0 });
    for (const size of sizes) {
      const recording = recordings.begin(chatOf('Hi'), model, undefined);
      recording.sent(new Uint8Array(size));
      recording.ended({ usage: undefined, text: '' }, none, undefined);
    }
    return recordings.last.map(({ sentBytes }) => sentBytes);
  }

  it('are the last five', () => assert.deepEqual(kept([1, 2, 3, 4, 5, 6]), [6, 5, 4, 3, 2]));

  it('take eight megabytes at most together', () => {
    const mega = 1024 * 1024;
    assert.deepEqual(kept([3 * mega, 3 * mega + 1, 4 * mega]), [4 * mega, 3 * mega + 1]);
    assert.deepEqual(kept([1, 9 * mega]), []);
  });

  it('have four megabytes of a reply at most, and hold no buffer that is larger than its part', () => {
    const recording = new Recordings({ now: () => 0 }).begin(chatOf('Hi'), model, undefined);
    for (let count = 0; count < 100; count++)
      recording.received(new Uint8Array(1_000_000).subarray(0, 65_536));
    const held = recording.chunks.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    assert.equal(held, 64 * 65_536);
  });
});

describe('a filler', () => {
  it('has the length of its text, in characters and in bytes', () => {
    for (const one of [words, answer, ' \n\t', '', '\ud800 lone', 'ñ€😀']) {
      assert.equal(fillerOf(one).length, one.length);
      assert.equal(Buffer.byteLength(fillerOf(one)), Buffer.byteLength(one));
    }
  });

  it('is JSON where its text was, with as many members', () => {
    const json = '{"aa":1.50,"bb":[true,"x\\"y",-2e3],"cc":{"dd":null}}';
    const filler = fillerOfJson(json, new Pseudonyms());
    assert.equal(filler.length, json.length);
    assert.equal(Object.keys(JSON.parse(filler) as object).length, 3);
  });
});

/** A part without its words. */
function shapeOf(part: ReplyPart): unknown {
  switch (part.kind) {
    case 'text':
    case 'thinking':
    case 'thinkingEnd':
      return {
        ...part,
        text: part.text.length,
        ...('signature' in part ? { signature: Boolean(part.signature) } : {}),
      };
    case 'toolCall':
      return { ...part, input: valueShape(part.input) };
    default:
      return part;
  }
}

function valueShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(valueShape);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(valueShape);
  return value === null ? 'null' : typeof value;
}
