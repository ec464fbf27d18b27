import { Recent } from '../../base/recent';
import type { ChatRequest, ToolCall } from '../../kiro/chat/conversation';
import type { Turn } from '../../usage/turn';
import { isTurnOfChat } from './conversationId';
import type { RequestOptions } from './hostApi';

type Kind = Turn['kind'];

/** The call of an agent for another one. Until its result is sent, what comes besides is that one's. */
interface OpenCall {
  conversationId: string | undefined;
  /** How long the conversation was by then. */
  messages: number;
}

const editorItself: readonly (string | undefined)[] = ['github.copilot-chat', 'core'];

/**
 * What requests are for, as far as it can be known: the host does not say. It numbers the turns of a chat
 * (`_telemetryTurn`), subagents’ included, and neither titles nor summaries; older hosts number nothing.
 */
export class RequestKinds {
  private numbersTurns = false;
  private readonly kinds = new Recent<Kind>(1000);
  private readonly openCalls = new Map<string, OpenCall>();

  /** The kind of a request that comes now. */
  kindOf(request: ChatRequest, options: RequestOptions): Kind {
    const { modelOptions, requestInitiator } = options;
    const isNumbered = typeof modelOptions?.['_telemetryTurn'] === 'number';
    this.numbersTurns ||= isNumbered;
    if (!isNumbered && editorItself.includes(requestInitiator)) {
      const isBare = !isTurnOfChat(options) && request.tools.length === 0;
      if (this.numbersTurns || isBare) return 'background';
    }
    this.closeCalls(request);
    const { conversationId } = request;
    const open = [...this.openCalls.values()];
    if (open.some((call) => call.conversationId === conversationId)) return 'subagent';
    const known = conversationId === undefined ? undefined : this.kinds.get(conversationId);
    const kind = known ?? (open.length > 0 ? 'subagent' : 'chat');
    if (conversationId !== undefined) this.kinds.set(conversationId, kind);
    return kind;
  }

  /** The reply to this request calls a tool. */
  called({ id, name }: Pick<ToolCall, 'id' | 'name'>, { conversationId, messages }: ChatRequest): void {
    if (/subagent/i.test(name)) this.openCalls.set(id, { conversationId, messages: messages.length });
  }

  /** An agent that goes on waits for no other, whether it has the result or was stopped. */
  private closeCalls({ conversationId, messages }: ChatRequest): void {
    const made = new Set(
      messages.flatMap(({ content }) => content.map((part) => (part.kind === 'toolCall' ? part.id : ''))),
    );
    for (const [id, call] of this.openCalls) {
      const goesOn = call.conversationId === conversationId && messages.length > call.messages;
      if (made.has(id) || goesOn) this.openCalls.delete(id);
    }
  }
}
