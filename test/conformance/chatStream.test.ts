/** AWS's own streaming client reads what the simulator says. */
import assert from 'node:assert/strict';
import {
  type ChatResponseStream,
  GenerateAssistantResponseCommand,
  InternalServerException,
} from '@aws/codewhisperer-streaming-client';
import type { SimulatedAccount } from '../simulator/account';
import { streamOf } from '../simulator/player';
import { Simulator } from '../simulator/simulator';
import {
  breakAfter,
  breakHere,
  bytes,
  closing,
  contextUsage,
  endAfter,
  errorFrame,
  event,
  exceptionFrame,
  Gate,
  metering,
  reasoning,
  redactedReasoning,
  type Step,
  stall,
  text,
  textFrom,
  tokenUsage,
  toolCall,
  toolCallFragments,
  toolCallWithoutInput,
  waitAt,
} from '../simulator/steps';
import { ask, clientOf, collect, eventsUntilError } from './officialClient';

describe('A chat answer, read by the official client', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'ada@example.com' });
  });
  afterEach(() => simulator.stop());

  const send = (conversationId?: string) => {
    const request = ask(account);
    if (request.conversationState && conversationId)
      request.conversationState.conversationId = conversationId;
    return clientOf(simulator, account).send(new GenerateAssistantResponseCommand(request));
  };
  async function answer(...script: (Step | Step[])[]): Promise<ChatResponseStream[]> {
    simulator.script(...script);
    const events = await collect(await send());
    simulator.assertDone();
    return events;
  }

  it('carries text, one event per piece', async () => {
    assert.deepEqual(await answer(text('Hel', 'lo, ', 'wörld 🌍')), [
      { assistantResponseEvent: { content: 'Hel' } },
      { assistantResponseEvent: { content: 'lo, ' } },
      { assistantResponseEvent: { content: 'wörld 🌍' } },
    ]);
  });

  it('names the model that wrote a text', async () => {
    assert.deepEqual(await answer(textFrom('claude-opus-5', 'Hi')), [
      { assistantResponseEvent: { content: 'Hi', modelId: 'claude-opus-5' } },
    ]);
  });

  it('carries reasoning and its signature', async () => {
    assert.deepEqual(await answer(reasoning(['Let me ', 'see.'], 'sealed')), [
      { reasoningContentEvent: { text: 'Let me ' } },
      { reasoningContentEvent: { text: 'see.' } },
      { reasoningContentEvent: { signature: 'sealed' } },
    ]);
  });

  it('carries redacted reasoning as bytes', async () => {
    const [redacted] = await answer(redactedReasoning(Buffer.from('opaque').toString('base64')));
    assert.deepEqual(
      Buffer.from(redacted?.reasoningContentEvent?.redactedContent ?? []).toString(),
      'opaque',
    );
  });

  it('carries a tool call in fragments that join to its input', async () => {
    const input = { path: 'src/a.ts', lines: [1, 2], note: 'ünï "quoted"' };
    const events = await answer(toolCall('read_file', input, { id: 'tooluse_1', pieces: 5 }));
    const uses = events.map((part) => part.toolUseEvent);
    assert.deepEqual(uses[0], { toolUseId: 'tooluse_1', name: 'read_file' });
    assert.deepEqual(uses.at(-1), { toolUseId: 'tooluse_1', name: 'read_file', stop: true });
    assert.deepEqual(JSON.parse(uses.map((use) => use?.input ?? '').join('')), input);
    assert.equal(events.length, 7);
  });

  it('carries a tool call without arguments', async () => {
    assert.deepEqual(await answer(toolCallWithoutInput('list_tabs', 'tooluse_2')), [
      { toolUseEvent: { toolUseId: 'tooluse_2', name: 'list_tabs' } },
      { toolUseEvent: { toolUseId: 'tooluse_2', name: 'list_tabs', stop: true } },
    ]);
  });

  it('carries fragments without a name', async () => {
    const events = await answer(
      toolCallFragments({ id: 'tooluse_3', name: 'grep', fragments: ['{"q":', '"x"}'], repeat: 'id' }),
    );
    assert.deepEqual(events[1], { toolUseEvent: { toolUseId: 'tooluse_3', input: '{"q":' } });
  });

  it('carries token usage', async () => {
    const [metadata] = await answer(tokenUsage({ input: 10, output: 5, cacheRead: 100, cacheWrite: 7 }));
    assert.deepEqual(metadata?.metadataEvent?.tokenUsage, {
      uncachedInputTokens: 10,
      outputTokens: 5,
      totalTokens: 122,
      cacheReadInputTokens: 100,
      cacheWriteInputTokens: 7,
    });
  });

  it('carries the context percentage and the credits', async () => {
    assert.deepEqual(await answer(contextUsage(12.5), metering(0.034)), [
      { contextUsageEvent: { contextUsagePercentage: 12.5 } },
      { meteringEvent: { usage: 0.034, unit: 'credit', unitPlural: 'credits' } },
    ]);
  });

  it('carries message metadata', async () => {
    const metadata = { conversationId: 'c-1', utteranceId: 'u-1' };
    assert.deepEqual(await answer(event('messageMetadataEvent', metadata)), [
      { messageMetadataEvent: metadata },
    ]);
  });

  it('carries every other event of the model', async () => {
    const others = {
      codeEvent: { content: 'const a = 1;' },
      codeReferenceEvent: { references: [{ licenseName: 'MIT', url: 'https://example.com' }] },
      supplementaryWebLinksEvent: { supplementaryWebLinks: [{ url: 'https://example.com', title: 'T' }] },
      followupPromptEvent: { followupPrompt: { content: 'And then?' } },
      citationEvent: { target: { location: 3 }, citationLink: 'https://example.com' },
      documentCitationEvent: { source: 'a.pdf', title: 'A' },
      invalidStateEvent: { reason: 'INVALID_TASK_ASSIST_PLAN', message: 'No plan.' },
      dryRunSucceedEvent: {},
    };
    const events = await answer(...Object.entries(others).map(([type, payload]) => event(type, payload)));
    assert.deepEqual(Object.assign({}, ...events), others);
  });

  it('may hold events the client does not know, which it skips', async () => {
    const events = await answer(event('somethingNewEvent', { content: 'no' }), text('yes'));
    assert.deepEqual(events, [{ assistantResponseEvent: { content: 'yes' } }]);
  });

  it('has the conversation id and the request id in its headers', async () => {
    simulator.script(text('Hi'));
    const output = await send('11111111-2222-4333-8444-555555555555');
    await collect(output);
    assert.equal(output.conversationId, '11111111-2222-4333-8444-555555555555');
    assert.match(output.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
  });

  it('arrives event by event, while the rest is still to come', async () => {
    const gate = new Gate();
    simulator.script(text('first'), waitAt(gate), text('second'));
    const output = await send();
    const events = output.generateAssistantResponseResponse?.[Symbol.asyncIterator]();
    assert.deepEqual((await events?.next())?.value, { assistantResponseEvent: { content: 'first' } });
    gate.open();
    assert.deepEqual((await events?.next())?.value, { assistantResponseEvent: { content: 'second' } });
    assert.equal((await events?.next())?.done, true);
  });

  it('can end in the modelled stream error', async () => {
    simulator.script(text('Hi'), exceptionFrame('error', 'It broke.', 'MODEL_TEMPORARILY_UNAVAILABLE'));
    const { events, error } = await eventsUntilError(await send());
    assert.equal(events.length, 1);
    assert.ok(error instanceof InternalServerException);
    assert.equal(error.message, 'It broke.');
    assert.equal(error.reason, 'MODEL_TEMPORARILY_UNAVAILABLE');
  });

  it('can end in an exception that the model does not have', async () => {
    simulator.script(text('Hi'), exceptionFrame('ContentLengthExceededException', 'Too much.'));
    const { events, error } = await eventsUntilError(await send());
    assert.equal(events.length, 1);
    assert.equal(error?.name, 'ContentLengthExceededException');
    assert.match(error.message, /Too much\./);
  });

  it('can end in an error frame', async () => {
    simulator.script(text('Hi'), errorFrame('InternalError', 'Something went wrong.'));
    const { error } = await eventsUntilError(await send());
    assert.equal(error?.name, 'InternalError');
    assert.equal(error.message, 'Something went wrong.');
  });

  it('can break off between two events', async () => {
    simulator.script(text('one', 'two'), breakHere());
    const { events, error } = await eventsUntilError(await send());
    assert.equal(events.length, 2);
    assert.equal(error?.message, 'aborted');
  });

  it('can break off inside an event, of which the client then sees nothing', async () => {
    const whole = [text('one', 'two'), closing()].flat();
    const firstEvent = streamOf(whole.slice(0, 1)).length;
    simulator.script(whole, breakAfter(firstEvent + 9));
    const { events, error } = await eventsUntilError(await send());
    assert.deepEqual(events, [{ assistantResponseEvent: { content: 'one' } }]);
    assert.ok(error);
  });

  it('can end properly inside an event, which the client reports as truncated', async () => {
    simulator.script(text('one', 'two'), endAfter(streamOf(text('one')).length + 9));
    const { events, error } = await eventsUntilError(await send());
    assert.equal(events.length, 1);
    assert.match(error?.message ?? '', /truncated/i);
  });

  it('can hold bytes that no codec made, which the client refuses', async () => {
    const damaged = streamOf(text('Hi'));
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 0xff;
    simulator.script(text('Hi'), bytes(damaged));
    const { error } = await eventsUntilError(await send());
    assert.match(error?.message ?? '', /checksum/i);
  });

  it('tells when the client left before the end', async () => {
    simulator.script(text('Hi'), stall());
    const client = clientOf(simulator, account);
    await client.send(new GenerateAssistantResponseCommand(ask(account)));
    client.destroy();
    const chat = await simulator.waitForChats(1);
    await chat.request.finished;
    assert.ok(chat.request.closedEarlyAt);
  });
});
