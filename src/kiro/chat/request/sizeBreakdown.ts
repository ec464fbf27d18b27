import type { RequestWeight } from '../../../base/errors';
import { estimateTokens } from '../../tokenCount/tokens';
import type { WireMessage, WireRequest, WireToolResult } from './wire';

// Roughly what the models count, whatever the size of the file.
const tokensPerImage = 1_500;
const bytesPerDocumentToken = 27;
/** From this share of everything on, one tool's result is named by itself. */
const largeShare = 0.2;

/** What a request consists of, in estimated tokens, the largest part first. */
export function weigh(body: WireRequest): RequestWeight[] {
  const { history = [], currentMessage } = body.conversationState;
  const messages: WireMessage[] = [...history, currentMessage];
  const users = messages.flatMap((message) =>
    'userInputMessage' in message ? [message.userInputMessage] : [],
  );
  const tools = currentMessage.userInputMessage.userInputMessageContext?.tools ?? [];
  const images = users.flatMap((user) => user.images ?? []);
  const documents = users.flatMap((user) => user.documents ?? []);
  const bytes = sum(documents.map(({ source }) => Buffer.byteLength(source.bytes, 'base64')));

  const largest = largestResult(messages);
  const parts: RequestWeight[] = [
    { part: 'tools', tokens: estimateTokens(JSON.stringify(tools)), count: tools.length },
    { part: 'images', tokens: images.length * tokensPerImage, count: images.length },
    {
      part: 'documents',
      tokens: Math.ceil(bytes / bytesPerDocumentToken),
      count: documents.length,
    },
    { part: 'history', tokens: sum(history.map(textTokens)), count: history.length },
    { part: 'message', tokens: textTokens(currentMessage), count: 1 },
  ];
  const named = largest && largest.tokens >= totalOf(parts) * largeShare ? largest : undefined;
  const without = named?.isCurrent ? 'message' : 'history';
  return parts
    .map((one) => (named && one.part === without ? { ...one, tokens: one.tokens - named.tokens } : one))
    .concat(named ? { part: 'toolResult', tokens: named.tokens, count: 1, name: named.name } : [])
    .filter(({ tokens, count }) => tokens > 0 && count > 0)
    .sort((one, other) => other.tokens - one.tokens);
}

/** The estimated tokens of a whole request. */
export function totalOf(weights: readonly RequestWeight[]): number {
  return sum(weights.map(({ tokens }) => tokens));
}

interface LargeResult {
  name: string | undefined;
  tokens: number;
  isCurrent: boolean;
}

function largestResult(messages: WireMessage[]): LargeResult | undefined {
  const names = new Map(
    messages.flatMap((message) =>
      'assistantResponseMessage' in message
        ? (message.assistantResponseMessage.toolUses ?? []).map((use) => [use.toolUseId, use.name] as const)
        : [],
    ),
  );
  const results = messages.flatMap((message, index) =>
    'userInputMessage' in message
      ? (message.userInputMessage.userInputMessageContext?.toolResults ?? []).map((result) => ({
          name: names.get(result.toolUseId),
          tokens: resultTokens(result),
          isCurrent: index === messages.length - 1,
        }))
      : [],
  );
  return results.sort((one, other) => other.tokens - one.tokens)[0];
}

function textTokens(message: WireMessage): number {
  if ('userInputMessage' in message) {
    const { content, userInputMessageContext } = message.userInputMessage;
    const results = userInputMessageContext?.toolResults ?? [];
    return estimateTokens(content) + sum(results.map(resultTokens));
  }
  const { content, toolUses, reasoningContent } = message.assistantResponseMessage;
  const rest = [toolUses, reasoningContent].map((part) => (part ? JSON.stringify(part) : ''));
  return estimateTokens(content + rest.join(''));
}

function resultTokens({ content }: WireToolResult): number {
  return estimateTokens(content.map(({ text }) => text).join(''));
}

const sum = (numbers: number[]): number => numbers.reduce((one, other) => one + other, 0);
