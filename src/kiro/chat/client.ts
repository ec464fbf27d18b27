import { KiroError } from '../../base/errors';
import { networkError } from '../../base/http';
import { Recent } from '../../base/recent';
import { thinkingOf } from '../account/effort';
import type { Model } from '../account/models';
import type { KiroHttp, Opened } from '../transport/kiroHttp';
import type { ChatRequest, ReplyPart, Usage } from './conversation';
import { buildRequest, needsInput, noFallbacks, type RequestFallbacks } from './request/buildRequest';
import { explained } from './request/explain';
import type { ReasoningMemory, ReasoningScope } from './request/reasoningMemory';
import { serialize } from './request/serialize';
import { replyParts } from './response/replyParts';
import { firstTokenMs, RequestTimeouts, type Timeouts } from './timeouts';

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
  /** The signed reasoning of earlier replies, which the host forgets. */
  reasoning?: ReasoningMemory | undefined;
  /** Told what the service counted. */
  learn?: (request: ChatRequest, usage: Usage) => void;
  /** The tokens of a request, as far as one can tell; without it, nothing is said where the service says nothing. */
  estimate?: (request: ChatRequest) => number;
}

/** What became of one sending of a request. */
interface Attempt {
  opened: Opened | undefined;
  /** Whether there was any sign of a reply: from then on nothing is sent again. */
  hasBegun: boolean;
}

/** Where the service asks for a longer pause than this, the person is told instead. */
const longestPauseMs = 20_000;

/**
 * The conversation with the service: this folder has its vocabulary, `request/` what is sent, `response/` what comes back.
 * Nothing here knows of VS Code, of logins, or of any sentence that a person reads. All state of a request lives in its
 * generator; what is kept is of conversations.
 */
export class KiroClient {
  /** What was refused in a conversation would be in each of its later requests, and has not to be sent in vain again. */
  private readonly fallbacks = new Recent<RequestFallbacks>(100);

  constructor(private readonly deps: KiroClientDeps) {}

  /**
   * Sends a conversation and yields the reply as it arrives. Closing the generator or aborting the signal closes the
   * connection. Resends only before the first sign of a reply: a prompt is never paid for twice. Throws KiroError.
   */
  async *chat(request: ChatRequest, model: Model, options: ChatOptions): AsyncGenerator<ReplyPart> {
    const { times, delayMs } = this.deps.resending();
    const { reasoning } = this.deps;
    const scope = scopeOf(request, model, options);
    const place = scope.conversationId && [scope.accountId, scope.modelId, scope.conversationId].join(' ');
    let fallbacks = (place && this.fallbacks.get(place)) || noFallbacks;
    let rejected: string | undefined;
    for (let resends = 0; ; ) {
      const attempt: Attempt = { opened: undefined, hasBegun: false };
      try {
        yield* this.reply(request, model, fallbacks, { ...options, rejected, attempt });
        return;
      } catch (error) {
        if (attempt.hasBegun || !(error instanceof KiroError)) throw error;
        const { opened } = attempt;
        const amended = amend(error, fallbacks);
        if (error.code === 'token-rejected' && opened && !opened.isReplacement) {
          // A token can expire between the service's door and its model.
          rejected = opened.accessToken;
        } else if (amended) {
          if (amended.withoutReasoning) reasoning?.giveUp(scope, request.messages);
          // Thinking is given up reply by reply: what is thought from now on has a signature that holds.
          if (place) this.fallbacks.set(place, { ...amended, withoutReasoning: false });
          fallbacks = amended;
        } else {
          const pauseMs = pauseBefore(error, delayMs * 2 ** resends, this.deps.random());
          if (pauseMs === undefined || resends >= times) throw error;
          resends++;
          await this.deps.sleep(pauseMs, options.signal);
        }
      }
    }
  }

  private async *reply(
    request: ChatRequest,
    model: Model,
    fallbacks: RequestFallbacks,
    options: ChatOptions & { rejected: string | undefined; attempt: Attempt },
  ): AsyncGenerator<ReplyPart> {
    const { accountId, signal, rejected, attempt } = options;
    const scope = scopeOf(request, model, options);
    const limits = this.deps.timeouts();
    const timeouts = new RequestTimeouts(
      limits.firstTokenMs ?? firstTokenMs(model),
      limits.idleMs,
      limits.totalMs,
    );
    const record = this.deps.reasoning?.record(scope);
    const either = AbortSignal.any([signal, timeouts.signal]);
    let built: ReturnType<typeof buildRequest> | undefined;
    try {
      attempt.opened = await this.deps.http.open(
        'runtime',
        { accountId, rejected, signal: either },
        (_host, session) => {
          built = buildRequest(request, model, {
            profileArn: session.profileArn,
            origin: 'KIRO_CLI',
            fallbacks,
            recall: (reply) => this.deps.reasoning?.recall(scope, reply),
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
      const onActivity = () => {
        attempt.hasBegun = true;
        timeouts.activity();
      };
      const { estimate } = this.deps;
      const parts = replyParts(chunks, {
        contextWindow: model.contextWindow,
        thinking: thinkingOf(model),
        needsInput: (tool) => built !== undefined && needsInput(built.body, tool),
        estimateInput: estimate && (() => estimate(request)),
        onActivity,
      });
      for await (const part of parts) {
        record?.see(part);
        if (part.kind === 'usage' && part.usage) this.deps.learn?.(request, part.usage);
        yield 'name' in part && part.name !== undefined
          ? { ...part, name: built?.toolNames.fromWire(part.name) ?? part.name }
          : part;
      }
    } catch (error) {
      throw error instanceof KiroError && built ? explained(error, request, built.body, model) : error;
    } finally {
      timeouts.end();
      record?.end();
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

/** What to send differently after an error response that names it, each at most once. */
function amend(error: KiroError, fallbacks: RequestFallbacks): RequestFallbacks | undefined {
  if (error.reason === 'INVALID_MODEL_FIELDS' && !fallbacks.withoutModelFields)
    return { ...fallbacks, withoutModelFields: true };
  if (error.reason === 'THINKING_SIGNATURE_INVALID' && !fallbacks.withoutReasoning)
    return { ...fallbacks, withoutReasoning: true };
  if (error.reason === 'TOOL_SCHEMA_INVALID' && !fallbacks.plainSchemas)
    return { ...fallbacks, plainSchemas: true };
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
