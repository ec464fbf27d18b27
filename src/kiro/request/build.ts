import { randomUUID } from 'node:crypto';
import type { ChatRequest, Content, Image, Text, Thinking } from '../conversation';
import { effortFields, effortTags } from '../effort';
import type { Model } from '../models';
import { ToolNames } from './toolNames';
import { wireTools } from './tools';
import { type Turn, turnsOf } from './turns';
import type {
  WireAssistantMessage,
  WireImage,
  WireMessage,
  WireRequest,
  WireToolResult,
  WireUserMessage,
} from './wire';

/** What the service once refused for this request, and is therefore left out when it is sent again. */
export interface Omissions {
  /** Effort and thinking fields. */
  modelFields: boolean;
  /** Reasoning of earlier answers. */
  reasoning: boolean;
}
export const nothingOmitted: Omissions = { modelFields: false, reasoning: false };

/** The service's name for a client of the command line kind; it decides which models an account is offered. */
export type RequestOrigin = 'KIRO_CLI' | 'AI_EDITOR';

// The service refuses messages without content; these stand where a message has only results, pictures or calls.
const resultsOnly = 'Tool results:';
const imagesOnly = 'See the attached images.';
const callsOnly = ' ';
const thinkingOnly = '(thinking)';
const nothing = 'Continue.';

/** A request inside the official model, and the way back from its tool names. Pure: the same input, the same bytes. */
export function buildRequest(
  request: ChatRequest,
  model: Model,
  options: { profileArn?: string | undefined; origin: RequestOrigin; omit: Omissions },
): { body: WireRequest; toolNames: ToolNames } {
  const toolNames = new ToolNames();
  const turns = turnsOf(request.messages);
  const tools = wireTools(request.tools, turns, toolNames);
  const tags = options.omit.modelFields ? undefined : effortTags(model.effort, request.effort);
  const system = [tags, request.system].filter(Boolean).join('\n\n');

  const messages = turns.map((turn, index): WireMessage => {
    if (turn.role === 'assistant') {
      return { assistantResponseMessage: assistantMessage(turn, toolNames, options.omit.reasoning) };
    }
    const head = index === 0 ? system : '';
    return { userInputMessage: userMessage(turn, head, model.id, options.origin) };
  });
  const last = messages.pop();
  const current =
    last && 'userInputMessage' in last
      ? last.userInputMessage
      : userMessage({ role: 'user', content: [] }, system, model.id, options.origin);
  if (tools.length > 0) current.userInputMessageContext = { ...current.userInputMessageContext, tools };

  const fields = options.omit.modelFields ? undefined : effortFields(model.effort, request.effort);
  return {
    toolNames,
    body: {
      conversationState: {
        conversationId: request.conversationId ?? randomUUID(),
        chatTriggerType: 'MANUAL',
        currentMessage: { userInputMessage: current },
        ...(messages.length > 0 ? { history: messages } : {}),
      },
      ...(options.profileArn ? { profileArn: options.profileArn } : {}),
      ...(fields ? { additionalModelRequestFields: fields } : {}),
    },
  };
}

/** The request as JSON. Lone surrogates, which no JSON parser there accepts, become replacement characters. */
export function serialize(body: WireRequest): string {
  return JSON.stringify(body, (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
}

function userMessage(turn: Turn, head: string, modelId: string, origin: string): WireUserMessage {
  const results = turn.content.filter((part) => part.kind === 'toolResult');
  // The wire has no place for pictures inside a result: they go beside it.
  const images = [...turn.content, ...results.flatMap((result) => result.content)]
    .filter(isImage)
    .map(wireImage);
  const text = [head, ...turn.content.filter(isText).map((part) => part.text)].filter(Boolean).join('\n\n');
  const placeholder = results.length > 0 ? resultsOnly : images.length > 0 ? imagesOnly : nothing;
  return {
    content: text.trim() ? text : placeholder,
    modelId,
    origin,
    ...(images.length > 0 ? { images } : {}),
    ...(results.length > 0 ? { userInputMessageContext: { toolResults: results.map(wireResult) } } : {}),
  };
}

function assistantMessage(turn: Turn, names: ToolNames, omitReasoning: boolean): WireAssistantMessage {
  const calls = turn.content.filter((part) => part.kind === 'toolCall');
  const text = turn.content
    .filter(isText)
    .map((part) => part.text)
    .join('');
  const reasoning = omitReasoning ? undefined : reasoningContent(turn.content);
  return {
    content: text.trim() ? text : calls.length > 0 ? callsOnly : thinkingOnly,
    ...(calls.length > 0
      ? {
          toolUses: calls.map((call) => ({
            toolUseId: call.id,
            name: names.toWire(call.name),
            input: withoutEmptyKeys(call.input),
          })),
        }
      : {}),
    ...(reasoning ? { reasoningContent: reasoning } : {}),
  };
}

// Reasoning is sealed: replayed exactly, or not at all. The wire has room for one block a message.
function reasoningContent(content: Content[]): WireAssistantMessage['reasoningContent'] {
  const [block, ...others] = content.filter((part): part is Thinking => part.kind === 'thinking');
  if (!block || others.length > 0) return undefined;
  if (block.redacted) return { redactedContent: block.redacted };
  return block.signature && block.text
    ? { reasoningText: { text: block.text, signature: block.signature } }
    : undefined;
}

function wireResult(result: Extract<Content, { kind: 'toolResult' }>): WireToolResult {
  const text = result.content
    .filter(isText)
    .map((part) => part.text)
    .join('\n');
  const placeholder = result.content.some(isImage) ? '(an image, attached to this message)' : '(no output)';
  return {
    toolUseId: result.callId,
    content: [{ text: text.trim() ? text : placeholder }],
    status: result.isError ? 'error' : 'success',
  };
}

const formats: Readonly<Record<string, WireImage['format']>> = {
  'image/gif': 'gif',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** True for a picture in a format the service takes. */
export function isSupportedImage(mimeType: string): boolean {
  return mimeType in formats;
}

function wireImage(image: Image): WireImage {
  const format = formats[image.mimeType];
  if (!format) throw new TypeError(`not a supported image type: ${image.mimeType}`);
  return { format, source: { bytes: Buffer.from(image.bytes).toString('base64') } };
}

// Seen refused, at any depth: an object key that is the empty string.
function withoutEmptyKeys<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutEmptyKeys) as T;
  const entries = Object.entries(value).filter(([key]) => key !== '');
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutEmptyKeys(inner)])) as T;
}

const isText = (part: Content): part is Text => part.kind === 'text';
const isImage = (part: Content): part is Image => part.kind === 'image';
