import { createHash } from 'node:crypto';
import type { Message, Thinking } from '../conversation';
import { isSigned, type ReplyRecord } from '../response/replyRecord';

/** Whose reasoning: a signature holds for the model and the conversation it was made in. */
export interface ReasoningScope {
  accountId: string | undefined;
  modelId: string;
  conversationId: string | undefined;
}

interface Memory {
  /** None where the service refused it; undefined where two replies cannot be told apart: then neither is replayed. */
  thinking: Thinking[] | undefined;
  characters: number;
}

/**
 * The signed reasoning of replies, because the host forgets that of earlier turns. In memory only, the oldest and
 * longest unused given up first. A reply is known again by its tool calls' ids, or else by its text.
 */
export class ReasoningMemory {
  private readonly memories = new Map<string, Memory>();
  private characters = 0;

  constructor(private readonly maxCharacters = 8_000_000) {}

  /**
   * The reasoning to replay with a reply, whatever the host hands back of it: none where the service refused it.
   * Undefined where nothing is known of it.
   */
  recall(scope: ReasoningScope, reply: Message): Thinking[] | undefined {
    const key = keyOfMessage(scope, reply);
    const found = key === undefined ? undefined : this.memories.get(key);
    if (key === undefined || !found) return undefined;
    this.memories.delete(key);
    this.memories.set(key, found);
    return found.thinking;
  }

  /**
   * Gives up the reasoning of these replies, because the service does not know its signatures: it forgot them, or they
   * are those of another account that the conversation began with.
   */
  giveUp(scope: ReasoningScope, replies: readonly Message[]): void {
    for (const reply of replies) {
      const key = keyOfMessage(scope, reply);
      const isReplayed =
        (key !== undefined && this.memories.has(key)) ||
        reply.content.some((part) => part.kind === 'thinking');
      if (key !== undefined && isReplayed) this.keep(key, { thinking: [], characters: key.length });
    }
  }

  /** Keeps the reasoning of a reply that ended, however it ended. */
  remember(scope: ReasoningScope, { thinking: blocks, calls, text }: ReplyRecord): void {
    const [thinking, ...others] = blocks;
    const key = keyOf(scope, calls, text);
    // A message has room for one block; of several, a part alone would not be what was signed.
    if (key === undefined || !thinking || !isSigned(thinking) || others.length > 0) return;
    const before = this.memories.get(key);
    const isOther = before && JSON.stringify(before.thinking) !== JSON.stringify([thinking]);
    const { text: thought, signature = '', redacted = '' } = thinking;
    const characters = thought.length + signature.length + redacted.length;
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
