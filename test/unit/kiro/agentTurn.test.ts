/** What an agent does in an afternoon: many rounds with thinking, many tools with long names, a very long history. */
import assert from 'node:assert/strict';
import type { ChatRequest, Content, Message, Tool } from '../../../src/kiro/chat/conversation';
import { onePixelPng } from '../../fixtures/conversations';
import { chatOf, collect, connect, modelOf } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';
import { closing, newSignature, reasoning, text, toolCall } from '../../simulator/steps';

const said = (value: string): Content => ({ kind: 'text', text: value });
const tools: Tool[] = Array.from({ length: 60 }, (_, index) => ({
  name: `mcp__a.server.with.a.rather.long.name__and_a_tool_whose_name_says_all_it_does_${index}`,
  description: 'Does what its name says. '.repeat(index * 10),
  inputSchema: {
    $defs: { item: { type: 'object', properties: { id: { type: ['string', 'null'] } }, required: null } },
    ...(index % 3 === 0 ? { anyOf: [{ $ref: '#/$defs/item' }, { properties: { all: true } }] } : {}),
    properties: { items: { type: 'array', items: { $ref: '#/$defs/item' } }, mode: null },
    required: ['items', 'gone'],
    additionalProperties: false,
  },
}));

describe('a long turn of an agent', function () {
  this.timeout(60_000);
  let simulator: Simulator;
  let account: SimulatedAccount;
  before(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
  });
  after(() => simulator.stop());

  it('is accepted in every round: 25 calls with thinking, 60 tools, 400,000 tokens, an image', async () => {
    const { client } = connect(simulator, account);
    const model = modelOf(account, 'claude-opus-5');
    // About 400,000 tokens, in messages as long as people's logs are.
    const past = Array.from(
      { length: 40 },
      (_, index): Message => ({
        role: index % 2 === 0 ? 'user' : 'assistant',
        content: [said('A line of a log with the number 12345 in it.\n'.repeat(1_000))],
      }),
    );
    const picture: Content = { kind: 'image', mimeType: 'image/png', bytes: onePixelPng };
    const messages: Message[] = [...past, { role: 'user', content: [said('What is wrong here?'), picture] }];
    for (let round = 0; round < 26; round++) {
      const tool = tools[round] ?? assert.fail();
      const request: ChatRequest = chatOf(messages, {
        modelId: model.id,
        tools,
        effort: 'high',
        conversationId: '11111111-2222-4333-8444-555555555555',
      });
      const wireName = simulator.chats.at(-1)?.tools[round]?.name ?? 'first';
      simulator.script(
        reasoning([`Round ${round}.`], newSignature()),
        round === 0 ? text('Looking.') : toolCall(wireName, { items: [] }),
        closing(),
      );
      const parts = await collect(client.chat(request, model, { signal: new AbortController().signal }));
      const content = parts.flatMap((part): Content[] => {
        if (part.kind === 'toolCall') {
          assert.equal(part.name, tool.name);
          return [part];
        }
        if (part.kind === 'thinkingEnd') return [{ ...part, kind: 'thinking' }];
        return part.kind === 'text' ? [part] : [];
      });
      messages.push({ role: 'assistant', content });
      const calls = content.filter((part) => part.kind === 'toolCall');
      const results = calls.map(
        ({ id }): Content => ({
          kind: 'toolResult',
          callId: id,
          content: [{ kind: 'text', text: 'ok' }],
          isError: false,
        }),
      );
      messages.push({ role: 'user', content: results.length > 0 ? results : [said('Go on.')] });
    }
    simulator.assertDone();
    const last = simulator.chats.at(-1) ?? assert.fail();
    assert.equal(last.tools.length, 60);
    const replayed = last.history.filter(
      ({ assistantResponseMessage }) => assistantResponseMessage?.reasoningContent,
    );
    assert.equal(replayed.length, 25);
    const bytes = simulator.chats.map(({ request }) => request.text.length);
    assert.ok(Math.min(...bytes) > 1_500_000);
  });
});
