import { KiroError } from '../../../base/errors';
import { isRecord, parseJson } from '../../../base/json';
import { redactPersonal } from '../../../base/redact';
import type { Model } from '../../account/models';
import type { ChatRequest, Content, Message } from '../conversation';
import { type Frame, FrameReader } from '../response/frames';
import { fillerOf, fillerOfJson, fillerOfValue, Pseudonyms } from './filler';
import type { Recording } from './recording';

/** One message of a stream: what its headers say, and its payload. */
export interface SavedFrame {
  type: string;
  name: string;
  message?: string | undefined;
  /** JSON, or a text that is none. */
  payload: unknown;
}

/** A request and its reply without anyone's words: structure, names and sizes are what they were. */
export interface SavedRequest {
  version: 1;
  extension: string;
  model: Model;
  request: ChatRequest;
  attempts: number;
  requestId: string | undefined;
  frames: SavedFrame[];
  /** How the stream ended, where that was not well: what the frames have no room for. */
  end?: string | undefined;
  failure?: { code: string; status?: number; reason?: string; detail?: string } | undefined;
}

/** The bytes of a picture or a file: how many, and the first ones, which tell of what kind it is. */
interface SavedBytes {
  length: number;
  head: string;
}

const headBytes = 32;
/** Tells two conversations apart, and which is which is nobody's business. */
const anyConversation = '00000000-0000-4000-8000-000000000000';

/** The file that a person saves to report a problem. */
export function savedRequest(recording: Recording, extension: string): string {
  const { request, model, attempts, requestId, failure } = recording;
  const names = new Pseudonyms(namesIn(request));
  const { frames, end } = framesOf(recording);
  const saved: SavedRequest = {
    version: 1,
    extension,
    model,
    request: fillerOfRequest(request, names),
    ...{ attempts, requestId, frames: fillerOfFrames(frames, names), end },
    failure: failure instanceof KiroError ? factsOf(failure) : undefined,
  };
  return `${JSON.stringify(saved, withSavedBytes, 1)}\n`;
}

/** The request in such a file. Throws KiroError `import-failed` where there is none. */
export function parseSavedRequest(text: string): SavedRequest {
  const saved = parseJson(text);
  if (!isRecord(saved) || saved['version'] !== 1)
    throw new KiroError('import-failed', { reason: 'not-json' });
  return JSON.parse(text, (_name, value: unknown) => bytesIn(value) ?? value) as SavedRequest;
}

function factsOf({ code, status, reason, detail }: KiroError): SavedRequest['failure'] {
  return {
    code,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail: redactPersonal(detail) }),
  };
}

function withSavedBytes(this: unknown, name: string, value: unknown): unknown {
  // A Buffer has become something else before it comes here.
  const bytes = isRecord(this) ? this[name] : undefined;
  if (!(bytes instanceof Uint8Array)) return value;
  const head = Buffer.from(bytes.subarray(0, headBytes)).toString('base64');
  return { length: bytes.length, head } satisfies SavedBytes;
}

function bytesIn(value: unknown): Uint8Array | undefined {
  if (!isRecord(value) || Object.keys(value).join() !== 'length,head') return undefined;
  const { length, head } = value as unknown as SavedBytes;
  const bytes = new Uint8Array(length);
  bytes.set(Buffer.from(head, 'base64').subarray(0, length));
  return bytes;
}

/** The names that tools give to themselves and to what they take: the service's rules are about these. */
function namesIn({ tools }: ChatRequest): Set<string> {
  const names = new Set<string>();
  const collect = (schema: unknown) => {
    if (Array.isArray(schema)) for (const one of schema) collect(one);
    if (!isRecord(schema)) return;
    for (const [name, inner] of Object.entries(schema)) {
      names.add(name);
      collect(inner);
    }
  };
  for (const { inputSchema } of tools) collect(inputSchema);
  return names;
}

function fillerOfRequest(request: ChatRequest, names: Pseudonyms): ChatRequest {
  const { system, messages, tools, conversationId } = request;
  return {
    ...request,
    system: fillerOf(system),
    messages: messages.map((message): Message => {
      return { ...message, content: message.content.map((part) => fillerOfContent(part, names)) };
    }),
    tools: tools.map((tool) => ({
      ...tool,
      description: fillerOf(tool.description),
      inputSchema: fillerOfSchema(tool.inputSchema, '', new Pseudonyms()) as Record<string, unknown>,
    })),
    conversationId: conversationId && anyConversation,
  };
}

