import * as vscode from 'vscode';
import type {
  Content,
  Document,
  Image,
  Message,
  Text,
  Thinking,
  Tool,
  ToolResult,
} from '../../kiro/chat/conversation';
import { documentFormat, isTextual } from '../../kiro/chat/request/documentFormat';
import { joinedApart } from '../../kiro/chat/request/joinedApart';
import { isThinkingPart, systemRole, type ThinkingPart } from './hostApi';

type RequestMessage = vscode.LanguageModelChatRequestMessage;

/** The chat view's messages in our words: its instructions, and the conversation. Never throws. */
export function fromRequestMessages(messages: readonly RequestMessage[]): {
  system: string;
  messages: Message[];
} {
  const ids = new CallIds();
  const system: string[] = [];
  const conversation: Message[] = [];
  for (const message of messages) {
    if (message.role === vscode.LanguageModelChatMessageRole.Assistant) {
      conversation.push({ role: 'assistant', content: fromRequestContent(message.content, ids) });
    } else if ((message.role as number) === systemRole) {
      const texts = fromRequestContent(message.content).filter((part) => part.kind === 'text');
      system.push(texts.map((part) => part.text).join('\n'));
    } else {
      conversation.push({ role: 'user', content: fromRequestContent(message.content, ids) });
    }
  }
  return { system: system.filter(Boolean).join('\n\n'), messages: conversation };
}

/** The chat view's tools in our words. */
export function fromRequestTools(tools: readonly vscode.LanguageModelChatTool[] | undefined): Tool[] {
  return (tools ?? []).map(({ name, description, inputSchema }) => ({
    name: string(name),
    description: string(description),
    inputSchema: (inputSchema ?? {}) as Record<string, unknown>,
  }));
}

/** A message's content in our words, as far as it is sent to the model. Never throws, whatever it is. */
export function fromRequestContent(content: unknown, ids = new CallIds()): Content[] {
  if (typeof content === 'string') return [text(content)];
  // A file stands apart from what is said about it; the texts of a message are pieces of one.
  const blocks: Content[][] = [[]];
  for (const part of listOf(content)) {
    if (part instanceof vscode.LanguageModelDataPart) blocks.push(convert(part, ids), []);
    else blocks.at(-1)?.push(...convert(part, ids));
  }
  return joinedApart(blocks);
}

// The host hands over what other extensions gave it, and checks little of it.
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const string = (value: unknown): string => (typeof value === 'string' ? value : '');

function convert(part: unknown, ids: CallIds): Content[] {
  if (part instanceof vscode.LanguageModelTextPart) return [text(part.value)];
  if (part instanceof vscode.LanguageModelToolCallPart) {
    return [
      { kind: 'toolCall', id: ids.own(part.callId), name: string(part.name), input: inputOf(part.input) },
    ];
  }
  if (part instanceof vscode.LanguageModelToolResultPart) return [toolResult(part, ids)];
  if (part instanceof vscode.LanguageModelDataPart) return data(part);
  if (part instanceof vscode.LanguageModelPromptTsxPart) return [text(promptText(part.value))];
  if (isThinkingPart(part)) return [thinking(part)];
  // A kind of part this version does not know is not for this model.
  return [];
}

function text(value: unknown): Text {
  return { kind: 'text', text: string(value) };
}

function toolResult(part: vscode.LanguageModelToolResultPart, ids: CallIds): ToolResult {
  return {
    kind: 'toolResult',
    callId: ids.own(part.callId),
    content: listOf(part.content)
      .flatMap((inner) => convert(inner, ids))
      .filter((inner) => inner.kind === 'text' || inner.kind === 'image' || inner.kind === 'document'),
    isError: (part as { isError?: unknown }).isError === true,
  };
}

// The wire takes objects only; another extension may hand over anything.
function inputOf(input: unknown): Record<string, unknown> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  return input === undefined || input === null ? {} : { value: input };
}

/**
 * The ids that the service gave to the calls of a conversation. The chat agent makes them unique by a suffix of its own,
 * which calls and results both carry. It stays where only it tells two calls apart: other models name them all alike.
 */
class CallIds {
  private readonly bearers = new Map<string, string>();

  own(given: unknown): string {
    const callId = string(given);
    const own = callId.replace(/__vscode-\d+$/, '');
    const bearer = this.bearers.get(own) ?? callId;
    this.bearers.set(own, bearer);
    return bearer === callId ? own : callId;
  }
}

// Whether the model takes an image or a document is decided where its limits are known.
function data({ mimeType: type, data: bytes }: vscode.LanguageModelDataPart): (Text | Image | Document)[] {
  // Without parameters such as a charset.
  const mimeType = string(type).split(';')[0]?.trim().toLowerCase() ?? '';
  if (!(bytes instanceof Uint8Array)) return [];
  // Any model can read a text, a drawing in SVG included.
  if (isTextual(mimeType)) return [text(new TextDecoder().decode(bytes))];
  if (mimeType.startsWith('image/')) return [{ kind: 'image', mimeType, bytes }];
  if (documentFormat(mimeType) || /^(audio|video)\//.test(mimeType)) {
    return [{ kind: 'document', mimeType, bytes }];
  }
  // Notes of the host to itself (`cache_control`, `stateful_marker`, `usage`…): not for the model.
  return [];
}

// The seal covers the text exactly as the service sent it, which is kept beside the signature: the host merges and
// splits the parts it shows.
function thinking({ value, metadata }: ThinkingPart): Thinking {
  const own = (key: string) => (typeof metadata?.[key] === 'string' ? metadata[key] : undefined);
  return {
    kind: 'thinking',
    text: own('_completeThinking') ?? (Array.isArray(value) ? value.map(string).join('') : string(value)),
    signature: own('signature'),
    redacted: own('redactedData'),
  };
}

interface PromptNode {
  text?: unknown;
  lineBreakBefore?: unknown;
  children?: unknown;
  node?: unknown;
}

// Tool results that another extension rendered arrive as a tree of pieces and texts.
function promptText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const { text: own, lineBreakBefore, children, node } = value as PromptNode;
  if (typeof own === 'string') return lineBreakBefore ? `\n${own}` : own;
  if (node !== undefined) return promptText(node);
  return Array.isArray(children) ? children.map(promptText).join('') : '';
}
