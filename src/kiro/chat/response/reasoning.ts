import type { ReplyPart } from '../conversation';

type ThinkingEnd = Extract<ReplyPart, { kind: 'thinkingEnd' }>;

/**
 * The reasoning of one answer. A block ends where text or a call begins, or with its seal; a seal that comes after the
 * text began ends its block once more, because replay needs the seal and the whole text together.
 */
export class Reasoning {
  private text = '';
  private blocks = 0;
  private state: 'none' | 'open' | 'ended' | 'sealed' = 'none';

  add(text: string): void {
    if (this.state !== 'open') {
      this.text = '';
      this.blocks++;
    }
    this.state = 'open';
    this.text += text;
  }

  /** Text or a call begins, or the answer is over. */
  end(): ThinkingEnd | undefined {
    if (this.state !== 'open') return undefined;
    this.state = 'ended';
    return { kind: 'thinkingEnd', text: this.text };
  }

  seal(signature: string | undefined, redacted: string | undefined): ThinkingEnd {
    // A block the service gives only as a blob has no text to open it.
    if (this.state === 'none' || this.state === 'sealed') {
      this.text = '';
      this.blocks++;
    }
    this.state = 'sealed';
    return {
      kind: 'thinkingEnd',
      text: this.text,
      // Later seals cover the earlier blocks too, and a message has room for one block: such reasoning cannot be
      // replayed, and without a seal nobody tries.
      ...(this.blocks > 1 ? {} : { ...(signature ? { signature } : {}), ...(redacted ? { redacted } : {}) }),
    };
  }
}
