import { KiroError } from '../../base/errors';
import { networkError } from '../../base/http';
import { Recent } from '../../base/recent';
import type { Model } from '../account/models';
import type { KiroHttp, Opened } from '../transport/kiroHttp';
import type { ChatRequest, ReplyPart, Usage } from './conversation';
import { buildRequest, nothingOmitted, type Omissions } from './request/buildRequest';
import { explained } from './request/explain';
import type { ReasoningMemory, ReasoningScope } from './request/reasoningMemory';
import { serialize } from './request/serialize';
import { answerParts } from './response/replyParts';
import { firstTokenMs, Silence, type Timeouts } from './timeouts';

export type { Timeouts } from './timeouts';

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

export interface KiroClientDeps {
  http: KiroHttp;
  timeouts: () => Timeouts;
  resending: () => Resending;
  /** Waits before a request is sent again, in milliseconds. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1, so that clients that failed together do not come back together. */
  random: () => number;
  /** The sealed reasoning of earlier answers, which the host forgets. */
  reasoning?: ReasoningMemory | undefined;
  /** Told what the service counted. */
  learn?: (request: ChatRequest, usage: Usage) => void;
  /** The tokens of a request, as far as one can tell; without it, nothing is said where the service says nothing. */
  estimate?: (request: ChatRequest) => number;
}

/** What became of one sending of a request. */
interface Attempt {
  opened: Opened | undefined;
  /** Whether there was any sign of an answer: from then on nothing is sent again. */
  isAnswered: boolean;
}

/** A service that asks for a longer pause than this is answered by telling the person, not by waiting. */
const longestPauseMs = 20_000;

/** The conversation with the service. All state of a request lives in its generator; what is kept is of conversations. */
export class KiroClient {
  /** What was refused in a conversation would be in each of its later requests, and has not to be sent in vain again. */
  private readonly refused = new Recent<Omissions>(100);

  constructor(private readonly deps: KiroClientDeps) {}

  /**
   * Sends a conversation and yields the answer as it arrives. Closing the generator or aborting the signal closes the
   * connection. Resends only before the first sign of an answer: a prompt is never paid for twice. Throws KiroError.
   */
  async *chat(request: ChatRequest, model: Model, options: ChatOptions): AsyncGenerator<ReplyPart> {
    const { times, delayMs } = this.deps.resending();
    const { reasoning } = this.deps;
    const scope = scopeOf(request, model, options);
    const place = scope.conversationId && [scope.accountId, scope.modelId, scope.conversationId].join(' ');
    let omit = (place && this.refused.get(place)) || nothingOmitted;
    let rejected: string | undefined;
    for (let resends = 0; ; ) {
      const attempt: Attempt = { opened: undefined, isAnswered: false };
      try {
        const answer = this.answer(request, model, omit, { ...options, rejected, attempt });
        yield* reasoning?.remembering(scope, answer) ?? answer;
        return;
      } catch (error) {
        if (attempt.isAnswered || !(error instanceof KiroError)) throw error;
        const { opened } = attempt;
        const amended = amend(error, omit);
        if (error.code === 'token-rejected' && opened && !opened.isReplacement) {
          // A token can expire between the service's door and its model.
          rejected = opened.accessToken;
        } else if (amended) {
          if (amended.reasoning) reasoning?.giveUp(scope, request.messages);
          // Thinking is given up answer by answer: what is thought from now on has a seal that holds.
          if (place) this.refused.set(place, { ...amended, reasoning: false });
          omit = amended;
        } else {
          const pauseMs = pauseBefore(error, delayMs * 2 ** resends, this.deps.random());
          if (pauseMs === undefined || resends >= times) throw error;
          resends++;
          await this.deps.sleep(pauseMs, options.signal);
        }
      }
    }
  }

