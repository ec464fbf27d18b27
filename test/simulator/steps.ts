/** What one scripted answer is made of. Tests read as the answer they stand for: `script(text('Hi'), metering(0.1))`. */
import { randomBytes } from 'node:crypto';
import type { HttpReply } from './reply';

export type Payload = Record<string, unknown>;

export type Step =
  | { kind: 'event'; type: string; payload: Payload }
  | { kind: 'exception'; type: string; payload: Payload }
  | { kind: 'errorFrame'; code: string; message: string }
  /** Anything a codec would not produce: half a frame, a wrong checksum. */
  | { kind: 'bytes'; bytes: Uint8Array }
  /** Instead of a stream. Only as the first step. */
  | { kind: 'httpError'; reply: HttpReply }
  /** No byte after this many leaves; the connection then ends or breaks. */
  | { kind: 'limit'; bytes: number; finally: 'end' | 'break' }
  | { kind: 'break' }
  | { kind: 'gate'; gate: Gate }
  | { kind: 'pause'; ms: number };

/** A point in an answer that waits for the test, and at which the test can wait for the answer. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  /** Settles when everything before the gate has been sent. */
  readonly reached: Promise<void> = this.#reached.promise;
  readonly opened: Promise<void> = this.#opened.promise;

  open(): void {
    this.#opened.resolve();
  }
  arrive(): void {
    this.#reached.resolve();
  }
}

/** Any event, known to the model or not. */
export function event(type: string, payload: Payload): Step {
  return { kind: 'event', type, payload };
}

/** Text deltas, one event each. */
export function text(...pieces: string[]): Step[] {
  return pieces.map((content) => event('assistantResponseEvent', { content }));
}

/** Text deltas that name the model that wrote them, as `auto` does. */
export function textFrom(modelId: string, ...pieces: string[]): Step[] {
  return pieces.map((content) => event('assistantResponseEvent', { content, modelId }));
}

/** Native reasoning: text deltas, then an event with the signature alone. */
export function reasoning(pieces: string[], signature = newSignature()): Step[] {
  return [
    ...pieces.map((piece) => event('reasoningContentEvent', { text: piece })),
    event('reasoningContentEvent', { signature }),
  ];
}

/** Reasoning the service gives only as an opaque base64 blob. */
export function redactedReasoning(redactedContent = randomBytes(48).toString('base64')): Step {
  return event('reasoningContentEvent', { redactedContent });
}

/** Reasoning written into the text by models of the tag generation. */
export function taggedThinking(pieces: string[], tag = 'thinking'): Step[] {
  return text(`<${tag}>`, ...pieces, `</${tag}>\n\n`);
}

/** A signature as the service would issue it. */
export function newSignature(): string {
  return `ErUB${randomBytes(96).toString('base64')}`;
}

/** A tool-call id as the service issues them. */
export function newToolUseId(): string {
  return `tooluse_${randomBytes(16).toString('base64url')}`;
}

export interface ToolCallOptions {
  id?: string;
  /** How many fragments the JSON is cut into. */
  pieces?: number;
}

/** A tool call as it usually comes: the name alone, the input's JSON in fragments, then `stop`. */
export function toolCall(name: string, input: Payload, options: ToolCallOptions = {}): Step[] {
  const { id = newToolUseId(), pieces = 3 } = options;
  return toolCallFragments({ id, name, fragments: cut(JSON.stringify(input), pieces) });
}

/** A call without arguments: no fragment carries any input at all. */
export function toolCallWithoutInput(name: string, id = newToolUseId()): Step[] {
  return toolCallFragments({ id, name, fragments: [] });
}

export interface FragmentOptions {
  id: string;
  name: string;
  /** A string is appended; an object is what some models send: the whole input so far. */
  fragments: (string | Payload)[];
  /** Whether the first event carries only the name. */
  opening?: 'name only' | 'none' | 'with an empty object';
  /** Some streams name the tool, or even the call, in its first event only. */
  repeat?: 'id and name' | 'id' | 'nothing';
  /** Without it the call is cut short: the model ran out of room. */
  stop?: boolean;
}

