import { KiroError } from '../base/errors';
import { networkError } from '../base/http';
import type { ChatRequest, ReplyPart } from './conversation';
import type { KiroHttp } from './http';
import type { Model } from './models';
import { buildRequest, nothingOmitted, type Omissions, serialize } from './request/build';
import type { ToolNames } from './request/toolNames';
import { eventsOf, type ServiceEvent } from './stream/events';
import { frames } from './stream/frames';
import { reply } from './stream/reply';

/** In milliseconds. */
export interface Timeouts {
  /** Until anything of the answer is heard. */
  firstTokenMs: number;
  /** Between two signs of the answer. */
  idleMs: number;
  /** For the whole answer, however lively. */
  totalMs: number;
}

/** How a request that met an overloaded service or network is sent again, before its first part. */
export interface Resending {
  times: number;
  /** The first pause, in milliseconds; each next one is twice as long. */
  delayMs: number;
}

export interface ChatOptions {
  accountId?: string | undefined;
  signal: AbortSignal;
}

export interface KiroClientParts {
  http: KiroHttp;
  timeouts: () => Timeouts;
  resending: () => Resending;
  /** Waits before a request is sent again, in milliseconds. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1, so that clients that failed together do not come back together. */
  random: () => number;
}

/** A service that asks for a longer pause than this is answered by telling the person, not by waiting. */
const longestPauseMs = 20_000;

/** The conversation with the service. All state of a request lives in its generator. */
export class KiroClient {
  constructor(private readonly parts: KiroClientParts) {}

  /**
   * Sends a conversation and yields the answer as it arrives. Closing the generator or aborting the signal closes the
   * connection. Resends only before the first part: a prompt is never paid for twice. Throws KiroError.
   */
  async *chat(request: ChatRequest, model: Model, options: ChatOptions): AsyncGenerator<ReplyPart> {
    const { times, delayMs } = this.parts.resending();
    let omit = nothingOmitted;
    for (let resends = 0; ; ) {
      let started = false;
      try {
        for await (const part of this.answer(request, model, omit, options)) {
          started = true;
          yield part;
        }
        return;
      } catch (error) {
        if (started || !(error instanceof KiroError)) throw error;
        const amended = amend(error, omit);
        if (amended) omit = amended;
        else {
          const pauseMs = pauseBefore(error, delayMs * 2 ** resends * (0.5 + this.parts.random()));
          if (pauseMs === undefined || resends >= times) throw error;
          resends++;
          await this.parts.sleep(pauseMs, options.signal);
        }
      }
    }
  }

  private async *answer(
    request: ChatRequest,
    model: Model,
    omit: Omissions,
    { accountId, signal }: ChatOptions,
  ): AsyncGenerator<ReplyPart> {
    const { firstTokenMs, idleMs, totalMs } = this.parts.timeouts();
    const silence = new Silence(firstTokenMs, totalMs);
    const either = AbortSignal.any([signal, silence.signal]);
    let toolNames: ToolNames | undefined;
    try {
      const response = await this.parts.http.open(
        'runtime',
        { accountId, signal: either },
        (_host, session) => {
          const built = buildRequest(request, model, {
            profileArn: session.profileArn,
            origin: 'KIRO_CLI',
            omit,
          });
          toolNames = built.toolNames;
          return {
            method: 'POST',
            path: '/generateAssistantResponse',
            headers: { 'content-type': 'application/json', accept: 'application/vnd.amazon.eventstream' },
            body: serialize(built.body),
          };
        },
      );
      if (!response.body) throw new KiroError('protocol', { reason: 'no-body' });
      for await (const part of reply(
        heard(events(response.body, either), silence, idleMs),
        model.contextWindow,
      )) {
        yield part.kind === 'toolCall'
          ? { ...part, name: toolNames?.fromWire(part.name) ?? part.name }
          : part;
      }
    } finally {
      silence.end();
    }
  }
}

async function* events(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<ServiceEvent> {
  for await (const frame of frames(chunks(body, signal))) yield* eventsOf(frame);
}

// Only what reading the socket throws is a network error; a bug further up stays a bug.
async function* chunks(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw networkError(error, signal);
  }
}

async function* heard(
  source: AsyncIterable<ServiceEvent>,
  silence: Silence,
  idleMs: number,
): AsyncGenerator<ServiceEvent> {
  for await (const event of source) {
    silence.broken(idleMs);
    yield event;
  }
}

/** Ends a request that stays silent, first until anything is heard, then between two events, or that takes too long. */
class Silence {
  private readonly controller = new AbortController();
  private readonly whole: NodeJS.Timeout;
  private timer: NodeJS.Timeout;

  constructor(firstMs: number, totalMs: number) {
    this.timer = this.after(firstMs, 'first-token');
    this.whole = this.after(totalMs, 'total');
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  broken(nextMs: number): void {
    clearTimeout(this.timer);
    this.timer = this.after(nextMs, 'idle');
  }

  /** Also closes the connection, if it is still open. */
  end(): void {
    clearTimeout(this.timer);
    clearTimeout(this.whole);
    this.controller.abort();
  }

  private after(ms: number, reason: string): NodeJS.Timeout {
    return setTimeout(() => this.controller.abort(new KiroError('timeout', { reason })), ms);
  }
}

/** What to leave out after a refusal that names it, each at most once. */
function amend(error: KiroError, omit: Omissions): Omissions | undefined {
  if (error.reason === 'INVALID_MODEL_FIELDS' && !omit.modelFields) return { ...omit, modelFields: true };
  if (error.reason === 'THINKING_SIGNATURE_INVALID' && !omit.reasoning) return { ...omit, reasoning: true };
  return undefined;
}

/** How long to wait before sending again, in milliseconds; none where sending again would not help. */
function pauseBefore(error: KiroError, usualMs: number): number | undefined {
  const transient = ['rate-limited', 'capacity', 'server', 'network'].includes(error.code);
  if (!transient) return undefined;
  // A model that is out of capacity stays so for longer than a host that is busy.
  const pause = error.retryAfterMs ?? (error.code === 'capacity' ? 4 * usualMs : usualMs);
  return pause <= longestPauseMs ? pause : undefined;
}
