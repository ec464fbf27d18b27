/** A chat request's body as the official model types it; true of every body that broke no rule. */
export interface ChatBody {
  conversationState: {
    currentMessage: ChatMessage;
    chatTriggerType: string;
    conversationId?: string;
    history?: ChatMessage[];
    agentContinuationId?: string;
    agentTaskType?: string;
  };
  profileArn?: string;
  additionalModelRequestFields?: unknown;
}

export interface ChatMessage {
  userInputMessage?: UserInputMessage;
  assistantResponseMessage?: AssistantResponseMessage;
}

export interface UserInputMessage {
  content: string;
  modelId?: string;
  origin?: string;
  images?: { format: string; source: { bytes: string } }[];
  documents?: WireDocument[];
  cachePoint?: { type: string };
  userInputMessageContext?: { tools?: ToolElement[]; toolResults?: ToolResult[] };
}

export interface WireDocument {
  name: string;
  format: string;
  source: { bytes: string };
}

export interface AssistantResponseMessage {
  content: string;
  messageId?: string;
  toolUses?: ToolUse[];
  cachePoint?: { type: string };
  reasoningContent?: {
    reasoningText?: { text: string; signature?: string };
    redactedContent?: string;
  };
}

export interface ToolElement {
  toolSpecification?: { name: string; description?: string; inputSchema: { json?: unknown } };
  cachePoint?: { type: string };
}

export interface ToolUse {
  toolUseId: string;
  name: string;
  input: unknown;
}

export interface ToolResult {
  toolUseId: string;
  content: { text?: string; json?: unknown }[];
  status?: string;
  toolName?: string;
}

/** The conversation in order, each message with its path in the body. */
export function messagesOf(body: ChatBody): { path: string; message: ChatMessage; current: boolean }[] {
  const { history = [], currentMessage } = body.conversationState;
  return [
    ...history.map((message, index) => ({
      path: `conversationState.history[${index}]`,
      message,
      current: false,
    })),
    { path: 'conversationState.currentMessage', message: currentMessage, current: true },
  ];
}
