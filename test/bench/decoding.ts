import { Readable } from 'node:stream';
import {
  CodeWhispererStreamingClient,
  GenerateAssistantResponseCommand,
} from '@aws/codewhisperer-streaming-client';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { HttpResponse } from '@smithy/core/protocols';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import { builtInModels, type Model } from '../../src/kiro/account/models';
import { Recordings } from '../../src/kiro/chat/recording/recording';
import { replyParts } from '../../src/kiro/chat/response/replyParts';
import { chatOf } from '../fixtures/kiroService';
import { streamOf } from '../simulator/player';
import { closing, reasoning, type Step, text, toolCall } from '../simulator/steps';
import { cpuOf, expectCount, type Figure, median, ratio, sideBySide } from './measure';

const words = 'The quick brown fox — “jumps” over\n  the lazy dog; '.split(' ');

/** An answer as they come: some reasoning, much text in pieces of a word or two, a tool call. */
function answer(pieces: number): Step[] {
  const piece = (index: number) => `${words[index % words.length]} ${words[(index * 7) % words.length]} `;
  const range = (count: number) => Array.from({ length: count }, (_, index) => piece(index));
  const input = { path: 'src/index.ts', content: range(pieces).join('') };
  return [
    reasoning(range(pieces / 5)),
    range(pieces).map((each) => text(each)),
    toolCall('edit', input, { pieces: pieces / 5 }),
    closing(),
  ].flat(2);
}

/** Decoding an answer of the usual length, and one of 400,000 frames. */
export async function decoding(): Promise<Figure[]> {
  return [
    ...(await decodingOf(answer(2000), 'decode', 21)),
    ...(await decodingOf(answer(287_000), 'decode, 400,000 frames', 3)),
  ];
}

/** Decoding in CPU time per event: ours, AWS's codec in a bare loop, and the official client. */
async function decodingOf(steps: readonly Step[], name: string, rounds: number): Promise<Figure[]> {
  const chunks = steps.map((step) => streamOf([step]));
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const client = officialClient(chunks);

  const perEvent = async (run: () => Promise<number>, events: number, who: string) => {
    const micros = await cpuOf(async () => expectCount(await run(), events, who));
    return micros / steps.length;
  };
  const figures = await sideBySide(
    {
      ours: () => perEvent(() => countOurs(chunks), oursParts(steps), 'Our path'),
      codec: () => perEvent(() => countCodec(chunks, codec), steps.length, 'The codec'),
      official: () => perEvent(() => countOfficial(client), steps.length, 'The official client'),
    },
    rounds,
  );
  return [
    { name: `${name}, ours`, value: median(figures.ours), unit: 'µs CPU/event' },
    { name: `${name}, bare codec loop`, value: median(figures.codec), unit: 'µs CPU/event' },
    { name: `${name}, official client`, value: median(figures.official), unit: 'µs CPU/event' },
    { name: `${name}, ours ÷ codec`, value: ratio(figures.ours, figures.codec), unit: '×', atMost: 1.2 },
    {
      name: `${name}, ours ÷ official`,
      value: ratio(figures.ours, figures.official),
      unit: '×',
      atMost: 0.5,
    },
  ];
}

async function* inTurn(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

// Text and reasoning make a part each, as does a seal, the call and the usage; the fragments and the closing do not.
function oursParts(steps: readonly Step[]): number {
  const shown = steps.filter(
    (step) =>
      step.kind === 'event' && ['assistantResponseEvent', 'reasoningContentEvent'].includes(step.type),
  );
  return shown.length + 2;
}

const [model] = builtInModels as [Model];

/** As in a request: what comes is kept for a report. */
async function countOurs(chunks: readonly Uint8Array[]): Promise<number> {
  let count = 0;
  const recording = new Recordings({ now: () => 0 }).begin(chatOf('Hi'), model, undefined);
  const onChunk = (chunk: Uint8Array) => recording.received(chunk);
  const options = { contextWindow: 200_000, thinking: 'tags' as const, onActivity: () => undefined, onChunk };
  for await (const _part of replyParts(inTurn(chunks), options)) count++;
  return count;
}

/** The least that reading the stream with AWS's codec costs: checked and cut into headers and payload, no more. */
async function countCodec(chunks: readonly Uint8Array[], codec: EventStreamCodec): Promise<number> {
  let count = 0;
  for await (const chunk of inTurn(chunks)) {
    codec.decode(chunk);
    count++;
  }
  return count;
}

async function countOfficial(client: CodeWhispererStreamingClient): Promise<number> {
  const conversationState = {
    currentMessage: { userInputMessage: { content: 'Hi' } },
    chatTriggerType: 'MANUAL' as const,
  };
  const output = await client.send(new GenerateAssistantResponseCommand({ conversationState }));
  let count = 0;
  for await (const _event of output.generateAssistantResponseResponse ?? []) count++;
  return count;
}

/** The official client, given the answer without a network. */
function officialClient(chunks: readonly Uint8Array[]): CodeWhispererStreamingClient {
  const handle = async () => ({
    response: new HttpResponse({
      statusCode: 200,
      headers: { 'content-type': 'application/vnd.amazon.eventstream' },
      body: Readable.from(chunks, { objectMode: false }),
    }),
  });
  return new CodeWhispererStreamingClient({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    token: { token: 'none' },
    requestHandler: { handle },
  });
}
