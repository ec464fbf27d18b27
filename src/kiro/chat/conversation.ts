/** Our vocabulary between the editor's edge and the service's wire. */

export interface Text {
  kind: 'text';
  text: string;
}
export interface Image {
  kind: 'image';
  mimeType: string;
  bytes: Uint8Array;
}
/** A file that the model reads as a document: a PDF, a spreadsheet. Files of text are text. */
export interface Document {
  kind: 'document';
  mimeType: string;
  bytes: Uint8Array;
}
export interface Thinking {
  kind: 'thinking';
  text: string;
  /** The service's signature over `text`; replay is exact or not at all. */
  signature?: string | undefined;
  /** Reasoning the service returned only as an opaque base64 blob. */
  redacted?: string | undefined;
}
export interface ToolCall {
  kind: 'toolCall';
  id: string;
  name: string;
  input: Record<string, unknown>;
}
export interface ToolResult {
  kind: 'toolResult';
  callId: string;
  content: (Text | Image | Document)[];
  isError: boolean;
}
export type Content = Text | Image | Document | Thinking | ToolCall | ToolResult;

export interface Message {
  role: 'user' | 'assistant';
  content: Content[];
}

export interface Tool {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

export interface ChatRequest {
  modelId: string;
  system: string;
  messages: Message[];
  tools: Tool[];
  /** `required` where the reply has to be a tool call. The service has no such switch, so the model is told. */
  toolMode?: 'auto' | 'required' | undefined;
  /** One of the model's own effort levels; absent → whatever the service does by default. */
  effort?: string | undefined;
  /** Stable over the turns of one chat, so that the service can reuse its cache. */
  conversationId?: string | undefined;
}

/** Token counts of one reply, as the service reported them or as derived from its context percentage. */
export interface Usage {
  /**
   * `derived` from a context percentage, whose whole nobody knows for sure; `estimated` by ourselves where the service
   * told nothing.
   */
  source: 'counted' | 'derived' | 'estimated';
  /** Everything sent, cached parts included. */
  inputTokens: number;
  outputTokens: number;
  /** Undefined where the service does not say. */
  cacheReadTokens?: number | undefined;
  cacheWriteTokens?: number | undefined;
}

export type ReplyPart =
  | { kind: 'text'; text: string }
  | { kind: 'thinking'; text: string }
  /** Ends the reasoning of this reply; carries what is needed to replay it. */
  | ({ kind: 'thinkingEnd' } & Omit<Thinking, 'kind'>)
  | { kind: 'toolCall'; id: string; name: string; input: Record<string, unknown> }
  | {
      kind: 'usage';
      usage: Usage | undefined;
      credits: number | undefined;
      contextPercentage: number | undefined;
    }
  /** A tool call the service cut off before it was complete; it is never reported as a call. */
  | { kind: 'truncatedCall'; name: string | undefined }
  /** A tool call was cut off, and the model goes on in the same reply. */
  | { kind: 'continued'; name: string | undefined }
  /** A tool call that came to its end, but whose arguments are none; it is never reported as a call. */
  | { kind: 'malformedCall'; name: string | undefined }
  /** A tool that the service takes in no form: this conversation goes on without it. */
  | { kind: 'toolLeftOut'; name: string }
  /** The reply is not complete, by the service's own word. */
  | { kind: 'endedEarly'; why: EarlyEnd };

/** The model had no room left to write, or to keep the conversation in; or the service did not let it go on. */
export type EarlyEnd = 'output-limit' | 'window-full' | 'filtered';
