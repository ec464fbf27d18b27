/**
 * The conversation with the service: this folder has its vocabulary, `request/` what is sent, `response/` what comes back.
 * Nothing here knows of VS Code, of logins, or of any sentence that a person reads. All state of a request lives in its
 * generator; what is kept is of conversations.
 */
import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { Recent } from '../../base/recent';
import type { Model } from '../account/models';
import { continuationOf, mostContinuations } from './continuation';
import type { ChatRequest, ReplyPart } from './conversation';
import { type Exchange, type ExchangeDeps, replyTo } from './exchange';
import type { Recordings } from './recording/recording';
import { sentTools } from './request/buildRequest';
import type { PictureFitter } from './request/pictures/pictureFitter';
import type { ReasoningScope } from './request/reasoningMemory';
import { fallbacksAfter, noFallbacks, type RequestFallbacks } from './request/requestFallbacks';
import { duplicateNames } from './request/tools/wireTools';
import { pauseBefore, type Resending } from './resending';
import { ReplyRecord } from './response/replyRecord';

export interface ChatOptions {
  accountId?: string | undefined;
  signal: AbortSignal;
}

export interface KiroClientDeps extends ExchangeDeps {
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
  logger?: Pick<Logger, 'warn'>;
  /** Keeps what was sent and what came, for the log and for a report. */
  recordings?: Pick<Recordings, 'begin'>;
  /** Makes pictures fit; without it, those that the service does not take are refused. */
  pictures?: Pick<PictureFitter, 'fitted'>;
}

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
    const scope = { accountId: options.accountId, modelId: model.id, conversationId: request.conversationId };
    let asked = await this.withFittedPictures(request, model, options.signal);
    let fallbacks = this.fallbacksOf(scope);
    let before: ReplyRecord | undefined;
    let credits: number | undefined;
    for (let continuations = 0; ; continuations++) {
      const record = new ReplyRecord();
      const recording = this.deps.recordings?.begin(asked, model, scope.accountId);
      let failure: unknown;
      const exchange: Exchange = {
        ...{ request: asked, model, scope, signal: options.signal, record, recording, fallbacks },
        isContinuation: before !== undefined,
        ...{ rejected: undefined, built: undefined, opened: undefined, hasBegun: false },
      };
      try {
        const { first, rest } = await this.begun(exchange);
        try {
          for (const name of exchange.fallbacks.withoutTools.slice(fallbacks.withoutTools.length))
            yield { kind: 'toolLeftOut', name };
          if (!first.done) yield first.value;
          yield* rest;
        } finally {
          await rest.return(undefined);
        }
      } catch (error) {
        failure = error;
        // Where no more was said, what was said before stands, and the person reads that its call was cut off.
        const saidMore = record.text.trim() !== '' || record.calls.length > 0;
        if (!before || saidMore || options.signal.aborted) throw error;
        this.deps.continuation?.onFailed(error);
        yield* endOf(before, credits);
        return;
      } finally {
        recording?.ended(record, exchange.fallbacks, failure);
      }
      fallbacks = exchange.fallbacks;
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

  private async withFittedPictures(
    request: ChatRequest,
    model: Model,
    signal: AbortSignal,
  ): Promise<ChatRequest> {
    const { pictures } = this.deps;
    if (!pictures || !model.images) return request;
    return { ...request, messages: await pictures.fitted(request.messages, signal) };
  }

  private fallbacksOf(scope: ReasoningScope): RequestFallbacks {
    const place = placeOf(scope);
    return (place && this.fallbacks.get(place)) || noFallbacks;
  }

  /** Sends a request until its reply begins, or fails for good. */
  private async begun(exchange: Exchange) {
    const { request, scope, signal } = exchange;
    const place = placeOf(scope);
    this.warnOfDuplicates(request);
    for (let resends = 0; ; ) {
      const rest = replyTo(exchange, this.deps);
      try {
        const first = await rest.next();
        // Thinking is given up reply by reply: what is thought from now on has a signature that holds.
        if (place && exchange.fallbacks !== noFallbacks) {
          this.fallbacks.set(place, { ...exchange.fallbacks, withoutReasoning: false });
        }
        return { first, rest };
      } catch (error) {
        if (exchange.hasBegun || !(error instanceof KiroError)) throw error;
        const { opened, fallbacks, built } = exchange;
        const amended = fallbacksAfter(error, fallbacks, {
          effort: request.effort,
          tools: built ? sentTools(built) : [],
        });
        if (error.code === 'token-rejected' && opened && !opened.isReplacement) {
          // A token can expire between the service's door and its model.
          exchange.rejected = opened.accessToken;
        } else if (amended) {
          if (amended.withoutReasoning) this.deps.reasoning?.giveUp(scope, request.messages);
          const [leftOut] = amended.withoutTools.slice(fallbacks.withoutTools.length);
          if (leftOut !== undefined) {
            const { detail, requestId } = error;
            this.deps.logger?.warn(
              `The tool ${leftOut} is left out: ${detail ?? 'no reason given'} (${requestId}).`,
            );
          }
          exchange.fallbacks = amended;
        } else {
          const pauseMs = pauseBefore(error, resends++, this.deps.resending(), this.deps.random());
          if (pauseMs === undefined) throw error;
          await this.deps.sleep(pauseMs, signal);
        }
        exchange.opened = undefined;
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
}

/** What stands at the end of a reply: the calls that were cut off, and the usage of all its parts. */
function* endOf({ truncatedCalls, usage }: ReplyRecord, credits: number | undefined): Generator<ReplyPart> {
  yield* truncatedCalls;
  if (usage) yield { ...usage, credits };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

function placeOf({ accountId, modelId, conversationId }: ReasoningScope): string | undefined {
  return conversationId && [accountId, modelId, conversationId].join(' ');
}
