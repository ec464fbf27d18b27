// The part of the official model of GenerateAssistantResponse that we send. Member names and casing are the service's.

export interface WireRequest {
  conversationState: {
    conversationId: string;
    chatTriggerType: 'MANUAL';
    /** Never empty: left out instead. Before the current message, so that the bytes of one turn begin the next. */
    history?: WireMessage[];
    currentMessage: { userInputMessage: WireUserMessage };
  };
  profileArn?: string;
  additionalModelRequestFields?: Record<string, unknown>;
}

export type WireMessage =
  | { userInputMessage: WireUserMessage }
  | { assistantResponseMessage: WireAssistantMessage };

export interface WireUserMessage {
  content: string;
  modelId: string;
  origin: string;
  images?: WireImage[];
  documents?: WireDocument[];
  cachePoint?: WireCachePoint;
  userInputMessageContext?: { toolResults?: WireToolResult[]; tools?: WireTool[] };
}

export interface WireAssistantMessage {
  content: string;
  toolUses?: WireToolUse[];
  /** One block per message: a union of one member. */
  reasoningContent?: { reasoningText: { text: string; signature: string } } | { redactedContent: string };
  cachePoint?: WireCachePoint;
}

interface WireCachePoint {
  type: 'default';
}

export interface WireImage {
  format: 'gif' | 'jpeg' | 'png' | 'webp';
  source: { bytes: string };
}

export interface WireDocument {
  /** Once in a request. */
  name: string;
  format: 'csv' | 'doc' | 'docx' | 'html' | 'md' | 'pdf' | 'txt' | 'xls' | 'xlsx';
  source: { bytes: string };
}

export interface WireTool {
  toolSpecification: { name: string; description: string; inputSchema: { json: Record<string, unknown> } };
}

interface WireToolUse {
  toolUseId: string;
  name: string;
  input: Record<string, unknown>;
}

export interface WireToolResult {
  toolUseId: string;
  content: { text: string }[];
  status: 'success' | 'error';
}
