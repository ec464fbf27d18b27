import { KiroError } from '../../../base/errors';
import type { Model } from '../../account/models';
import { sizeBreakdown, totalOf } from '../../tokenCount/sizeBreakdown';
import type { ChatRequest } from '../conversation';
import { limits } from './limits';
import { reproOf } from './repro';
import type { WireRequest } from './wire';

/** The service calls many requests malformed that are merely too large; from this share of the window on, that is likelier. */
const nearlyFull = 0.75;

/**
 * An error response with what the request itself tells about it: the skeleton of what was sent, or what is large in it.
 * A 400 of which the service gave no reason is `too-long` where the request nearly fills the window, or has a part longer
 * than any may be. Other failures stay as they are.
 */
export function explained(
  error: KiroError,
  request: ChatRequest,
  body: WireRequest,
  model: Model,
): KiroError {
  if (error.code === 'too-long') return withFacts(error, { sizes: sizeBreakdown(request) });
  if (error.code !== 'bad-request' || error.status !== 400) return error;
  const repro = reproOf(body);
  const sizes = sizeBreakdown(request);
  const isLarge = totalOf(sizes) >= nearlyFull * model.contextWindow || hasOversizedPart(body);
  if (error.reason !== undefined || !isLarge) return withFacts(error, { repro });
  return withFacts(error, { code: 'too-long', reason: 'PROBABLY_TOO_LONG', sizes, repro });
}

function hasOversizedPart({ conversationState: { history = [], currentMessage } }: WireRequest): boolean {
  const users = [...history, currentMessage].flatMap((message) =>
    'userInputMessage' in message ? [message.userInputMessage] : [],
  );
  const results = users.flatMap(({ userInputMessageContext: context }) => context?.toolResults ?? []);
  return (
    history.length > limits.historyEntries ||
    users.some(({ content }) => content.length > limits.userMessageChars) ||
    results.some(({ content }) => content.some(({ text }) => text.length > limits.toolResultChars))
  );
}

function withFacts(
  error: KiroError,
  facts: Partial<Pick<KiroError, 'code' | 'reason' | 'sizes' | 'repro'>>,
): KiroError {
  return new KiroError(facts.code ?? error.code, { ...error, cause: error.cause, ...facts });
}
