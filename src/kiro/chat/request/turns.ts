import { createHash } from 'node:crypto';
import type { Content, Message, Text, ToolResult } from '../conversation';
import { joinedApart } from './joinedApart';

/** A message whose neighbours are of the other role, and whose calls and results pair up. */
export type Turn = Message;

const noResult = 'No result: the call was interrupted before it finished.';
// What the model behind the service accepts as the id of a call. Other models' ids may be of any form.
const acceptedId = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * Repairs a conversation into turns the service accepts: same-role neighbours merged, every call with an id of its own
 * and answered in the next user turn, results nobody asked for kept as text, the first and the last turn the user's.
 * Nothing is invented but the results and turns that the service's rules demand.
 */
export function turnsOf(messages: Message[]): Turn[] {
  const turns: Turn[] = [];
  const usedIds = new Set<string>();
  /** The calls that wait for their results: the id they came with → the id they are sent with. */
  let open = new Map<string, string>();
  for (const message of alternating(messages)) {
    if (message.role === 'assistant') {
      const { content, ids } = withOwnIds(message.content, usedIds);
      open = ids;
      turns.push({ role: 'assistant', content });
    } else {
      turns.push({ role: 'user', content: answered(message.content, open) });
    }
  }
  if (turns[0]?.role === 'assistant') turns.unshift({ role: 'user', content: [] });
  if (turns.at(-1)?.role !== 'user') turns.push({ role: 'user', content: answered([], open) });
  return turns;
}

function alternating(messages: Message[]): Message[] {
  const merged: { role: Message['role']; messages: Content[][] }[] = [];
  for (const { role, content } of messages) {
    const kept = content.filter((part) => isSent(part, role));
    if (kept.every((part) => part.kind === 'text' && part.text.trim() === '')) continue;
    const last = merged.at(-1);
    if (last?.role === role) last.messages.push(kept);
    else merged.push({ role, messages: [kept] });
  }
  return merged.map((turn) => ({ role: turn.role, content: joinedApart(turn.messages) }));
}

// Reasoning is replayed with its signature or not at all, and a reply has no place for files.
function isSent(part: Content, role: Message['role']): boolean {
  if (part.kind === 'thinking') return Boolean(part.signature || part.redacted);
  return role === 'user' || part.kind === 'text' || part.kind === 'toolCall';
}

// Some models number their calls anew in each reply; the service wants an id once in a conversation.
function withOwnIds(content: Content[], used: Set<string>): { content: Content[]; ids: Map<string, string> } {
  const ids = new Map<string, string>();
  const own = content.flatMap((part): Content[] => {
    if (part.kind !== 'toolCall') return [part];
    if (ids.has(part.id)) return [];
    let id = acceptedId.test(part.id) ? part.id : hashed(part.id);
    while (used.has(id)) id = hashed(`${id}:${used.size}`);
    used.add(id);
    ids.set(part.id, id);
    return [{ ...part, id }];
  });
  return { content: own, ids };
}

function hashed(id: string): string {
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, 24)}`;
}

function answered(content: Content[], open: Map<string, string>): Content[] {
  const results = new Map<string, ToolResult>();
  const rest: Content[][] = [[]];
  for (const part of content) {
    if (part.kind !== 'toolResult') rest.at(-1)?.push(part);
    else if (!open.has(part.callId)) rest.push(...asTexts(part), []);
    else if (!results.has(part.callId)) results.set(part.callId, part);
  }
  const ordered = [...open].map(
    ([given, callId]): ToolResult => ({
      kind: 'toolResult',
      content: [{ kind: 'text', text: noResult }],
      isError: true,
      ...results.get(given),
      callId,
    }),
  );
  return [...ordered, ...joinedApart(rest)];
}

function asTexts({ content }: ToolResult): Content[][] {
  const label: Text = { kind: 'text', text: 'Result of an earlier tool call:' };
  return content.length > 0 ? [[label], ...content.map((part) => [part])] : [];
}
