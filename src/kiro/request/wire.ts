// The part of the official model of GenerateAssistantResponse that we send. Member names and casing are the service's.

export interface WireRequest {
  conversationState: {
    conversationId: string;
    chatTriggerType: 'MANUAL';
    currentMessage: { userInputMessage: WireUserMessage };
    /** Never empty: left out instead. */
    history?: WireMessage[];
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
  userInputMessageContext?: { toolResults?: WireToolResult[]; tools?: WireTool[] };
}

export interface WireAssistantMessage {
  content: string;
  toolUses?: WireToolUse[];
  /** One block per message: a union of one member. */
  reasoningContent?: { reasoningText: { text: string; signature: string } } | { redactedContent: string };
}

export interface WireImage {
  format: 'gif' | 'jpeg' | 'png' | 'webp';
  source: { bytes: string };
}

export interface WireTool {
  toolSpecification: { name: string; description: string; inputSchema: { json: Record<string, unknown> } };
}

export interface WireToolUse {
  toolUseId: string;
  name: string;
  input: Record<string, unknown>;
}

export interface WireToolResult {
  toolUseId: string;
  content: { text: string }[];
  status: 'success' | 'error';
}
