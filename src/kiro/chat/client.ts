import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { Recent } from '../../base/recent';
import { thinkingOf } from '../account/effort';
import type { Model } from '../account/models';
import type { KiroHttp, Opened } from '../transport/kiroHttp';
import { continuationOf, mostContinuations } from './continuation';
import type { ChatRequest, ReplyPart, Usage } from './conversation';
import { type BuiltRequest, buildRequest, needsInput, sentTools } from './request/buildRequest';
import { explained } from './request/explain';
import type { ReasoningMemory, ReasoningScope } from './request/reasoningMemory';
import { fallbacksAfter, noFallbacks, type RequestFallbacks } from './request/requestFallbacks';
import { serialize } from './request/serialize';
import { duplicateNames } from './request/tools/wireTools';
import { pauseBefore, type Resending } from './resending';
import { replyParts } from './response/replyParts';
import { ReplyRecord } from './response/replyRecord';
import { firstTokenMs, RequestTimeouts, type Timeouts } from './timeouts';

export interface ChatOptions {
  accountId?: string | undefined;
  signal: AbortSignal;
}

export interface KiroClientDeps {
  http: KiroHttp;
  timeouts: () => Timeouts;
  resending: () => Resending;
  /** How a reply goes on by itself whose call was cut off; without it, none does. */
  continuation?: {
    mode: () => 'on' | 'off';
    /** Told that the reply goes on, and what its part cost that ended in the cut-off call. */
    onContinued: (tool: string | undefined, credits: number | undefined) => void;
    /** Told why it could not. */
    onFailed: (error: unknown) => void;
  };
  /** Waits before a request is sent again, in milliseconds. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to 1, so that clients that failed together do not come back together. */
  random: () => number;
  /** The signed reasoning of earlier replies, which the host forgets. */
  reasoning?: ReasoningMemory | undefined;
  /** Told what the service counted. */
  learn?: (request: ChatRequest, usage: Usage) => void;
  /** The tokens of a request, as far as one can tell; without it, nothing is said where the service says nothing. */
  estimate?: (request: ChatRequest) => number;
  logger?: Pick<Logger, 'warn'>;
}

/** One sending of a request. */
interface Attempt {
  request: ChatRequest;
  model: Model;
  options: ChatOptions;
  fallbacks: RequestFallbacks;
  /** A token that the service rejected after it had let it in. */
  rejected: string | undefined;
  /** Where the reply goes on that this one continues. */
  isContinuation: boolean;
  /** What became of it. */
  record: ReplyRecord;
  built: BuiltRequest | undefined;
  opened: Opened | undefined;
  /** Whether there was any sign of a reply: from then on nothing is sent again. */
  hasBegun: boolean;
}

/**
 * The conversation with the service: this folder has its vocabulary, `request/` what is sent, `response/` what comes back.
 * Nothing here knows of VS Code, of logins, or of any sentence that a person reads. All state of a request lives in its
 * generator; what is kept is of conversations.
 */
export class KiroClient {
  /** What was rejected in a conversation would be in each of its later requests, and has not to be sent in vain again. */
  private readonly fallbacks = new Recent<RequestFallbacks>(100);

  /** The names of several tools at once, of which the log knows. */
  private readonly duplicates = new Set<string>();

  constructor(private readonly deps: KiroClientDeps) {}

  /**
   * Sends a conversation and yields the reply as it arrives. Closing the generator or aborting the signal closes the
   * connection. A prompt is never paid for twice: nothing is sent again that the service may be at work on. Where a tool
   * call was cut off, the model is told, and goes on in the same reply. Throws KiroError.
   */
  async *chat(request: ChatRequest, model: Model, options: ChatOptions): AsyncGenerator<ReplyPart> {
    let asked = request;
    let before: ReplyRecord | undefined;
    let credits: number | undefined;
    for (let continuations = 0; ; continuations++) {
      const record = new ReplyRecord();
      const attempt = this.firstAttempt(asked, model, options, record, before !== undefined);
      const leftOut = attempt.fallbacks.withoutTools.length;
      try {
        const { first, rest } = await this.begun(attempt);
        try {
          for (const name of attempt.fallbacks.withoutTools.slice(leftOut))
            yield { kind: 'toolLeftOut', name };
          if (!first.done) yield first.value;
          yield* rest;
        } finally {
          await rest.return(undefined);
        }
      } catch (error) {
        // What was said before stands, and the person reads that its call was cut off.
        if (!before || attempt.hasBegun || options.signal.aborted) throw error;
        this.deps.continuation?.onFailed(error);
        yield* endOf(before, credits);
        return;
      }
      credits = sum(credits, record.usage?.credits);
      const isLast = continuations === mostContinuations || this.deps.continuation?.mode() !== 'on';
      const continuation = isLast ? undefined : continuationOf(asked, record);
      if (!continuation) {
        yield* endOf(record, credits);
        return;
      }
      const [cut] = record.truncatedCalls;
      this.deps.continuation?.onContinued(cut?.name, record.usage?.credits);
      yield { kind: 'continued', name: cut?.name };
      asked = continuation;
      before = record;
    }
  }

  private firstAttempt(
    request: ChatRequest,
    model: Model,
    options: ChatOptions,
    record: ReplyRecord,
    isContinuation: boolean,
  ): Attempt {
    const place = placeOf(scopeOf(request, model, options));
    const fallbacks = (place && this.fallbacks.get(place)) || noFallbacks;
    return {
      ...{ request, model, options, fallbacks, record, isContinuation },
      ...{ rejected: undefined, built: undefined, opened: undefined, hasBegun: false },
    };
  }

