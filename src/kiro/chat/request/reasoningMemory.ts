import { createHash } from 'node:crypto';
import type { Message, ReplyPart, Thinking } from '../conversation';

/** Whose reasoning: a seal holds for the model and the conversation it was made in. */
export interface ReasoningScope {
  accountId: string | undefined;
  modelId: string;
  conversationId: string | undefined;
}

interface Memory {
  /** None where the service refused it; undefined where two answers cannot be told apart: then neither is replayed. */
  thinking: Thinking[] | undefined;
  characters: number;
}

/**
 * The sealed reasoning of answers, because the host forgets that of earlier turns. In memory only, the oldest and
 * longest unused given up first. An answer is known again by its tool calls' ids, or else by its text.
 */
export class ReasoningMemory {
  private readonly memories = new Map<string, Memory>();
  private characters = 0;

  constructor(private readonly maxCharacters = 8_000_000) {}

  /**
   * The reasoning to replay with an answer, whatever the host hands back of it: none where the service refused it.
   * Undefined where nothing is known of it.
   */
  recall(scope: ReasoningScope, answer: Message): Thinking[] | undefined {
    const key = keyOfMessage(scope, answer);
    const found = key === undefined ? undefined : this.memories.get(key);
    if (key === undefined || !found) return undefined;
    this.memories.delete(key);
    this.memories.set(key, found);
    return found.thinking;
  }

  /**
   * Gives up the reasoning of these answers, because the service does not know its seals: it forgot them, or they are
   * those of another account that the conversation began with.
   */
  giveUp(scope: ReasoningScope, answers: readonly Message[]): void {
    for (const answer of answers) {
      const key = keyOfMessage(scope, answer);
      const isReplayed =
        (key !== undefined && this.memories.has(key)) ||
        answer.content.some((part) => part.kind === 'thinking');
      if (key !== undefined && isReplayed) this.keep(key, { thinking: [], characters: key.length });
    }
  }

  /** The same answer, which is remembered when it ends, however it ends. */
  async *remembering(scope: ReasoningScope, answer: AsyncIterable<ReplyPart>): AsyncGenerator<ReplyPart> {
    const sealed: Thinking[] = [];
    const calls: string[] = [];
    let text = '';
    try {
      for await (const part of answer) {
        if (part.kind === 'text') text += part.text;
        if (part.kind === 'toolCall') calls.push(part.id);
        if (part.kind === 'thinkingEnd') {
          // A seal that came late ends its block once more.
          const before = sealed.at(-1);
          if (before && !isSealed(before) && before.text === part.text) sealed.pop();
          sealed.push({ ...part, kind: 'thinking' });
        }
        yield part;
      }
    } finally {
      const [thinking, ...others] = sealed;
      const key = keyOf(scope, calls, text);
      // A message has room for one block; of several, a part alone would not be what was sealed.
      if (key !== undefined && thinking && isSealed(thinking) && others.length === 0)
        this.remember(key, thinking);
    }
  }

  private remember(key: string, thinking: Thinking): void {
    const before = this.memories.get(key);
    const isOther = before && JSON.stringify(before.thinking) !== JSON.stringify([thinking]);
    const { text, signature = '', redacted = '' } = thinking;
    const characters = text.length + signature.length + redacted.length;
    this.keep(
      key,
      isOther
        ? { thinking: undefined, characters: key.length }
        : { thinking: [thinking], characters: characters + key.length },
    );
  }

  private keep(key: string, memory: Memory): void {
    this.forget(key);
    this.memories.set(key, memory);
    this.characters += memory.characters;
    for (const oldest of this.memories.keys()) {
      if (this.characters <= this.maxCharacters && this.memories.size <= maxAnswers) return;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    this.characters -= this.memories.get(key)?.characters ?? 0;
    this.memories.delete(key);
  }
}

const maxAnswers = 5_000;

const isSealed = ({ signature, redacted }: Thinking): boolean => Boolean(signature || redacted);

function keyOfMessage(scope: ReasoningScope, { content }: Message): string | undefined {
  const calls = content.filter((part) => part.kind === 'toolCall').map(({ id }) => id);
  const text = content.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  return keyOf(scope, calls, text);
}

// Calls have ids that the service made up; a text alone may well occur in two conversations.
function keyOf(scope: ReasoningScope, calls: string[], text: string): string | undefined {
  const name = calls.length > 0 ? calls : scope.conversationId && text.trim();
  if (!name) return undefined;
  const parts = [scope.accountId ?? '', scope.modelId, scope.conversationId ?? '', name];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
