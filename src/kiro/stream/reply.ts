import { KiroError } from '../../base/errors';
import type { ReplyPart, Usage } from '../conversation';
import { estimateTokens } from '../tokens';
import type { ServiceEvent } from './events';
import { type TaggedText, ThinkingTags } from './thinkingTags';
import { ToolCalls } from './toolCalls';

/**
 * Turns the service's events into the parts of one answer, each the moment it is complete, and ends with the usage.
 * `contextWindow` (tokens) is what a context percentage refers to. Throws KiroError `truncated` where the stream ended
 * with neither text nor a call: a turn of thinking alone is no answer.
 */
export async function* reply(
  events: AsyncIterable<ServiceEvent>,
  contextWindow: number,
): AsyncGenerator<ReplyPart> {
  const calls = new ToolCalls();
  let tags: ThinkingTags | undefined = new ThinkingTags();
  let thinking: string | undefined;
  let written = '';
  let answered = false;
  let usage: Usage | undefined;
  let credits: number | undefined;
  let contextPercentage: number | undefined;

  function* endThinking(signature?: string, redacted?: string): Generator<ReplyPart> {
    if (thinking === undefined && !signature && !redacted) return;
    yield {
      kind: 'thinkingEnd',
      text: thinking ?? '',
      ...(signature ? { signature } : {}),
      ...(redacted ? { redacted } : {}),
    };
    thinking = undefined;
  }
  function* show(parts: TaggedText[]): Generator<ReplyPart> {
    for (const part of parts) {
      written += part.text;
      if (part.kind === 'thinking') thinking = (thinking ?? '') + part.text;
      else {
        yield* endThinking();
        answered ||= part.text.trim() !== '';
      }
      yield part;
    }
  }
  function* endText(): Generator<ReplyPart> {
    if (!tags) return;
    yield* show(tags.end());
    yield* endThinking();
  }

  try {
    for await (const event of events) {
      switch (event.kind) {
        case 'text':
          yield* show(tags ? tags.read(event.text) : [{ kind: 'text', text: event.text }]);
          break;
        case 'reasoning':
          // The model reasons natively: tags in its text are text.
          if (tags) yield* endText();
          tags = undefined;
          if (event.text) yield* show([{ kind: 'thinking', text: event.text }]);
          if (event.signature || event.redacted) yield* endThinking(event.signature, event.redacted);
          break;
        case 'toolInput': {
          yield* endText();
          yield* endThinking();
          const call = calls.add(event);
          if (!call) break;
          answered = true;
          if (call.kind === 'toolCall') written += JSON.stringify(call.input);
          yield call;
          break;
        }
        case 'tokens':
          usage = event.usage;
          break;
        case 'credits':
          credits = (credits ?? 0) + event.credits;
          break;
        case 'contextUsage':
          contextPercentage = event.percentage;
          break;
      }
    }
  } catch (error) {
    // A stream that ends inside a call is the service's output limit, which the model can work around when told.
    const cut = error instanceof KiroError && error.code === 'truncated' ? calls.cutOff() : [];
    if (cut.length === 0) throw error;
  }

  yield* endText();
  yield* endThinking();
  for (const call of calls.cutOff()) {
    answered = true;
    yield call;
  }
  if (!answered) {
    throw new KiroError('truncated', { reason: written.trim() ? 'thinking-only' : 'empty-answer' });
  }
  usage ??= derivedUsage(contextPercentage, contextWindow, written);
  yield { kind: 'usage', usage, credits, contextPercentage };
}

// The service's percentage covers the whole exchange (input and output) by its own model's documentation.
function derivedUsage(percentage: number | undefined, window: number, written: string): Usage | undefined {
  if (percentage === undefined) return undefined;
  const outputTokens = estimateTokens(written);
  const total = Math.round((percentage / 100) * window);
  return {
    inputTokens: Math.max(0, total - outputTokens),
    outputTokens,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
  };
}
