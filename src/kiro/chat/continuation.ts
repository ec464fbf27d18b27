import type { ChatRequest, Content, ToolCall, ToolResult } from './conversation';
import type { ReplyRecord } from './response/replyRecord';

/** How often in a row a reply goes on by itself; a model that still does not take smaller steps will not learn it. */
export const mostContinuations = 2;

const cutOff =
  'The call was cut off before its arguments were complete, because they were too large for one reply. It was not run. ' +
  'Split the work into smaller steps, such as writing a long file in several parts, and go on from here.';

/**
 * The request with which a reply goes on by itself whose calls were cut off: what the model said so far, and an error
 * result for each of them, as AWS's own language servers answer such calls. None where that cannot be: a call that is
 * complete waits for the host to run it, and one that was never named has no result.
 */
export function continuationOf(request: ChatRequest, reply: ReplyRecord): ChatRequest | undefined {
  const names = reply.truncatedCalls.flatMap(({ name }) => name ?? []);
  if (reply.calls.length > 0 || names.length === 0) return undefined;
  const calls = names.map((name, index): ToolCall => {
    return { kind: 'toolCall', id: `cut_${request.messages.length}_${index}`, name, input: {} };
  });
  const results = calls.map(({ id }): ToolResult => {
    return { kind: 'toolResult', callId: id, content: [{ kind: 'text', text: cutOff }], isError: true };
  });
  const said: Content[] = reply.text.trim() === '' ? [] : [{ kind: 'text', text: reply.text }];
  return {
    ...request,
    messages: [
      ...request.messages,
      { role: 'assistant', content: [...reply.thinking, ...said, ...calls] },
      { role: 'user', content: results },
    ],
  };
}
