import { createHash, randomUUID } from 'node:crypto';
import type { ChatRequest } from '../../kiro/chat/conversation';
import type { RequestOptions } from './hostApi';

type Asked = Pick<RequestOptions, 'modelOptions'>;

/** Whether the request is a turn of a chat: the newest hosts name the conversation, the oldest (1.133) only number its turns. */
export function isTurnOfChat({ modelOptions }: Asked): boolean {
  const { _conversationId: conversation, _telemetryTurn: turn } = modelOptions ?? {};
  return typeof conversation === 'string' || typeof turn === 'number';
}

/** Two people who begin in the same words have two conversations, and so has one after a reload. */
const windowSecret = randomUUID();

/**
 * The id of a request's conversation, a UUID as the service wants it: the host's own, whatever its form, or one for all
 * requests that are the same up to the first reply, which are the turns of one conversation. The oldest host (1.133) and
 * most extensions name none.
 */
export function conversationIdOf(
  { modelOptions }: Asked,
  { system, messages }: Pick<ChatRequest, 'system' | 'messages'>,
): string {
  const named = modelOptions?.['_conversationId'];
  if (typeof named !== 'string' || named === '') {
    const reply = messages.findIndex(({ role }) => role === 'assistant');
    // Extensions have no role for instructions, and put them into a message before the first question.
    const opening = (reply < 0 ? messages : messages.slice(0, reply)).flatMap(({ content }) => content);
    const words = opening.map((part) => (part.kind === 'text' ? part.text : part.kind));
    return uuidOf(JSON.stringify([windowSecret, system, words]));
  }
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(named) ? named : uuidOf(named);
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
