import type { SizePart } from '../../base/errors';
import type { ChatRequest, Content, Message } from '../chat/conversation';
import { contentTokens, estimateMessage, estimateTool } from './messageTokens';
import { estimateTokens } from './tokens';

/** From this share of everything on, one tool's result is named by itself. */
const largeShare = 0.2;

/** What a request consists of, in estimated tokens, the largest part first. */
export function sizeBreakdown({ system, messages, tools }: ChatRequest): SizePart[] {
  const history = messages.slice(0, -1);
  const last = messages.slice(-1);
  const attachments = messages.flatMap(attachmentsOf);
  const images = attachments.filter(({ kind }) => kind === 'image');
  const documents = attachments.filter(({ kind }) => kind === 'document');
  const parts: SizePart[] = [
    { part: 'tools', tokens: sum(tools.map(estimateTool)), count: tools.length },
    { part: 'images', tokens: sum(images.map(contentTokens)), count: images.length },
    { part: 'documents', tokens: sum(documents.map(contentTokens)), count: documents.length },
    { part: 'history', tokens: sum(history.map(textTokens)), count: history.length },
    { part: 'message', tokens: sum(last.map(textTokens)), count: last.length },
  ];
  // The instructions stand in the first message.
  const first = parts.find(({ part }) => part === (history.length > 0 ? 'history' : 'message'));
  if (first) first.tokens += estimateTokens(system);
  const result = largestResult(messages);
  if (result && result.tokens >= totalOf(parts) * largeShare) {
    const holder = parts.find(({ part }) => part === (result.isInLast ? 'message' : 'history'));
    if (holder) holder.tokens -= result.tokens;
    parts.push({ part: 'toolResult', tokens: result.tokens, count: 1, name: result.name });
  }
  return parts
    .filter(({ tokens, count }) => tokens > 0 && count > 0)
    .sort((one, other) => other.tokens - one.tokens);
}

/** The tokens of all parts together. */
export function totalOf(parts: readonly SizePart[]): number {
  return sum(parts.map(({ tokens }) => tokens));
}

function largestResult(messages: readonly Message[]) {
  const names = new Map<string, string>();
  const results = messages.flatMap(({ content }, index) =>
    content.flatMap((part) => {
      if (part.kind === 'toolCall') names.set(part.id, part.name);
      if (part.kind !== 'toolResult') return [];
      const tokens = textTokens({ content: [part] });
      return [{ name: names.get(part.callId), tokens, isInLast: index === messages.length - 1 }];
    }),
  );
  return results.sort((one, other) => other.tokens - one.tokens)[0];
}

function textTokens(message: Pick<Message, 'content'>): number {
  return Math.ceil(estimateMessage(message) - sum(attachmentsOf(message).map(contentTokens)));
}

function attachmentsOf({ content }: Pick<Message, 'content'>): Content[] {
  return content
    .flatMap((part): Content[] => (part.kind === 'toolResult' ? part.content : [part]))
    .filter(({ kind }) => kind === 'image' || kind === 'document');
}

const sum = (numbers: number[]): number => numbers.reduce((one, other) => one + other, 0);
