import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Model } from '../../../src/kiro/account/models';
import type { ChatRequest, Content, Message, Tool } from '../../../src/kiro/chat/conversation';
import { buildRequest } from '../../../src/kiro/chat/request/buildRequest';
import { noFallbacks } from '../../../src/kiro/chat/request/requestFallbacks';
import { serialize } from '../../../src/kiro/chat/request/serialize';
import { ToolNames } from '../../../src/kiro/chat/request/tools/toolNames';
import { cutToBytes } from '../../../src/kiro/chat/request/tools/wireTools';
import type { WireRequest } from '../../../src/kiro/chat/request/wire';
import { chatOf, modelOf } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import { checkChat } from '../../simulator/chatRules';
import { defaultLimits } from '../../simulator/limits';
import { ReasoningLedger } from '../../simulator/reasoningLedger';
import type { Received } from '../../simulator/received';
import { Simulator } from '../../simulator/simulator';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);
const text = (value: string): Content => ({ kind: 'text', text: value });
const image: Content = { kind: 'image', mimeType: 'image/png', bytes: png };
const call = (id: string, name = 'read', input = {}): Content => ({ kind: 'toolCall', id, name, input });
const result = (callId: string, value = 'ok'): Content => ({
  kind: 'toolResult',
  callId,
  content: [{ kind: 'text', text: value }],
  isError: false,
});
const user = (...content: Content[]): Message => ({ role: 'user', content });
const assistant = (...content: Content[]): Message => ({ role: 'assistant', content });
const tool = (name: string, rest: Partial<Tool> = {}): Tool => ({
  name,
  description: `Does ${name}`,
  inputSchema: { type: 'object', properties: {} },
  ...rest,
});

