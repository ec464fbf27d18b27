import type { ReplyPart } from '../conversation';

type ThinkingEnd = Extract<ReplyPart, { kind: 'thinkingEnd' }>;

/**
 * The reasoning of one reply. A block ends where text or a call begins, or with its signature; a signature that comes
 * after the text began ends its block once more, because replay needs the signature and the whole text together.
 */
export class Reasoning {
  private text = '';
  private blocks = 0;
  private state: 'none' | 'open' | 'ended' | 'signed' = 'none';

  add(text: string): void {
    if (this.state !== 'open') {
      this.text = '';
      this.blocks++;
    }
    this.state = 'open';
    this.text += text;
  }

  /** Text or a call begins, or the reply is over. */
  end(): ThinkingEnd | undefined {
    if (this.state !== 'open') return undefined;
    this.state = 'ended';
    return { kind: 'thinkingEnd', text: this.text };
  }

  /** The service's signature over a block, or a block that is nothing but a blob. */
  sign(signature: string | undefined, redacted: string | undefined): ThinkingEnd {
    // A block the service gives only as a blob has no text to open it.
    if (this.state === 'none' || this.state === 'signed') {
      this.text = '';
      this.blocks++;
    }
    this.state = 'signed';
    return {
      kind: 'thinkingEnd',
      text: this.text,
      // Later signatures cover the earlier blocks too, and a message has room for one block: such reasoning cannot be
      // replayed, and without a signature nobody tries.
      ...(this.blocks > 1 ? {} : { ...(signature ? { signature } : {}), ...(redacted ? { redacted } : {}) }),
    };
  }
}
