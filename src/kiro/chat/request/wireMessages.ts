import type { Content, Document, Image, Text, Thinking, ToolResult } from '../conversation';
import { documentFormat } from './documentFormat';
import { imageFacts } from './pictures/imageFormat';
import type { ToolNames } from './tools/toolNames';
import type { Turn } from './turns';
import type { WireAssistantMessage, WireDocument, WireImage, WireToolResult, WireUserMessage } from './wire';

// The service refuses messages without content; these stand where a message has only results, pictures or calls.
const resultsOnly = 'Tool results:';
const imagesOnly = 'See the attached images.';
const documentsOnly = 'See the attached documents.';
const callsOnly = ' ';
const thinkingOnly = '(thinking)';
const nothing = 'Continue.';

/** A turn of the person's, with `head` before its text and `tail` after it. */
export function userMessage(
  turn: Turn,
  frame: { head?: string; tail?: string },
  source: { modelId: string; origin: string; documentsBefore: number },
): WireUserMessage {
  const results = turn.content.filter((part) => part.kind === 'toolResult');
  // The wire has no place for files inside a result: they go beside it.
  const parts = [...turn.content, ...results.flatMap((result) => result.content)];
  const images = parts.filter(isImage).map(wireImage);
  const documents = parts.filter(isDocument).map(wireDocument(source.documentsBefore));
  const text = [frame.head, textOf(turn), frame.tail].filter(Boolean).join('\n\n');
  return {
    content: text.trim() ? text : placeholder(results.length, images.length, documents.length),
    modelId: source.modelId,
    origin: source.origin,
    ...(images.length > 0 ? { images } : {}),
    ...(documents.length > 0 ? { documents } : {}),
    ...(results.length > 0 ? { userInputMessageContext: { toolResults: results.map(wireResult) } } : {}),
  };
}

function textOf({ content }: Turn): string {
  return content
    .filter(isText)
    .map((part) => part.text)
    .join('');
}

function placeholder(results: number, images: number, documents: number): string {
  if (results > 0) return resultsOnly;
  if (images > 0) return imagesOnly;
  return documents > 0 ? documentsOnly : nothing;
}

/** A turn of the model's. */
export function assistantMessage(turn: Turn, names: ToolNames): WireAssistantMessage {
  const calls = turn.content.filter((part) => part.kind === 'toolCall');
  const text = textOf(turn);
  const reasoning = reasoningContent(turn.content);
  return {
    content: text.trim() ? text : calls.length > 0 ? callsOnly : thinkingOnly,
    ...(calls.length > 0
      ? {
          toolUses: calls.map((call) => {
            const { name, input } = names.callToWire(call);
            return { toolUseId: call.id, name, input: withoutEmptyKeys(input) };
          }),
        }
      : {}),
    ...(reasoning ? { reasoningContent: reasoning } : {}),
  };
}

// Reasoning is signed: replayed exactly, or not at all. The wire has room for one block a message.
function reasoningContent(content: Content[]): WireAssistantMessage['reasoningContent'] {
  const [block, ...others] = content.filter((part): part is Thinking => part.kind === 'thinking');
  if (!block || others.length > 0) return undefined;
  if (block.redacted) return { redactedContent: block.redacted };
  return block.signature && block.text
    ? { reasoningText: { text: block.text, signature: block.signature } }
    : undefined;
}

function wireResult(result: ToolResult): WireToolResult {
  const text = result.content
    .filter(isText)
    .map((part) => part.text)
    .join('\n');
  const attached = result.content.find((part) => part.kind !== 'text');
  const stand = attached
    ? `(${attached.kind === 'image' ? 'an image' : 'a document'}, attached to this message)`
    : '(no output)';
  return {
    toolUseId: result.callId,
    content: [{ text: text.trim() ? text : stand }],
    status: result.isError ? 'error' : 'success',
  };
}

function wireImage({ mimeType, bytes }: Image): WireImage {
  const facts = imageFacts(bytes);
  if (!facts) throw new TypeError(`not an image the service takes: ${mimeType}`);
  return { format: facts.format, source: { bytes: base64(bytes) } };
}

// Their names have to differ in a request. Counted from its start, a document keeps its name from turn to turn.
function wireDocument(before: number): (document: Document, index: number) => WireDocument {
  return ({ mimeType, bytes }, index) => {
    const format = documentFormat(mimeType);
    if (!format) throw new TypeError(`not a document the service takes: ${mimeType}`);
    return { name: `document-${before + index + 1}`, format, source: { bytes: base64(bytes) } };
  };
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

// Seen refused, at any depth: an object key that is the empty string.
function withoutEmptyKeys<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutEmptyKeys) as T;
  const entries = Object.entries(value).filter(([key]) => key !== '');
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutEmptyKeys(inner)])) as T;
}

const isText = (part: Content): part is Text => part.kind === 'text';
const isImage = (part: Content): part is Image => part.kind === 'image';
const isDocument = (part: Content): part is Document => part.kind === 'document';