describe('a request', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  let opus: Model;
  before(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    opus = modelOf(account, 'claude-opus-4.8');
  });
  after(() => simulator.stop());

  const conversationId = '11111111-2222-4333-8444-555555555555';
  function build(messages: Message[], rest: Partial<ChatRequest> = {}, model = opus) {
    const { body, toolNames } = buildRequest(chatOf(messages, { conversationId, ...rest }), model, {
      profileArn: account.profileArn,
      origin: 'KIRO_CLI',
      fallbacks: noFallbacks,
    });
    return { body: JSON.parse(serialize(body).toString()) as WireRequest, toolNames };
  }
  function rulesBrokenBy(body: WireRequest, ledger = new ReasoningLedger()): string[] {
    const request = {
      headers: { 'content-type': 'application/json' },
      host: 'runtime.us-east-1.kiro.dev',
      body,
    } as Partial<Received> as Received;
    return checkChat(request, account, ledger, defaultLimits).map(({ rule, path }) => `${rule} at ${path}`);
  }
  const stateOf = (body: WireRequest) => body.conversationState;
  const current = (body: WireRequest) => stateOf(body).currentMessage.userInputMessage;

  it('is exactly the official model’s, and nothing more', () => {
    const { body } = build([user(text('Hi'))], { system: 'Be brief.', effort: 'high' });
    assert.deepEqual(body, {
      conversationState: {
        conversationId,
        chatTriggerType: 'MANUAL',
        currentMessage: {
          userInputMessage: {
            content: 'Be brief.\n\nHi',
            modelId: 'claude-opus-4.8',
            origin: 'KIRO_CLI',
            cachePoint: { type: 'default' },
          },
        },
      },
      profileArn: account.profileArn,
      additionalModelRequestFields: {
        output_config: { effort: 'high' },
        thinking: { type: 'adaptive', display: 'summarized' },
      },
    });
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('puts the system text at the head of the first message, where it stays from turn to turn', () => {
    const first = build([user(text('a'))], { system: 'S' }).body;
    const second = build([user(text('a')), assistant(text('b')), user(text('c'))], { system: 'S' }).body;
    assert.equal(current(first).content, 'S\n\na');
    assert.deepEqual(stateOf(second).history?.[0], { userInputMessage: current(first) });
  });

  it('gives every call its result in the next message', () => {
    const { body } = build(
      [user(text('a')), assistant(call('1'), call('2')), user(result('2')), user(result('1'))],
      { tools: [tool('read')] },
    );
    assert.deepEqual(
      current(body).userInputMessageContext?.toolResults?.map(({ toolUseId }) => toolUseId),
      ['1', '2'],
    );
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('says so where a call was never answered', () => {
    const { body } = build([user(text('a')), assistant(call('1')), user(text('stop'))], {
      tools: [tool('read')],
    });
    const [answer] = current(body).userInputMessageContext?.toolResults ?? [];
    assert.equal(answer?.status, 'error');
    assert.match(answer?.content[0]?.text ?? '', /interrupted/);
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('tells calls apart that another model gave the same id', () => {
    const round = [assistant(call('call:0')), user(result('call:0'))];
    const { body } = build([user(text('a')), ...round, ...round], { tools: [tool('read')] });
    assert.deepEqual(rulesBrokenBy(body), []);
    const ids = (stateOf(body).history ?? []).flatMap((message) =>
      'assistantResponseMessage' in message
        ? (message.assistantResponseMessage.toolUses ?? []).map(({ toolUseId }) => toolUseId)
        : [],
    );
    assert.equal(new Set(ids).size, 2);
    assert.ok(ids.every((id) => /^[\w-]+$/.test(id)));
  });

  it('keeps the text of a result that belongs to no call', () => {
    const { body } = build([user(result('gone', 'the answer'))]);
    assert.match(current(body).content, /the answer/);
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('declares tools that only the history knows', () => {
    const { body } = build([user(text('a')), assistant(call('1', 'old_tool')), user(result('1'))]);
    const names = current(body).userInputMessageContext?.tools?.map((one) => one.toolSpecification.name);
    assert.deepEqual(names, ['old_tool']);
  });

  it('shortens names the service refuses, everywhere the same, and finds back', () => {
    const long = `mcp_${'x'.repeat(80)}`;
    const names = [long, 'with.dots', '2nd', 'exactly_ok'];
    const messages = [user(text('a')), assistant(call('1', long)), user(result('1'))];
    const { body, toolNames } = build(messages, { tools: names.map((name) => tool(name)) });
    const wire = current(body).userInputMessageContext?.tools?.map((one) => one.toolSpecification.name) ?? [];
    assert.deepEqual(
      wire.map((name) => toolNames.fromWire(name)),
      names,
    );
    assert.equal(wire.at(-1), 'exactly_ok');
    const [, reply] = stateOf(body).history ?? [];
    assert.ok(reply && 'assistantResponseMessage' in reply);
    assert.equal(reply.assistantResponseMessage.toolUses?.[0]?.name, wire[0]);
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('tells a tool apart that is called like another one’s shortened name', () => {
    const long = `mcp_${'x'.repeat(80)}`;
    const short = new ToolNames().toWire(long);
    const { body, toolNames } = build([user(text('a'))], { tools: [tool(long), tool(short)] });
    const wire = current(body).userInputMessageContext?.tools?.map((one) => one.toolSpecification.name) ?? [];
    assert.deepEqual(
      wire.map((name) => toolNames.fromWire(name)),
      [long, short],
    );
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('has no trace of messages that say nothing', () => {
    const { body } = build([user(text('a')), assistant(text(' \n')), user(text('')), user(text('b'))]);
    assert.equal(stateOf(body).history, undefined);
    assert.equal(current(body).content, 'a\n\nb');
  });

  it('keeps the messages of one side apart by a blank line, and adds nothing inside of one', () => {
    const { body } = build([
      user(text('One '), text('two.')),
      user(text('Three.')),
      assistant(text('A'), text('b.')),
      assistant(text('C.')),
      user(text('Four.\n\n')),
      user(text('Five.')),
    ]);
    const said = [...(body.conversationState.history ?? []), body.conversationState.currentMessage].map(
      (message) =>
        'userInputMessage' in message
          ? message.userInputMessage.content
          : message.assistantResponseMessage.content,
    );
    assert.deepEqual(said, ['One two.\n\nThree.', 'Ab.\n\nC.', 'Four.\n\nFive.']);
  });

  it('takes the first of several results of one call', () => {
    const { body } = build([user(text('a')), assistant(call('1')), user(result('1', 'x'), result('1', 'y'))]);
    const results = current(body).userInputMessageContext?.toolResults;
    assert.deepEqual(
      results?.map(({ content }) => content[0]?.text),
      ['x'],
    );
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('asks for a call where one is required and there is a tool to call', () => {
    const asked = (tools: Tool[]) =>
      current(build([user(text('a'))], { tools, toolMode: 'required' }).body).content;
    assert.equal(asked([tool('read')]), 'a\n\nAnswer with a call of one of the tools.');
    assert.equal(asked([]), 'a');
  });

  it('cuts long descriptions at a character, and never leaves one empty', () => {
    const { body } = build([user(text('a'))], {
      tools: [tool('long', { description: 'ä'.repeat(9000) }), tool('bare', { description: ' ' })],
    });
    const [long, bare] = current(body).userInputMessageContext?.tools ?? [];
    assert.equal(long?.toolSpecification.description, 'ä'.repeat(5000));
    assert.equal(bare?.toolSpecification.description, 'Tool: bare');
  });

  it('cuts a text to bytes without breaking a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (value, max) => {
        const cut = cutToBytes(value.toWellFormed(), max);
        assert.ok(Buffer.byteLength(cut) <= max);
        assert.ok(value.toWellFormed().startsWith(cut));
      }),
    );
  });

  it('gives every schema an object type with properties that its required names have', () => {
    const schemas = [
      {},
      { properties: null, required: null },
      { type: 'object', required: ['x'], $schema: 'y' },
    ];
    const { body } = build([user(text('a'))], {
      tools: schemas.map((inputSchema, index) =>
        tool(`t${index}`, { inputSchema: inputSchema as Tool['inputSchema'] }),
      ),
    });
    for (const { toolSpecification } of current(body).userInputMessageContext?.tools ?? []) {
      assert.deepEqual(toolSpecification.inputSchema.json, { type: 'object', properties: {} });
    }
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('sends pictures, and those inside results beside them', () => {
    const nested: Content = { kind: 'toolResult', callId: '1', content: [image as never], isError: false };
    const { body } = build([user(text('a')), assistant(call('1')), user(nested, image)], {
      tools: [tool('read')],
    });
    assert.deepEqual(
      current(body).images?.map(({ format }) => format),
      ['png', 'png'],
    );
    assert.deepEqual(rulesBrokenBy(body), []);
  });

  it('replays thinking exactly, or not at all', () => {
    const ledger = new ReasoningLedger();
    ledger.sign('thought', 'signed');
    const signed: Content = { kind: 'thinking', text: 'thought', signature: 'signed' };
    const unsigned: Content = { kind: 'thinking', text: 'thought' };
    const reasoningOf = (...content: Content[]) => {
      const { body } = build([user(text('a')), assistant(...content, text('b')), user(text('c'))]);
      assert.deepEqual(rulesBrokenBy(body, ledger), []);
      const [, reply] = stateOf(body).history ?? [];
      assert.ok(reply && 'assistantResponseMessage' in reply);
      return reply.assistantResponseMessage.reasoningContent;
    };
    assert.deepEqual(reasoningOf(signed), { reasoningText: { text: 'thought', signature: 'signed' } });
    assert.equal(reasoningOf(unsigned), undefined);
    assert.equal(reasoningOf(signed, signed), undefined);
  });

  it('asks a model of the tag generation to think, only when that was chosen', () => {
    const sonnet = modelOf(account, 'claude-sonnet-4.5');
    const chosen = build([user(text('a'))], { system: 'S', effort: 'low' }, sonnet).body;
    assert.match(current(chosen).content, /^<thinking_mode>enabled<.*\n\nS\n\na$/);
    assert.equal(chosen.additionalModelRequestFields, undefined);
    assert.equal(current(build([user(text('a'))], { effort: 'none' }, sonnet).body).content, 'a');
  });

  it('is accepted by the service’s rules whatever the conversation was', function () {
    this.timeout(120_000);
    const anyText = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ' ', '\ud800', 'Hi'),
    );
    const id = fc.constantFrom('1', '2', '3');
    const name = fc.oneof(fc.constantFrom('read', 'write', 'a.b', ''), fc.string({ maxLength: 90 }));
    const input = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue());
    const inner = fc.oneof(
      anyText.map((value) => ({ kind: 'text', text: value })),
      fc.constant(image),
    );
    const part: fc.Arbitrary<Content> = fc.oneof(
      anyText.map(text),
      fc.constant(image),
      fc.record({ kind: fc.constant('toolCall'), id, name, input }) as fc.Arbitrary<Content>,
      fc.record({
        kind: fc.constant('toolResult'),
        callId: id,
        content: fc.array(inner, { maxLength: 2 }),
        isError: fc.boolean(),
      }) as fc.Arbitrary<Content>,
      anyText.map((value): Content => ({ kind: 'thinking', text: value })),
    );
    const message = fc.record({
      role: fc.constantFrom<Message['role']>('user', 'assistant'),
      content: fc.array(part, { maxLength: 3 }),
    });
    const offered = fc.record({
      name,
      description: anyText,
      inputSchema: fc.dictionary(
        fc.constantFrom('type', 'properties', 'required', '$schema', 'additionalProperties'),
        fc.constantFrom<unknown>(null, 'object', {}, [], ['x'], { x: { type: 'string' } }),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.array(offered, { maxLength: 4 }),
        anyText,
        (messages, tools, system) => {
          assert.deepEqual(rulesBrokenBy(build(messages, { tools, system }).body), []);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
