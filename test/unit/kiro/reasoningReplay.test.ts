/** Thinking across the turns of a conversation, through the client and back to the service. */
import assert from 'node:assert/strict';
import { KiroClient } from '../../../src/kiro/chat/client';
import type { Content, Message } from '../../../src/kiro/chat/conversation';
import { ReasoningMemory } from '../../../src/kiro/chat/request/reasoningMemory';
import { chatOf, collect, connect, modelOf } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import { inputTooLong, validationError } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';
import { closing, fail, newSignature, reasoning, text, toolCallWithoutInput } from '../../simulator/steps';

const said = (value: string): Content => ({ kind: 'text', text: value });
const why: Message = { role: 'user', content: [said('Why?')] };
const because: Message = { role: 'assistant', content: [said('Because.')] };
const and: Message = { role: 'user', content: [said('And?')] };

describe('the client', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  let ask: (...messages: Message[]) => Promise<unknown>;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    const { client } = connect(simulator, account, { reasoning: new ReasoningMemory() });
    assert.ok(client instanceof KiroClient);
    const model = modelOf(account, 'claude-opus-5');
    ask = (...messages) => {
      const request = chatOf(messages, {
        modelId: model.id,
        conversationId: '11111111-2222-4333-8444-555555555555',
      });
      return collect(client.chat(request, model, { signal: new AbortController().signal }));
    };
  });
  afterEach(async () => {
    simulator.assertDone();
    await simulator.stop();
  });
  const replayed = () =>
    simulator.chats.map(
      ({ history }) => history[1]?.assistantResponseMessage?.reasoningContent !== undefined,
    );

  it('replays thinking that the host dropped from an earlier turn', async () => {
    const signature = newSignature();
    simulator.script(reasoning(['h', 'm'], signature), text('Because.'), closing());
    await ask(why);
    simulator.script(text('So.'), closing());
    await ask(why, because, and);
    assert.deepEqual(simulator.chats[1]?.history[1]?.assistantResponseMessage?.reasoningContent, {
      reasoningText: { text: 'hm', signature },
    });
  });

  it('gives up thinking whose signature the service refused, for the turns to come as well', async () => {
    simulator.script(reasoning(['hm'], newSignature()), text('Because.'), closing());
    await ask(why);
    simulator.script(fail(validationError('THINKING_SIGNATURE_INVALID')));
    simulator.script(text('So.'), closing());
    await ask(why, because, and);
    simulator.script(text('So.'), closing());
    await ask(why, because, and);
    assert.deepEqual(replayed(), [false, true, false, false]);
  });

  it('gives up thinking that the host hands over, once it is refused, for the rounds to come as well', async () => {
    const call = (id: string): Content => ({ kind: 'toolCall', id, name: 'read', input: {} });
    const round = (id: string, ...others: Content[]): Message[] => [
      { role: 'assistant', content: [...others, call(id)] },
      { role: 'user', content: [{ kind: 'toolResult', callId: id, content: [], isError: false }] },
    ];
    const handedOver: Content = { kind: 'thinking', text: 'of another account', signature: newSignature() };
    simulator.expectViolation('thinking-signature');
    simulator.script(reasoning(['hm'], newSignature()), toolCallWithoutInput('read', '2'), closing());
    await ask(why, ...round('1', handedOver));
    simulator.script(text('So.'), closing());
    await ask(why, ...round('1', handedOver), ...round('2'));
    assert.deepEqual(replayed(), [true, false, false]);
    // What is thought from then on is replayed as ever.
    assert.ok(simulator.chats[2]?.history[3]?.assistantResponseMessage?.reasoningContent);
  });

  it('adds to an error response about size what is large', async () => {
    simulator.script(fail(inputTooLong()));
    await assert.rejects(ask(why, because, and), (error: { code?: string; sizes?: { part: string }[] }) => {
      assert.equal(error.code, 'too-long');
      assert.deepEqual(error.sizes?.map(({ part }) => part).sort(), ['history', 'message']);
      return true;
    });
  });

  it('adds to an error response without a reason the skeleton of the request', async () => {
    simulator.script(fail(validationError(null)));
    await assert.rejects(ask(why), (error: { repro?: string }) => {
      assert.match(error.repro ?? '', /"content":"<4>"/);
      return true;
    });
  });
});