function fillerOfContent<C extends Content>(part: C, names: Pseudonyms): C;
function fillerOfContent(part: Content, names: Pseudonyms): Content {
  switch (part.kind) {
    case 'text':
      return { ...part, text: fillerOf(part.text) };
    case 'thinking': {
      const { text, signature, redacted } = part;
      return { ...part, text: fillerOf(text), signature: opaque(signature), redacted: opaque(redacted) };
    }
    case 'toolCall':
      return { ...part, input: fillerOfValue(part.input, names) as Record<string, unknown> };
    case 'toolResult':
      return { ...part, content: part.content.map((one) => fillerOfContent(one, names)) };
    default:
      return part;
  }
}

/** Of base64, such as signatures. */
const opaque = <T extends string | undefined>(text: T) => text?.replace(/[^=]/g, 'A') as T;

const schemaWords = new Set(['type', 'format', 'required', '$ref', '$schema']);

function fillerOfSchema(schema: unknown, keyword: string, names: Pseudonyms): unknown {
  if (typeof schema === 'string') return schemaWords.has(keyword) ? schema : names.of(schema);
  if (Array.isArray(schema)) return schema.map((one) => fillerOfSchema(one, keyword, names));
  if (!isRecord(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([name, inner]) => [name, fillerOfSchema(inner, name, names)]),
  );
}

function framesOf({ chunks, failure }: Recording): { frames: Frame[]; end: string | undefined } {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  try {
    for (const chunk of chunks) frames.push(...reader.read(chunk));
    reader.end();
  } catch (error) {
    if (error instanceof KiroError) return { frames, end: error.reason };
    throw error;
  }
  const isLost = failure instanceof KiroError && failure.reason === 'connection-lost';
  return { frames, end: isLost ? 'connection-lost' : undefined };
}

/** What is cut into pieces is filled as a whole, and cut at the same places: the text, and each call's arguments. */
function fillerOfFrames(frames: readonly Frame[], names: Pseudonyms): SavedFrame[] {
  const payloads = frames.map(({ payload }) => parseJson(payload));
  const pieces = piecesOf(frames, payloads);
  const wholes = new Map<string, string>();
  for (const piece of pieces) if (piece) wholes.set(piece.of, (wholes.get(piece.of) ?? '') + piece.text);
  for (const [of, whole] of wholes)
    wholes.set(of, of === text ? fillerOfTagged(whole) : fillerOfJson(whole, names));
  return frames.map(({ headers, payload }, index) => {
    const piece = pieces[index];
    const json = payloads[index];
    let filled = isRecord(json) ? fillerOfPayload(json, headers, names) : fillerOf(payload);
    if (piece && isRecord(filled)) {
      const rest = wholes.get(piece.of) ?? '';
      filled = { ...filled, [piece.member]: rest.slice(0, piece.text.length) };
      wholes.set(piece.of, rest.slice(piece.text.length));
    }
    const message = headers.message && redactPersonal(headers.message);
    return { type: headers.messageType, name: headers.name, message, payload: filled };
  });
}

const text = 'text';

function piecesOf(frames: readonly Frame[], payloads: readonly unknown[]) {
  let latest = '';
  return frames.map(({ headers: { name } }, index) => {
    const payload = payloads[index];
    if (!isRecord(payload)) return undefined;
    const { content, input, toolUseId } = payload;
    if (name === 'toolUseEvent') {
      if (typeof toolUseId === 'string') latest = toolUseId;
      return typeof input === 'string' ? { of: `call ${latest}`, member: 'input', text: input } : undefined;
    }
    return typeof content === 'string' ? { of: text, member: 'content', text: content } : undefined;
  });
}

const tags = /(["'`]?<\/?(?:thinking|think|reasoning|thought)>["'`]?)/;

/** Whether something is thinking or text depends on tags in the text of some models. */
function fillerOfTagged(whole: string): string {
  return whole
    .split(tags)
    .map((piece, index) => (index % 2 === 1 ? piece : fillerOf(piece)))
    .join('');
}

/** Members whose values are from the service's vocabulary, or names and ids that pair messages up: no one's words. */
const kept = new Set([
  'modelId',
  'stopReason',
  'name',
  'toolUseId',
  'unit',
  'unitPlural',
  'reason',
  '__type',
]);

function fillerOfPayload(
  payload: Record<string, unknown>,
  { messageType, name: event }: Frame['headers'],
  names: Pseudonyms,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      if (name === 'input' && event === 'toolUseEvent') return [name, fillerOfValue(value, names)];
      if (isRecord(value))
        return [name, fillerOfPayload(value, { messageType, name: event, message: '' }, names)];
      if (typeof value !== 'string' || kept.has(name)) return [name, value];
      if (name === 'signature' || name === 'redactedContent') return [name, opaque(value)];
      return [name, messageType === 'event' ? fillerOf(value) : redactPersonal(value)];
    }),
  );
}
