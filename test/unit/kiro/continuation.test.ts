/** What becomes of a reply whose tool call was too large and was cut off. */
import assert from 'node:assert/strict';
import type { ReplyPart } from '../../../src/kiro/chat/conversation';
import { chatOf, collect, connect, modelOf, type ServiceOptions, textOf } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import { inputTooLong, validationError } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';
import {
  breakHere,
  closing,
  fail,
  metering,
  reasoning,
  type Step,
  stopReason,
  text,
  toolCall,
  toolCallFragments,
} from '../../simulator/steps';

describe('a reply whose tool call was cut off', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
  });
  afterEach(() => simulator.stop());

  const tools = [
    { name: 'write', description: 'Writes.', inputSchema: { properties: { text: {} }, required: ['text'] } },
    { name: 'read', description: 'Reads.', inputSchema: {} },
  ];
  const cut = (name = 'write'): Step[] => [
    ...toolCallFragments({ id: `t-${name}`, name, fragments: ['{"text":"and so'], stop: false }),
    stopReason('MAX_TOKENS'),
  ];
  function ask(options: ServiceOptions = { continuation: 'on' }, signal = new AbortController().signal) {
    const { client, ...others } = connect(simulator, account, options);
    const request = chatOf('Write a lot.', { tools, conversationId: 'c-1' });
    return { reply: client.chat(request, modelOf(account, 'claude-opus-4.8'), { signal }), ...others };
  }
  const kindsOf = (parts: ReplyPart[]) => parts.map(({ kind }) => kind);

  it('goes on by itself: the model is told to split the work, and the person reads both as one', async () => {
    simulator.script(text('Writing. '), cut(), metering(0.25));
    simulator.script(
      text('In parts.'),
      toolCall('write', { text: 'a' }),
      closing({ input: 9, output: 2 }, 0.5, 1),
    );
    const { reply, continuations } = ask();
    const parts = await collect(reply);
    assert.deepEqual(kindsOf(parts), ['text', 'continued', 'text', 'toolCall', 'usage']);
    const usage = parts.at(-1);
    assert.ok(usage?.kind === 'usage');
    assert.deepEqual([usage.credits, usage.usage?.inputTokens], [0.75, 9]);
    assert.deepEqual(continuations, [['write', 0.25]]);
    simulator.assertDone();

    const told = simulator.chats[1] ?? assert.fail();
    const said = told.history.at(-1)?.assistantResponseMessage;
    assert.equal(said?.content, 'Writing. ');
    assert.deepEqual(
      said?.toolUses?.map(({ name, input }) => [name, input]),
      [['write', {}]],
    );
    const [result] = told.toolResults;
    assert.equal(result?.status, 'error');
    assert.match(JSON.stringify(result?.content), /cut off .* Split the work into smaller steps/);
  });

  it('goes on twice, and then ends in the notice', async () => {
    for (let time = 0; time < 3; time++) simulator.script(text('Again. '), cut(), metering(0.1));
    const parts = await collect(ask().reply);
    assert.deepEqual(
      kindsOf(parts).filter((kind) => kind !== 'text'),
      ['continued', 'continued', 'truncatedCall', 'usage'],
    );
    simulator.assertDone();
  });

  it('waits for the host where another call of it is complete', async () => {
    simulator.script(toolCall('read', {}), cut());
    const parts = await collect(ask().reply);
    assert.deepEqual(kindsOf(parts), ['toolCall', 'truncatedCall', 'usage']);
    assert.equal(simulator.chats.length, 1);
  });

  it('ends in the notice where the setting is off', async () => {
    simulator.script(text('Writing.'), cut());
    const parts = await collect(ask({}).reply);
    assert.deepEqual(kindsOf(parts), ['text', 'truncatedCall', 'usage']);
    assert.equal(simulator.chats.length, 1);
  });

  it('ends in the notice where the service does not let it go on, and the log has the reason', async () => {
    simulator.script(text('Writing.'), cut(), metering(0.1));
    simulator.script(fail(inputTooLong()));
    const { reply, reported } = ask();
    assert.deepEqual(kindsOf(await collect(reply)), ['text', 'continued', 'truncatedCall', 'usage']);
    assert.match(String(reported[0]), /too-long/);
  });

  for (const [what, steps] of Object.entries({
    nothing: [metering(0.1)],
    'thinking alone': [reasoning(['Hm.'], 'signed'), metering(0.1)],
    'thinking that breaks off': [reasoning(['Hm.'], 'signed'), breakHere()],
  })) {
    it(`ends in the notice where its second part is ${what}, and the log has the reason`, async () => {
      simulator.script(text('Writing.'), cut(), metering(0.1));
      simulator.script(...steps);
      const { reply, reported } = ask();
      const parts = await collect(reply);
      assert.deepEqual(
        kindsOf(parts).filter((kind) => !kind.startsWith('thinking')),
        ['text', 'continued', 'truncatedCall', 'usage'],
      );
      assert.match(String(reported[0]), /truncated/);
    });
  }

  it('knows in its second part what was refused in the first, also where nobody names the conversation', async () => {
    const { client } = connect(simulator, account, { continuation: 'on' });
    const refusal = fail(validationError(null, 'tools.1.custom.input_schema: JSON schema is invalid.'));
    simulator.script(refusal);
    simulator.script(refusal);
    simulator.script(cut());
    simulator.script(text('In parts.'), closing());
    const model = modelOf(account, 'claude-opus-4.8');
    const parts = await collect(
      client.chat(chatOf('Write a lot.', { tools }), model, { signal: new AbortController().signal }),
    );
    assert.deepEqual(kindsOf(parts), ['toolLeftOut', 'continued', 'text', 'usage']);
    assert.deepEqual(
      simulator.chats.at(-1)?.tools.map(({ name }) => name),
      ['write'],
    );
    simulator.assertDone();
  });

  it('fails where its second part breaks off in the middle', async () => {
    simulator.script(cut());
    simulator.script(text('Half'), breakHere());
    await assert.rejects(collect(ask().reply), { code: 'truncated', reason: 'connection-lost' });
  });

  it('gives back the thinking of its first part, and that of no later one', async () => {
    simulator.script(reasoning(['First.'], 'signed 1'), cut());
    simulator.script(reasoning(['Second.'], 'signed 2'), text('Done.'), closing());
    const ends = (await collect(ask().reply)).filter((part) => part.kind === 'thinkingEnd');
    assert.deepEqual(ends, [
      { kind: 'thinkingEnd', text: 'First.', signature: 'signed 1' },
      { kind: 'thinkingEnd', text: 'Second.' },
    ]);
    const { reasoningContent } = simulator.chats[1]?.history.at(-1)?.assistantResponseMessage ?? {};
    assert.deepEqual(reasoningContent, { reasoningText: { text: 'First.', signature: 'signed 1' } });
    simulator.assertDone();
  });

  it('does not go on where the person stopped it', async () => {
    const controller = new AbortController();
    simulator.script(text('Writing.'), cut());
    const parts: ReplyPart[] = [];
    const { reply } = ask({ continuation: 'on' }, controller.signal);
    await assert.rejects(async () => {
      for await (const part of reply) {
        parts.push(part);
        if (part.kind === 'continued') controller.abort();
      }
    });
    assert.equal(textOf(parts), 'Writing.');
    assert.equal(simulator.chats.length, 1);
  });
});
