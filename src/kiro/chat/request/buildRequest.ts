/**
 * A conversation as the service's JSON. This module joins the steps; each repair that the service's rules demand has a module
 * beside it. Nothing here sends anything, and nothing changes what it is given.
 */
import { randomUUID } from 'node:crypto';
import { effortFields, effortTags } from '../../account/effort';
import type { Model } from '../../account/models';
import type { ChatRequest, Message, Thinking } from '../conversation';
import { setCachePoints } from './cachePoints';
import type { RequestFallbacks, SentTool } from './requestFallbacks';
import { withSendableAttachments } from './sendableAttachments';
import { ToolNames } from './tools/toolNames';
import { wireTools } from './tools/wireTools';
import { type Turn, turnsOf } from './turns';
import type { WireMessage, WireRequest, WireUserMessage } from './wire';
import { assistantMessage, userMessage } from './wireMessages';

/** The service's name for a client of the command line kind; it decides which models an account is offered. */
type RequestOrigin = 'KIRO_CLI' | 'AI_EDITOR';

interface BuildOptions {
  profileArn?: string | undefined;
  origin: RequestOrigin;
  fallbacks: RequestFallbacks;
  /** The reasoning to replay with an earlier reply; undefined → whatever the host hands over. */
  recall?: ((reply: Message) => Thinking[] | undefined) | undefined;
}

export interface BuiltRequest {
  body: WireRequest;
  /** The way back from the names in it. */
  toolNames: ToolNames;
}

const callATool = 'Answer with a call of one of the tools.';

/**
 * What is sent: from our vocabulary to the service's wire, and nothing about sending it, or about what comes back.
 *
 * A request inside the official model, and the way back from its tool names. Pure: the same input, the same bytes, but
 * for the id of a conversation that nobody names.
 * Throws KiroError `bad-request` for attachments that cannot be sent.
 */
export function buildRequest(request: ChatRequest, model: Model, options: BuildOptions): BuiltRequest {
  const { fallbacks, origin } = options;
  const toolNames = new ToolNames();
  const asked = request.messages.at(-1)?.content ?? [];
  const turns = withSendableAttachments(turnsOf(withReasoning(request.messages, options)), model, asked);
  const tools = wireTools(request.tools, turns, toolNames, fallbacks);
  const tags = effortTags(model.effort, request.effort);
  const head = [tags, request.system].filter(Boolean).join('\n\n');
  const tail =
    request.toolMode === 'required' && request.tools.length > fallbacks.withoutTools.length ? callATool : '';

  let documentsBefore = 0;
  const said = (turn: Turn, frame: { head?: string; tail?: string }): WireUserMessage => {
    const message = userMessage(turn, frame, { modelId: model.id, origin, documentsBefore });
    documentsBefore += message.documents?.length ?? 0;
    return message;
  };
  const history = turns.slice(0, -1).map((turn, index): WireMessage => {
    if (turn.role === 'assistant') return { assistantResponseMessage: assistantMessage(turn, toolNames) };
    return { userInputMessage: said(turn, index === 0 ? { head } : {}) };
  });
  const last = turns.at(-1) ?? { role: 'user', content: [] };
  const current = said(last, history.length === 0 ? { head, tail } : { tail });
  if (tools.length > 0) current.userInputMessageContext = { ...current.userInputMessageContext, tools };
  setCachePoints(history, current, model.cachePoints ?? 0);

  const isWithoutFields = fallbacks.withoutModelFields.includes(request.effort ?? '');
  const fields = isWithoutFields ? undefined : effortFields(model.effort, request.effort);
  return {
    toolNames,
    body: {
      conversationState: {
        conversationId: request.conversationId ?? randomUUID(),
        chatTriggerType: 'MANUAL',
        ...(history.length > 0 ? { history } : {}),
        currentMessage: { userInputMessage: current },
      },
      ...(options.profileArn ? { profileArn: options.profileArn } : {}),
      ...(fields ? { additionalModelRequestFields: fields } : {}),
    },
  };
}

/** The tools of a request in the order in which they are sent. */
export function sentTools({ body, toolNames }: BuiltRequest): SentTool[] {
  const { userInputMessageContext } = body.conversationState.currentMessage.userInputMessage;
  const tools = userInputMessageContext?.tools ?? [];
  return tools.map(({ toolSpecification: { name: wireName } }) => {
    return { wireName, name: toolNames.fromWire(wireName) };
  });
}

/** Whether a tool of this request, by its name on the wire, cannot be called without arguments. */
export function needsInput({ conversationState }: WireRequest, tool: string): boolean {
  const { tools = [] } = conversationState.currentMessage.userInputMessage.userInputMessageContext ?? {};
  const schema = tools.find(({ toolSpecification }) => toolSpecification.name === tool);
  const required = schema?.toolSpecification.inputSchema.json['required'];
  return Array.isArray(required) && required.length > 0;
}

// What is remembered is exact; what the host hands back may be merged or reworded, and of earlier turns it is missing.
function withReasoning(messages: Message[], { fallbacks, recall }: BuildOptions): Message[] {
  return messages.map((message) => {
    if (message.role === 'user') return message;
    const reasoning = fallbacks.withoutReasoning ? [] : recall?.(message);
    if (!reasoning) return message;
    const others = message.content.filter((part) => part.kind !== 'thinking');
    return { role: 'assistant', content: [...reasoning, ...others] };
  });
}