/** A tool call in exactly these fragments. */
export function toolCallFragments(options: FragmentOptions): Step[] {
  const { id, name, fragments, opening = 'name only', repeat = 'id and name', stop = true } = options;
  const payloads: Payload[] = [
    ...(opening === 'name only' ? [{}] : opening === 'with an empty object' ? [{ input: {} }] : []),
    ...fragments.map((input) => ({ input })),
    ...(stop ? [{ stop: true }] : []),
  ];
  const whose: Payload =
    repeat === 'id and name' ? { toolUseId: id, name } : repeat === 'id' ? { toolUseId: id } : {};
  return payloads.map((payload, index) =>
    event('toolUseEvent', { ...(index === 0 ? { toolUseId: id, name } : whose), ...payload }),
  );
}

/** A tool call whose input comes as growing snapshots instead of fragments. */
export function toolCallSnapshots(name: string, snapshots: Payload[], id = newToolUseId()): Step[] {
  return toolCallFragments({ id, name, fragments: snapshots, opening: 'with an empty object' });
}

export interface TokenCounts {
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite?: number;
}

/** `metadataEvent` with the tokens of this answer. `input` is what was neither read from nor written to the cache. */
export function tokenUsage({ input, output, cacheRead = 0, cacheWrite = 0 }: TokenCounts): Step {
  return event('metadataEvent', {
    tokenUsage: {
      uncachedInputTokens: input,
      outputTokens: output,
      totalTokens: input + output + cacheRead + cacheWrite,
      cacheReadInputTokens: cacheRead,
      cacheWriteInputTokens: cacheWrite,
    },
  });
}

/** Why the model stopped: `END_TURN`, `TOOL_USE`, `MAX_TOKENS`… Not every account is told. */
export function stopReason(reason: string): Step {
  return event('metadataEvent', { stopReason: reason });
}

/** How full the model's context window is now, 0 to 100. */
export function contextUsage(percentage: number): Step {
  return event('contextUsageEvent', { contextUsagePercentage: percentage });
}

/** The credits this answer cost. */
export function metering(credits: number): Step {
  return event('meteringEvent', { usage: credits, unit: 'credit', unitPlural: 'credits' });
}

/** The end of a usual answer, in the order seen live: tokens, context, credits. */
export function closing(
  tokens: TokenCounts = { input: 1200, output: 40 },
  credits = 0.05,
  percentage = 0.62,
): Step[] {
  return [tokenUsage(tokens), contextUsage(percentage), metering(credits)];
}

/** A modelled exception inside a 200 answer; the union's own member is called `error`. */
export function exceptionFrame(type: string, message: string, reason?: string): Step {
  return { kind: 'exception', type, payload: { message, ...(reason === undefined ? {} : { reason }) } };
}

/** An error outside the model inside a 200 answer. */
export function errorFrame(code: string, message: string): Step {
  return { kind: 'errorFrame', code, message };
}

/** Raw bytes in the middle of the stream. */
export function bytes(raw: Uint8Array): Step {
  return { kind: 'bytes', bytes: raw };
}

/** This HTTP error instead of a stream. */
export function fail(reply: HttpReply): Step {
  return { kind: 'httpError', reply };
}

/** The connection breaks here. */
export function breakHere(): Step {
  return { kind: 'break' };
}

/** The connection breaks after this many bytes of the stream, wherever that is. */
export function breakAfter(count: number): Step {
  return { kind: 'limit', bytes: count, finally: 'break' };
}

/** The stream ends properly after this many bytes, wherever that is. */
export function endAfter(count: number): Step {
  return { kind: 'limit', bytes: count, finally: 'end' };
}

/** Waits here until the test opens the gate, or the client goes away. */
export function waitAt(gate: Gate): Step {
  return { kind: 'gate', gate };
}

/** Says nothing more until the client goes away. */
export function stall(): Step {
  return waitAt(new Gate());
}

/** Waits this long in real time. For demonstrations; tests use a gate. */
export function pause(ms: number): Step {
  return { kind: 'pause', ms };
}

function cut(whole: string, pieces: number): string[] {
  const size = Math.max(1, Math.ceil(whole.length / pieces));
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
    whole.slice(i * size, (i + 1) * size),
  );
}
