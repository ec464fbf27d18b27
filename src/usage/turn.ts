/**
 * What chats cost, kept on this machine: one turn (this module), the history of them, and what it adds up to, which
 * `page/` shows. Figures, times and names of models only: no prompt, reply, path, address or token comes in here.
 */
import { createHash } from 'node:crypto';
import { isRecord, parseJson } from '../base/json';

/** Who asked: a person, or the editor on its own (a title, a summary, an agent that works for another one). */
export const turnKinds = ['chat', 'background', 'subagent'] as const;

/** The figures of a turn. Each is absent where the service did not tell it. */
export const figures = ['input', 'output', 'cached', 'credits', 'firstPartMs', 'durationMs'] as const;

type Figure = (typeof figures)[number];
/**
 * `input`: tokens that were not read from the cache, `cached`: those that were. `firstPartMs`: from the request to the
 * first part of the reply, `durationMs` to its end, in milliseconds.
 */
type Figures = { [figure in Figure]?: number | undefined };

/** One request of a chat and its reply, as it is kept. */
export interface Turn extends Figures {
  /** When it ended, in epoch milliseconds. */
  at: number;
  /** Our own id of the account, which tells nothing of the person. */
  accountId: string;
  model: string;
  effort?: string | undefined;
  kind: (typeof turnKinds)[number];
  /** Tells conversations apart and nothing else; see `chatOf`. */
  chat?: string | undefined;
}

const version = 1;

/** The name under which a conversation is kept: the service's id of it stays where it is. */
export function chatOf(conversationId: string): string {
  return createHash('sha256').update(conversationId).digest('hex').slice(0, 12);
}

/** A turn as one line, without its break. Nothing but the members of `Turn` gets into it. */
export function lineOf(turn: Turn): string {
  return JSON.stringify({ v: version, ...turnIn(turn) });
}

/** The turn that a line holds; undefined for a line that is damaged, or of a version that is not known here. */
export function turnOf(line: string): Turn | undefined {
  const read = parseJson(line);
  return isRecord(read) && read['v'] === version ? turnIn(read) : undefined;
}

// By hand: the schemas of valibot take five times as long, and the view of a year waits for it.
function turnIn(read: { [member in keyof Turn]?: unknown }): Turn | undefined {
  const { at, accountId, model, effort, kind, chat } = read;
  if (!isFigure(at) || !isName(accountId) || !isName(model)) return undefined;
  const turn: Turn = { at, accountId, model, kind: turnKinds.find((known) => known === kind) ?? 'chat' };
  if (isName(effort)) turn.effort = effort;
  if (isName(chat)) turn.chat = chat;
  for (const figure of figures) {
    const value = read[figure];
    // One figure that is off never costs the turn.
    if (isFigure(value)) turn[figure] = value;
  }
  return turn;
}

const isFigure = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= 200;
