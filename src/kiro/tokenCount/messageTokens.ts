import type { ChatRequest, Content, Message, Tool } from '../chat/conversation';
import { estimateTokens } from './tokens';

/** What surrounds a message: its role, and the marks of its beginning and end. */
const perMessage = 4;
/** The names and ids around a call, a result, or a tool's definition. */
const perCall = 12;
const perResult = 10;
const perTool = 14;
/** Models see a picture in tiles, at most about this many tokens of them; the host sends nothing larger. */
const perImage = 1500;
/** A document costs by its pages, which only its size hints at: some 1,500 tokens for 40 KB of PDF. */
const bytesPerDocumentToken = 27;
const minDocumentTokens = 500;
/** A blob of reasoning costs what text costs: about a token for four bytes. */
const bytesPerRedactedToken = 4;

/** A message's rough number of tokens, with everything in it that is sent to the model. */
export function estimateMessage({ content }: Pick<Message, 'content'>): number {
  let tokens = perMessage;
  for (const part of content) tokens += contentTokens(part);
  return tokens;
}

/** A whole request's rough number of tokens: instructions, conversation and tools. */
export function estimateRequest({ system, messages, tools }: ChatRequest): number {
  let tokens = estimateTokens(system);
  for (const message of messages) tokens += estimateMessage(message);
  for (const tool of tools) tokens += estimateTool(tool);
  return Math.ceil(tokens);
}

/** The rough number of tokens of a tool's definition. */
export function estimateTool({ name, description, inputSchema }: Tool): number {
  return Math.ceil(perTool + estimateTokens(name) + estimateTokens(description) + valueTokens(inputSchema));
}

/** The rough number of tokens of one part of a message. */
export function contentTokens(part: Content): number {
  switch (part.kind) {
    case 'text':
      return estimateTokens(part.text);
    case 'thinking':
      // Reasoning without its signature is not sent.
      return part.signature
        ? estimateTokens(part.text)
        : (part.redacted?.length ?? 0) / bytesPerRedactedToken;
    case 'toolCall':
      return Math.ceil(perCall + estimateTokens(part.name) + valueTokens(part.input));
    case 'toolResult': {
      let tokens = perResult;
      for (const inner of part.content) tokens += contentTokens(inner);
      return tokens;
    }
    case 'image':
      return perImage;
    case 'document':
      return Math.ceil(Math.max(minDocumentTokens, part.bytes.length / bytesPerDocumentToken));
  }
}

/** Of a value as JSON, without writing the JSON. */
function valueTokens(value: unknown): number {
  if (typeof value === 'string') return estimateTokens(value);
  if (typeof value !== 'object' || value === null) return 1.6;
  let tokens = 1;
  if (Array.isArray(value)) {
    for (const item of value) tokens += perItem + valueTokens(item);
    return tokens;
  }
  const record = value as Record<string, unknown>;
  for (const key in record) tokens += perItem + perKey + estimateTokens(key) + valueTokens(record[key]);
  return tokens;
}

/** The comma between two values, and the quotes and the colon around a key, less what rounding each text up adds. */
const perItem = 0.5;
const perKey = 0.6;
