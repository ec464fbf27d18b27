import type { WireMessage, WireUserMessage } from './wire';

/**
 * Marks up to `most` places whose prefix the service shall keep: the first message, which has the system text, and the
 * last replies of the history. A point is a mark and no content, so moving one leaves the prefix what it was; and
 * because the last but one reply keeps its point, each turn asks for the prefix that the turn before had written.
 */
export function setCachePoints(history: WireMessage[], current: WireUserMessage, most: number): void {
  if (most < 1) return;
  const replies = history.filter((message) => 'assistantResponseMessage' in message);
  const first = history[0];
  if (most > 1 || replies.length === 0) {
    mark(first && 'userInputMessage' in first ? first.userInputMessage : current);
  }
  for (const reply of replies.slice(-Math.max(1, Math.min(most - 1, repliesMarked)))) {
    reply.assistantResponseMessage.cachePoint = { type: 'default' };
  }
}

/** The last reply, where this turn's prefix ends, and the ones where those of the turns before ended. */
const repliesMarked = 3;

// Before the tools and results, which only the current message has: what precedes them stays the same in the next turn.
function mark(message: WireUserMessage): void {
  const { userInputMessageContext: context } = message;
  delete message.userInputMessageContext;
  message.cachePoint = { type: 'default' };
  if (context) message.userInputMessageContext = context;
}
