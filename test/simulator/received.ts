/** What a request looked like when it arrived. */
import type { SimulatedAccount } from './account';
import type { ChatBody, ToolElement, ToolResult, UserInputMessage } from './chatBody';
import type { Service } from './services';
import type { Violation } from './violations';

export interface Received {
  service: Service;
  /** The host the client named; the service's real host where the client came through `simulator.fetch`. */
  host: string;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  text: string;
  /** The body as JSON; undefined where it is none. */
  body: unknown;
  /** Epoch milliseconds of the simulator's clock. */
  at: number;
  /** Whose access token it carried, if it was a good one. */
  account: SimulatedAccount | undefined;
  /** The answer's status; undefined while there is none. */
  status: number | undefined;
  /** When the client went away before the answer was complete. */
  closedEarlyAt: number | undefined;
  /** Settles when the exchange is over, however it ended. */
  finished: Promise<void>;
}

/** A chat request, with the parts a test or a demonstration asks for most. */
export class ReceivedChat {
  readonly violations: Violation[] = [];

  constructor(readonly request: Received) {}

  /** True to its type where no violation was recorded. */
  get body(): ChatBody {
    return this.request.body as ChatBody;
  }
  get account(): SimulatedAccount | undefined {
    return this.request.account;
  }
  get message(): UserInputMessage {
    return this.body.conversationState.currentMessage.userInputMessage ?? { content: '' };
  }
  get text(): string {
    return this.message.content;
  }
  get modelId(): string | undefined {
    return this.message.modelId;
  }
  get conversationId(): string | undefined {
    return this.body.conversationState.conversationId;
  }
  get history(): NonNullable<ChatBody['conversationState']['history']> {
    return this.body.conversationState.history ?? [];
  }
  get tools(): NonNullable<ToolElement['toolSpecification']>[] {
    const tools = this.message.userInputMessageContext?.tools ?? [];
    return tools.flatMap((tool) => tool.toolSpecification ?? []);
  }
  get toolResults(): ToolResult[] {
    return this.message.userInputMessageContext?.toolResults ?? [];
  }
  get modelFields(): unknown {
    return this.body.additionalModelRequestFields;
  }
}
