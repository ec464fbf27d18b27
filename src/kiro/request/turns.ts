import type { Content, Message, Text, ToolResult } from '../conversation';

/** A message whose neighbours are of the other role, and whose calls and results pair up. */
export type Turn = Message;

const unanswered = 'No result: the call was interrupted before it finished.';

/**
 * Repairs a conversation into turns the service accepts: same-role neighbours merged, every call answered in the next
 * user turn, results nobody asked for kept as text, the first and the last turn the user's. Nothing is invented but
 * the answers and turns that the service's rules demand.
 */
export function turnsOf(messages: Message[]): Turn[] {
  const turns: Turn[] = [];
  let callIds: string[] = [];
  for (const message of alternating(messages)) {
    if (message.role === 'assistant') {
      callIds = message.content.flatMap((part) => (part.kind === 'toolCall' ? [part.id] : []));
      turns.push(message);
    } else {
      turns.push({ role: 'user', content: answered(message.content, callIds) });
      callIds = [];
    }
  }
  if (turns[0]?.role === 'assistant') turns.unshift({ role: 'user', content: [] });
  if (turns.at(-1)?.role !== 'user') turns.push({ role: 'user', content: answered([], callIds) });
  return turns;
}

function alternating(messages: Message[]): Message[] {
  const merged: Message[] = [];
  for (const { role, content } of messages) {
    const kept = content.filter((part) => part.kind !== 'text' || part.text !== '');
    if (kept.length === 0) continue;
    const last = merged.at(-1);
    if (last?.role === role) last.content.push(...kept);
    else merged.push({ role, content: [...kept] });
  }
  return merged;
}

function answered(content: Content[], callIds: string[]): Content[] {
  const open = new Set(callIds);
  const results = new Map<string, ToolResult>();
  const rest: Content[] = [];
  for (const part of content) {
    if (part.kind !== 'toolResult') rest.push(part);
    else if (open.has(part.callId) && !results.has(part.callId)) results.set(part.callId, part);
    else if (!results.has(part.callId)) rest.push(...asText(part));
  }
  const ordered = callIds.map(
    (callId): ToolResult =>
      results.get(callId) ?? {
        kind: 'toolResult',
        callId,
        content: [{ kind: 'text', text: unanswered }],
        isError: true,
      },
  );
  return [...new Map(ordered.map((result) => [result.callId, result])).values(), ...rest];
}

function asText(result: ToolResult): Content[] {
  const [first, ...rest] = result.content;
  const label: Text = { kind: 'text', text: 'Result of an earlier tool call:' };
  return first ? [label, first, ...rest] : [];
}
