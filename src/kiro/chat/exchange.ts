import { requestIdIn } from '../../base/errorResponse';
import { KiroError } from '../../base/errors';
import { thinkingOf } from '../account/effort';
import type { Model } from '../account/models';
import type { KiroHttp, Opened } from '../transport/kiroHttp';
import type { ChatRequest, ReplyPart, Usage } from './conversation';
import type { Recording } from './recording/recording';
import { type BuiltRequest, buildRequest, needsInput } from './request/buildRequest';
import { explained } from './request/explain';
import type { ReasoningMemory, ReasoningScope } from './request/reasoningMemory';
import type { RequestFallbacks } from './request/requestFallbacks';
import { serialize } from './request/serialize';
import { replyParts } from './response/replyParts';
import type { ReplyRecord } from './response/replyRecord';
import { firstTokenMs, RequestTimeouts, type Timeouts } from './timeouts';

export interface ExchangeDeps {
  http: KiroHttp;
  timeouts: () => Timeouts;
  /** The signed reasoning of earlier replies, which the host forgets. */
  reasoning?: ReasoningMemory | undefined;
  /** Told what the service counted. */
  learn?: (request: ChatRequest, usage: Usage) => void;
  /** The tokens of a request, as far as one can tell; without it, nothing is said where the service says nothing. */
  estimate?: (request: ChatRequest) => number;
}

/** A request as it is sent, and what became of it. */
export interface Exchange {
  request: ChatRequest;
  model: Model;
  scope: ReasoningScope;
  signal: AbortSignal;
  fallbacks: RequestFallbacks;
  /** A token that the service rejected after it had let it in. */
  rejected: string | undefined;
  /** Whether its reply goes on where another one was cut off. */
  isContinuation: boolean;
  record: ReplyRecord;
  recording: Recording | undefined;
  built: BuiltRequest | undefined;
  opened: Opened | undefined;
  /** Whether there was any sign of a reply: from then on nothing is sent again. */
  hasBegun: boolean;
}

/**
 * Sends a request once, and gives the parts of its reply but for those that stand at its end, which are on its record.
 * Closing the generator closes the connection. Throws KiroError.
 */
export async function* replyTo(exchange: Exchange, deps: ExchangeDeps): AsyncGenerator<ReplyPart> {
  const { request, model, scope, fallbacks, rejected, record, recording, isContinuation } = exchange;
  const { http, reasoning, estimate, learn } = deps;
  const limits = deps.timeouts();
  const timeouts = new RequestTimeouts(
    limits.firstTokenMs ?? firstTokenMs(model),
    limits.idleMs,
    limits.totalMs,
  );
  const signal = AbortSignal.any([exchange.signal, timeouts.signal]);
  let built: BuiltRequest | undefined;
  try {
    exchange.opened = await http.open(
      'runtime',
      { accountId: scope.accountId, rejected, signal },
      (_host, session) => {
        built = buildRequest(request, model, {
          profileArn: session.profileArn,
          origin: 'KIRO_CLI',
          fallbacks,
          recall: (reply) => reasoning?.recall(scope, reply),
        });
        exchange.built = built;
        const bytes = serialize(built.body);
        recording?.sent(bytes);
        return {
          method: 'POST',
          path: '/generateAssistantResponse',
          headers: { 'content-type': 'application/json', accept: 'application/vnd.amazon.eventstream' },
          body: bytes,
        };
      },
    );
    recording?.opened(exchange.opened.response);
    const parts = replyParts(await http.stream(exchange.opened, signal), {
      contextWindow: model.contextWindow,
      thinking: thinkingOf(model),
      needsInput: (tool) => built !== undefined && needsInput(built.body, tool),
      estimateInput: estimate && (() => estimate(request)),
      onChunk: recording && ((chunk) => recording.received(chunk)),
      onActivity: () => {
        if (!exchange.hasBegun) exchange.opened?.confirm();
        exchange.hasBegun = true;
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
    if (!(error instanceof KiroError)) throw error;
    const named = withRequestId(error, exchange.opened);
    throw built ? explained(named, request, built.body, model) : named;
  } finally {
    timeouts.end();
    if (!isContinuation) reasoning?.remember(scope, record);
  }
}

/** An error that the service told inside of a stream, with the id that the stream came with. */
function withRequestId(error: KiroError, opened: Opened | undefined): KiroError {
  if (!error.isFromService || error.requestId !== undefined || !opened) return error;
  return new KiroError(error.code, {
    ...error,
    cause: error.cause,
    requestId: requestIdIn(opened.response.headers),
  });
}