  private async *answer(
    request: ChatRequest,
    model: Model,
    omit: Omissions,
    options: ChatOptions & { rejected: string | undefined; attempt: Attempt },
  ): AsyncGenerator<ReplyPart> {
    const { accountId, signal, rejected, attempt } = options;
    const scope = scopeOf(request, model, options);
    const limits = this.deps.timeouts();
    const silence = new Silence(limits.firstTokenMs ?? firstTokenMs(model), limits.idleMs, limits.totalMs);
    const either = AbortSignal.any([signal, silence.signal]);
    let built: ReturnType<typeof buildRequest> | undefined;
    try {
      attempt.opened = await this.deps.http.open(
        'runtime',
        { accountId, rejected, signal: either },
        (_host, session) => {
          built = buildRequest(request, model, {
            profileArn: session.profileArn,
            origin: 'KIRO_CLI',
            omit,
            recall: (answer) => this.deps.reasoning?.recall(scope, answer),
          });
          return {
            method: 'POST',
            path: '/generateAssistantResponse',
            headers: { 'content-type': 'application/json', accept: 'application/vnd.amazon.eventstream' },
            body: serialize(built.body),
          };
        },
      );
      const chunks = bytesOf(await this.deps.http.stream(attempt.opened, either), either);
      const heard = () => {
        attempt.isAnswered = true;
        silence.broken();
      };
      const { estimate } = this.deps;
      const estimateInput = estimate && (() => estimate(request));
      const parts = answerParts(chunks, { contextWindow: model.contextWindow, estimateInput, onSign: heard });
      for await (const part of parts) {
        if (part.kind === 'usage' && part.usage) this.deps.learn?.(request, part.usage);
        yield part.kind === 'toolCall'
          ? { ...part, name: built?.toolNames.fromWire(part.name) ?? part.name }
          : part;
      }
    } catch (error) {
      throw error instanceof KiroError && built ? explained(error, request, built.body, model) : error;
    } finally {
      silence.end();
    }
  }
}

// Only what reading the socket throws is a lost connection; a bug further up stays a bug. The service had the prompt by
// then, so this is no `network` failure, which would be sent again and might be paid for twice.
async function* bytesOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    const cause = networkError(error, signal);
    if (!(cause instanceof KiroError) || cause.code !== 'network') throw cause;
    throw new KiroError('truncated', { reason: 'connection-lost', detail: cause.reason, cause });
  }
}

function scopeOf(request: ChatRequest, model: Model, { accountId }: ChatOptions): ReasoningScope {
  return { accountId, modelId: model.id, conversationId: request.conversationId };
}

/** What to leave out after a refusal that names it, each at most once. */
function amend(error: KiroError, omit: Omissions): Omissions | undefined {
  if (error.reason === 'INVALID_MODEL_FIELDS' && !omit.modelFields) return { ...omit, modelFields: true };
  if (error.reason === 'THINKING_SIGNATURE_INVALID' && !omit.reasoning) return { ...omit, reasoning: true };
  if (error.reason === 'TOOL_SCHEMA_INVALID' && !omit.awkwardSchemas)
    return { ...omit, awkwardSchemas: true };
  return undefined;
}

/** How long to wait before sending again, in milliseconds; none where sending again would not help. */
function pauseBefore(error: KiroError, usualMs: number, random: number): number | undefined {
  const transient = ['rate-limited', 'capacity', 'server', 'network'].includes(error.code);
  // A day's limit does not pass in seconds; and who took the request and then said nothing may be working on it.
  const isFinal = error.reason === 'DAILY_REQUEST_COUNT' || error.reason === 'UND_ERR_HEADERS_TIMEOUT';
  if (!transient || isFinal) return undefined;
  // Clients that failed together must not come back together: around the usual pause, after one the service asks for.
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= longestPauseMs ? error.retryAfterMs + random * usualMs : undefined;
  }
  // A model that is out of capacity stays so for longer than a host that is busy.
  const pause = (0.5 + random) * (error.code === 'capacity' ? 4 * usualMs : usualMs);
  return Math.min(pause, longestPauseMs);
}
