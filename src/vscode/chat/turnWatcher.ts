import type { ChatRequest, ReplyPart } from '../../kiro/chat/conversation';
import { ReplyMeter } from '../../kiro/chat/response/replyMeter';
import { chatOf, type Turn } from '../../usage/turn';
import { isTurnOfChat } from './conversationId';
import type { RequestOptions } from './hostApi';
import { RequestKinds } from './requestKinds';

/** One turn, from its request to the end of its reply. */
export interface WatchedTurn {
  /** An account is asked; a later one takes its place. */
  asked: (accountId: string) => void;
  see: (part: ReplyPart) => void;
  end: () => void;
}

/** Watches turns and tells what each of them used, whether it came to its end or not. One that had no reply is none. */
export class TurnWatcher {
  private readonly kinds = new RequestKinds();

  constructor(
    private readonly now: () => number,
    private readonly onTurn: (turn: Turn) => void,
  ) {}

  begin(request: ChatRequest, options: RequestOptions): WatchedTurn {
    const { modelId: model, effort, conversationId } = request;
    const kind = this.kinds.kindOf(request, options);
    const meter = new ReplyMeter(this.now);
    let asked: string | undefined;
    return {
      asked: (accountId) => {
        asked = accountId;
      },
      see: (part) => {
        meter.see(part);
        if (part.kind === 'toolCall') this.kinds.called(part, request);
      },
      end: () => {
        const metered = meter.read();
        if (!metered || asked === undefined) return;
        const chat = conversationId && isTurnOfChat(options) ? chatOf(conversationId) : undefined;
        this.onTurn({ at: this.now(), accountId: asked, model, effort, kind, chat, ...metered });
      },
    };
  }
}