  /** Sends a request until its reply begins, or fails for good. */
  private async begun(attempt: Attempt) {
    const { request, model, options } = attempt;
    const scope = scopeOf(request, model, options);
    const place = placeOf(scope);
    this.warnOfDuplicates(request);
    for (let resends = 0; ; ) {
      const rest = this.reply(attempt);
      try {
        const first = await rest.next();
        // Thinking is given up reply by reply: what is thought from now on has a signature that holds.
        if (place && attempt.fallbacks !== noFallbacks) {
          this.fallbacks.set(place, { ...attempt.fallbacks, withoutReasoning: false });
        }
        return { first, rest };
      } catch (error) {
        if (attempt.hasBegun || !(error instanceof KiroError)) throw error;
        const { opened, fallbacks, built } = attempt;
        const amended = fallbacksAfter(error, fallbacks, built ? sentTools(built) : []);
        if (error.code === 'token-rejected' && opened && !opened.isReplacement) {
          // A token can expire between the service's door and its model.
          attempt.rejected = opened.accessToken;
        } else if (amended) {
          if (amended.withoutReasoning) this.deps.reasoning?.giveUp(scope, request.messages);
          const [leftOut] = amended.withoutTools.slice(fallbacks.withoutTools.length);
          if (leftOut !== undefined) {
            const { detail, requestId } = error;
            this.deps.logger?.warn(
              `The tool ${leftOut} is left out: ${detail ?? 'no reason given'} (${requestId}).`,
            );
          }
          attempt.fallbacks = amended;
        } else {
          const pauseMs = pauseBefore(error, resends++, this.deps.resending(), this.deps.random());
          if (pauseMs === undefined) throw error;
          await this.deps.sleep(pauseMs, options.signal);
        }
        attempt.opened = undefined;
      }
    }
  }

  private warnOfDuplicates({ tools }: ChatRequest): void {
    for (const name of duplicateNames(tools)) {
      if (this.duplicates.has(name)) continue;
      this.duplicates.add(name);
      this.deps.logger?.warn(`Several tools are called ${name}; the first of them is sent.`);
    }
  }

  /** The parts of one reply but for those that stand at its end, which are on its record. */
  private async *reply(attempt: Attempt): AsyncGenerator<ReplyPart> {
    const { request, model, options, fallbacks, rejected, record, isContinuation } = attempt;
    const { reasoning, estimate, learn } = this.deps;
    const scope = scopeOf(request, model, options);
    const limits = this.deps.timeouts();
    const timeouts = new RequestTimeouts(
      limits.firstTokenMs ?? firstTokenMs(model),
      limits.idleMs,
      limits.totalMs,
    );
    const signal = AbortSignal.any([options.signal, timeouts.signal]);
    let built: BuiltRequest | undefined;
    try {
      attempt.opened = await this.deps.http.open(
        'runtime',
        { accountId: options.accountId, rejected, signal },
        (_host, session) => {
          built = buildRequest(request, model, {
            profileArn: session.profileArn,
            origin: 'KIRO_CLI',
            fallbacks,
            recall: (reply) => reasoning?.recall(scope, reply),
          });
          attempt.built = built;
          return {
            method: 'POST',
            path: '/generateAssistantResponse',
            headers: { 'content-type': 'application/json', accept: 'application/vnd.amazon.eventstream' },
            body: serialize(built.body),
          };
        },
      );
      const parts = replyParts(await this.deps.http.stream(attempt.opened, signal), {
        contextWindow: model.contextWindow,
        thinking: thinkingOf(model),
        needsInput: (tool) => built !== undefined && needsInput(built.body, tool),
        estimateInput: estimate && (() => estimate(request)),
        onActivity: () => {
          if (!attempt.hasBegun) attempt.opened?.confirm();
          attempt.hasBegun = true;
          timeouts.activity();
        },
      });
      for await (const wirePart of parts) {
        const part = built ? built.toolNames.partFromWire(wirePart) : wirePart;
        record.see(part);
        if (part.kind === 'usage') {
          if (part.usage) learn?.(request, part.usage);
        } else if (part.kind === 'thinkingEnd' && isContinuation) {
          // One message of the history has room for one block, and this one's signature covers those before it, too.
          yield { kind: 'thinkingEnd', text: part.text };
        } else if (part.kind !== 'truncatedCall') yield part;
      }
    } catch (error) {
      throw error instanceof KiroError && built ? explained(error, request, built.body, model) : error;
    } finally {
      timeouts.end();
      if (!isContinuation) reasoning?.remember(scope, record);
    }
  }
}

/** What stands at the end of a reply: the calls that were cut off, and the usage of all its parts. */
function* endOf({ truncatedCalls, usage }: ReplyRecord, credits: number | undefined): Generator<ReplyPart> {
  yield* truncatedCalls;
  if (usage) yield { ...usage, credits };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

function scopeOf(request: ChatRequest, model: Model, { accountId }: ChatOptions): ReasoningScope {
  return { accountId, modelId: model.id, conversationId: request.conversationId };
}

function placeOf({ accountId, modelId, conversationId }: ReasoningScope): string | undefined {
  return conversationId && [accountId, modelId, conversationId].join(' ');
}
