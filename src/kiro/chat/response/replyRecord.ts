import type { ReplyPart, Thinking } from '../conversation';

/** What a reply comes to, from its parts as they go by. */
export class ReplyRecord {
  text = '';
  /** The blocks of its reasoning, with what is needed to replay them. */
  readonly thinking: Thinking[] = [];
  /** The ids of its calls. */
  readonly calls: string[] = [];
  readonly truncatedCalls: Extract<ReplyPart, { kind: 'truncatedCall' }>[] = [];
  usage: Extract<ReplyPart, { kind: 'usage' }> | undefined;

  see(part: ReplyPart): void {
    switch (part.kind) {
      case 'text':
        this.text += part.text;
        break;
      case 'thinkingEnd': {
        // A signature that came late ends its block once more.
        const before = this.thinking.at(-1);
        if (before && !isSigned(before) && before.text === part.text) this.thinking.pop();
        this.thinking.push({ ...part, kind: 'thinking' });
        break;
      }
      case 'toolCall':
        this.calls.push(part.id);
        break;
      case 'truncatedCall':
        this.truncatedCalls.push(part);
        break;
      case 'usage':
        this.usage = part;
        break;
    }
  }
}

/** Whether reasoning can be replayed. */
export const isSigned = ({ signature, redacted }: Thinking): boolean => Boolean(signature || redacted);
