import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { imageFacts } from '../../src/kiro/chat/request/pictures/imageFormat';
import { ToolNames } from '../../src/kiro/chat/request/tools/toolNames';
import { screenshotPng } from '../fixtures/png';
import type { SimulatedAccount } from '../simulator/account';
import { modelWithDocuments } from '../simulator/catalog';
import { monthlyLimit, tokenRejected } from '../simulator/httpErrors';
import {
  closing,
  exceptionFrame,
  fail,
  Gate,
  newSignature,
  reasoning,
  stopReason,
  text,
  toolCall,
  toolCallFragments,
  waitAt,
} from '../simulator/steps';
import { changeSetting, model, World } from './world';

const email = 'dev@example.com';
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);
const onePixelBmp = Buffer.from(
  'Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==',
  'base64',
);
type Thinking = { value: string; metadata?: { signature?: string; _completeThinking?: string } };
const ThinkingPart = (vscode as unknown as { LanguageModelThinkingPart: new () => Thinking })
  .LanguageModelThinkingPart;
const { User, Assistant } = vscode.LanguageModelChatMessage;

describe('a chat in the editor', () => {
  let world: World;
  let account: SimulatedAccount;
  let opus: vscode.LanguageModelChat;
  before(async () => {
    world = await World.create();
    account = world.simulator.addAccount({ method: 'google', email });
    account.models.push(modelWithDocuments());
    await world.import(account);
    opus = await model('claude-opus-4.8');
  });
  after(async () => {
    await world.end();
  });
  afterEach(() => {
    world.person.heard();
    world.simulator.assertDone();
  });

  const lastChat = () => world.simulator.chats.at(-1) ?? assert.fail('no chat came');
  async function ask(
    messages: vscode.LanguageModelChatMessage[] = [User('Hi')],
    options: vscode.LanguageModelChatRequestOptions = {},
    token?: vscode.CancellationToken,
    asked = opus,
  ): Promise<unknown[]> {
    const response = await asked.sendRequest(messages, options, token);
    const parts: unknown[] = [];
    for await (const part of response.stream) parts.push(part);
    return parts;
  }
  const textOf = (parts: unknown[]) =>
    parts.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  const failureOf = async (promise: Promise<unknown>): Promise<Error> => {
    const error = await promise.then(
      () => assert.fail('the chat went well'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error);
    return error;
  };

  it('streams text', async () => {
    world.simulator.script(text('Hel', 'lo'), closing());
    assert.equal(textOf(await ask()), 'Hello');
    assert.equal(lastChat().text, 'Hi');
  });

  it('shows thinking as thinking, and signs it in the last part', async () => {
    const signature = newSignature();
    world.simulator.script(reasoning(['Let me ', 'see'], signature), text('Yes'), closing());
    const parts = (await ask()).filter((part): part is Thinking => part instanceof ThinkingPart);
    assert.deepEqual(
      parts.map(({ value }) => value),
      ['Let me ', 'see', ''],
    );
    assert.equal(parts.at(-1)?.metadata?.signature, signature);
    assert.equal(parts.at(-1)?.metadata?._completeThinking, 'Let me see');
  });

  it('reports complete tool calls, and takes their results', async () => {
    const tools = [
      { name: 'mcp.read.file', description: 'Reads', inputSchema: { type: 'object', properties: {} } },
    ];
    const wireName = new ToolNames().toWire('mcp.read.file');
    world.simulator.script(toolCall(wireName, { path: 'a.txt' }), closing());
    const [call] = (await ask([User('Read')], { tools })).filter(
      (part) => part instanceof vscode.LanguageModelToolCallPart,
    );
    assert.ok(call);
    assert.deepEqual([call.name, call.input], ['mcp.read.file', { path: 'a.txt' }]);

    world.simulator.script(text('It says x'), closing());
    // The chat agent marks the ids it hands back.
    const callId = `${call.callId}__vscode-3`;
    const result = new vscode.LanguageModelToolResultPart(callId, [new vscode.LanguageModelTextPart('x')]);
    await ask(
      [
        User('Read'),
        Assistant([new vscode.LanguageModelToolCallPart(callId, call.name, call.input)]),
        User([result]),
      ],
      { tools },
    );
    assert.deepEqual(lastChat().toolResults, [
      { toolUseId: call.callId, content: [{ text: 'x' }], status: 'success' },
    ]);
  });

  it('replays thinking inside a turn exactly as it was signed', async () => {
    const signature = newSignature();
    world.simulator.script(
      reasoning(['Let me ', 'see'], signature),
      toolCall('look', {}, { id: 't1' }),
      closing(),
    );
    const tools = [{ name: 'look', description: 'Looks' }];
    const parts = await ask([User('Look')], { tools });
    world.simulator.script(text('Seen'), closing());
    const answer = parts.filter((part) => !(part instanceof vscode.LanguageModelDataPart));
    await ask(
      [
        User('Look'),
        Assistant(answer as vscode.LanguageModelTextPart[]),
        User([new vscode.LanguageModelToolResultPart('t1', [new vscode.LanguageModelTextPart('ok')])]),
      ],
      { tools },
    );
    const [, reply] = lastChat().history;
    assert.deepEqual(reply?.assistantResponseMessage?.reasoningContent, {
      reasoningText: { text: 'Let me see', signature },
    });
  });

  it('ends with the usage, as the context ring reads it', async () => {
    world.simulator.script(text('Hi'), closing({ input: 100, output: 20, cacheRead: 30 }));
    const last = (await ask()).at(-1);
    assert.ok(last instanceof vscode.LanguageModelDataPart);
    assert.equal(last.mimeType, 'usage');
    assert.deepEqual(JSON.parse(new TextDecoder().decode(last.data)), {
      prompt_tokens: 130,
      completion_tokens: 20,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 30, cache_creation_input_tokens: 0 },
    });
  });

  it('sends images, and notes of the host to nobody', async () => {
    world.simulator.script(text('A pixel'), closing());
    await ask([
      User([
        new vscode.LanguageModelTextPart('What is this?'),
        vscode.LanguageModelDataPart.image(onePixel, 'image/png'),
        vscode.LanguageModelDataPart.text('ephemeral', 'cache_control'),
      ]),
    ]);
    assert.equal(lastChat().text, 'What is this?');
    assert.deepEqual(lastChat().message.images, [
      { format: 'png', source: { bytes: onePixel.toString('base64') } },
    ]);
  });

  it('sends an image of a format the service does not take as one that it does', async () => {
    world.simulator.script(text('A pixel'), closing());
    await ask([User([vscode.LanguageModelDataPart.image(onePixelBmp, 'image/bmp')])]);
    const [image] = lastChat().message.images ?? [];
    assert.equal(image?.format, 'png');
    assert.ok(image.source.bytes.startsWith('iVBORw0KGgo'));
  });

  it('makes a screenshot of twelve megabytes fit', async () => {
    const screenshot = screenshotPng(700, 5_800);
    assert.ok(screenshot.length > 12e6);
    world.simulator.script(text('A long page with a blue title.'), closing());
    await ask([User([vscode.LanguageModelDataPart.image(screenshot, 'image/png')])]);
    const [image, ...others] = lastChat().message.images ?? [];
    const bytes = Buffer.from(image?.source.bytes ?? '', 'base64');
    assert.deepEqual(imageFacts(bytes), { format: 'png', size: { width: 362, height: 3_000 } });
    assert.deepEqual(others, []);
  });

  it('refuses an image that cannot be read, and says which can', async () => {
    const heic = User([vscode.LanguageModelDataPart.image(Buffer.from('....ftypheic'), 'image/heic')]);
    assert.match(
      (await failureOf(ask([heic]))).message,
      /image\/heic are not supported.*PNG, JPEG, GIF, WebP, BMP, or TIFF/,
    );
  });

  describe('about a PDF', () => {
    const pdf = Buffer.from('%PDF-1.4 a page');
    const question = () => {
      const file = new vscode.LanguageModelDataPart(pdf, 'application/pdf');
      return [User([new vscode.LanguageModelTextPart('What does it say?'), file])];
    };

    it('shows it to a model that takes documents', async () => {
      const reader = await model('claude-with-documents');
      world.simulator.script(text('Little.'), closing());
      assert.equal(textOf(await ask(question(), {}, undefined, reader)), 'Little.');
      assert.deepEqual(lastChat().message.documents, [
        { name: 'document-1', format: 'pdf', source: { bytes: pdf.toString('base64') } },
      ]);
    });

    it('is refused in words where the model takes none, and costs nothing', async () => {
      const before = world.simulator.chats.length;
      const error = await failureOf(ask(question()));
      assert.match(error.message, /^This model does not accept PDF files\. /);
      assert.equal(world.simulator.chats.length, before);
    });
  });

  it('tells AWS not to use what it holds, unless the person allows that, and says who asks', async () => {
    for (const _ of ['not', 'allowed']) world.simulator.script(text('Hi.'), closing());
    await ask();
    await changeSetting('shareContentWithAws', true);
    try {
      await ask();
    } finally {
      await changeSetting('shareContentWithAws', undefined);
    }
    const optOuts = world.simulator.chats.slice(-2).map(({ request }) => request.headers);
    assert.deepEqual(
      optOuts.map((headers) => headers['x-amzn-codewhisperer-optout']),
      ['true', 'false'],
    );
    const agents = new Set(world.simulator.received.map(({ headers }) => headers['user-agent']));
    const { version } =
      vscode.extensions.getExtension('kiro-chat-models.kiro-chat-models')?.packageJSON ?? {};
    assert.deepEqual(agents, new Set([`kiro-chat-models/${version} VSCode/${vscode.version}`]));
  });

  it('closes the connection when the person presses stop', async () => {
    const gate = new Gate();
    world.simulator.script(text('Half'), waitAt(gate));
    const source = new vscode.CancellationTokenSource();
    const answer = ask([User('Hi')], {}, source.token);
    await gate.reached;
    source.cancel();
    await failureOf(answer);
    // The answer waits at its gate for ever: nothing but the client ends this request.
    await lastChat().request.finished;
    assert.ok(lastChat().request.closedEarlyAt, 'the connection was closed in the middle');
  });

  it('hands over everything that was written before a failure', async () => {
    for (let time = 0; time < 3; time++) {
      world.simulator.script(
        text('Half ', 'an ', 'answer'),
        exceptionFrame('error', 'The model is busy.', 'MODEL_TEMPORARILY_UNAVAILABLE'),
      );
      const response = await opus.sendRequest([User('Hi')]);
      const parts: unknown[] = [];
      const reading = async () => {
        for await (const part of response.stream) parts.push(part);
      };
      assert.match((await failureOf(reading())).message, /This model is overloaded right now/);
      assert.equal(textOf(parts), 'Half an answer');
    }
  });

  it('says in the answer that the model ran out of room', async () => {
    world.simulator.script(text('So much'), stopReason('MAX_TOKENS'), closing());
    assert.match(textOf(await ask()), /^So much\n\n\*\*The answer reached the model’s limit/);
  });

  it('estimates the usage where the service tells none', async () => {
    world.simulator.script(text('Hi'));
    const last = (await ask([User('word '.repeat(1000))])).at(-1);
    assert.ok(last instanceof vscode.LanguageModelDataPart);
    const { prompt_tokens: tokens } = JSON.parse(new TextDecoder().decode(last.data));
    // The chats before had 1,200 tokens for a word or two: so many, it was learnt, the service adds by itself.
    assert.ok(tokens > 1800 && tokens < 2800, `${tokens} tokens`);
  });

  it('refreshes a token that the service rejects, without a word', async () => {
    world.simulator.script(fail(tokenRejected()));
    world.simulator.script(text('Hi'), closing());
    assert.equal(textOf(await ask()), 'Hi');
    assert.deepEqual(world.person.heard(), []);
    assert.equal(world.simulator.received.filter(({ path }) => path === '/refreshToken').length, 1);
  });

  it('is one conversation to the service from turn to turn, though an extension names none', async () => {
    const instructions = User('You are a gardener.');
    const turns = [
      [instructions, User('When to sow?')],
      [instructions, User('When to sow?'), Assistant('In May.'), User('And to reap?')],
      [instructions, User('When to mow?')],
    ];
    const ids: unknown[] = [];
    for (const messages of turns) {
      world.simulator.script(text('In May.'), closing());
      await ask(messages);
      ids.push(lastChat().conversationId);
    }
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
  });

  it('tells a model three times in a row that its call was cut off, and then stops it', async () => {
    const options = { modelOptions: { _conversationId: '11111111-2222-4333-8444-555555555555' } };
    const cut = toolCallFragments({ id: 't1', name: 'write', fragments: ['{"text":"and so'], stop: false });
    await changeSetting('request.continueCutReplies', false);
    try {
      for (let time = 0; time < 3; time++) {
        world.simulator.script(cut);
        assert.match(textOf(await ask([User('Write')], options)), /call to `write` was cut off/);
      }
      world.simulator.script(cut);
      const { message } = await failureOf(ask([User('Write')], options));
      assert.match(message, /cut off several times in a row/);
    } finally {
      await changeSetting('request.continueCutReplies', undefined);
    }
  });

  it('says of a malformed call what it is, however often, and stops no model for that', async () => {
    const options = { modelOptions: { _conversationId: '11111111-2222-4333-8444-666666666666' } };
    for (let time = 0; time < 5; time++) {
      world.simulator.script(toolCallFragments({ id: 't1', name: 'write', fragments: ['{"text":'] }));
      assert.match(textOf(await ask([User('Write')], options)), /call to `write` was malformed/);
    }
  });

  it('goes on by itself where a call was cut off, and says so in a line', async () => {
    const cut = toolCallFragments({ id: 't1', name: 'write', fragments: ['{"text":"and so'], stop: false });
    world.simulator.script(text('First. '), cut);
    world.simulator.script(text('In parts, then.'), closing());
    const shown = textOf(await ask([User('Write')]));
    assert.match(shown, /^First\. \s+\*The call to `write` was too large .*\*\s+In parts, then\.$/);
  });

  it('says in words why it failed, without a stack', async () => {
    world.simulator.script(fail(monthlyLimit()));
    const error = await failureOf(ask());
    assert.match(
      error.message,
      /used up its Kiro credits or reached a limit\..* Kiro says: “You have reached the limit”/,
    );
    assert.equal(error.stack, '');
    assert.match(world.person.heard()[0] ?? '', /used up its Kiro credits or reached a limit/);
  });

  it('counts tokens of a text and of a message', async () => {
    assert.ok((await opus.countTokens('Hello world')) > 0);
    assert.ok((await opus.countTokens(User('Hello world'))) > 0);
  });
});
