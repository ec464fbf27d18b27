import type { WireAssistantMessage, WireRequest, WireUserMessage } from '../wire';

/** A message of a request and where it stands. Exactly one of the two is there. */
export interface Placed {
  path: string;
  user?: WireUserMessage;
  assistant?: WireAssistantMessage;
}

/** The conversation in order, the current message last. */
export function placed({ conversationState }: WireRequest): Placed[] {
  const { history = [], currentMessage } = conversationState;
  // The current message of a broken request may be an answer.
  const all = [...history, currentMessage] as {
    userInputMessage?: WireUserMessage;
    assistantResponseMessage?: WireAssistantMessage;
  }[];
  return all.map(({ userInputMessage: user, assistantResponseMessage: assistant }, index) => ({
    path: index < history.length ? `history[${index}]` : 'currentMessage',
    ...(user ? { user } : {}),
    ...(assistant ? { assistant } : {}),
  }));
}
