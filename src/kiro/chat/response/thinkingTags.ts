export interface TaggedText {
  kind: 'text' | 'thinking';
  text: string;
}

const names = ['thinking', 'think', 'reasoning', 'thought'];
const openings = names.map((name) => `<${name}>`);
/** A closing tag between two of the same of these is being talked about, not used. */
const quotes = ['"', "'", '`'];

/** White space before a tag; longer is text, which must not be held back. */
const longestLeadIn = 100;

type State = 'before' | 'inside' | 'between' | 'after';
type More = 'more-follows' | 'ends-here';

/**
 * Tells thinking from text where a model writes its reasoning between tags. Only a tag before the first visible text
 * counts, and only one block: later ones are prose or code about tags. Fed piece by piece; tags may be split anywhere.
 */
export class ThinkingTags {
  private state: State = 'before';
  /** Read, but not yet known to be text, thinking or part of a tag. */
  private held = '';
  private opening = '';
  private closing = '';
  /** What the block has so far. */
  private thought = '';

  read(piece: string): TaggedText[] {
    this.held += piece;
    return this.advance('more-follows');
  }

  /**
   * No more text follows. A block that is still open was cut short, so its rest is thinking; or it is a complete reply that
   * begins with a tag, as one about such tags may: then all of it is text, however much passed for thinking.
   */
  end(openBlock: 'cut-short' | 'complete'): TaggedText[] {
    const parts = this.advance('ends-here');
    const isReply = this.state === 'inside' && openBlock === 'complete';
    const rest = isReply ? this.opening + this.thought + this.held : this.held;
    if (rest) parts.push({ kind: this.state === 'inside' && !isReply ? 'thinking' : 'text', text: rest });
    this.held = '';
    this.state = 'after';
    return parts;
  }

  private advance(more: More): TaggedText[] {
    const parts: TaggedText[] = [];
    if (this.state === 'before') this.state = this.open();
    if (this.state === 'inside') this.state = this.think(more, parts);
    if (this.state === 'between') {
      this.held = this.held.replace(/^[\r\n]+/, '');
      if (this.held) this.state = 'after';
    }
    if (this.state === 'after' && this.held) {
      parts.push({ kind: 'text', text: this.held });
      this.held = '';
    }
    return parts;
  }

  private open(): State {
    const start = this.held.trimStart();
    if (this.held.length - start.length > longestLeadIn) return 'after';
    const opening = openings.find((tag) => start.startsWith(tag));
    if (!opening) return openings.some((tag) => tag.startsWith(start)) ? 'before' : 'after';
    this.held = start.slice(opening.length);
    this.opening = opening;
    this.closing = `</${opening.slice(1)}`;
    return 'inside';
  }

  private think(more: More, parts: TaggedText[]): State {
    if (this.thought === '') this.held = this.held.replace(/^[\r\n]+/, '');
    let at = this.held.indexOf(this.closing);
    while (at >= 0 && this.isQuoted(at)) at = this.held.indexOf(this.closing, at + 1);
    // Only what follows the tag tells whether it is quoted.
    const closed = at >= 0 && (more === 'ends-here' || at + this.closing.length < this.held.length);
    const length = at >= 0 ? at : more === 'ends-here' ? 0 : this.held.length - this.partialClosing();
    if (length > 0) {
      const text = this.held.slice(0, length);
      this.thought += text;
      parts.push({ kind: 'thinking', text });
    }
    this.held = this.held.slice(length + (closed ? this.closing.length : 0));
    return closed ? 'between' : 'inside';
  }

  private isQuoted(at: number): boolean {
    const before = at > 0 ? this.held[at - 1] : this.thought.at(-1);
    return before !== undefined && quotes.includes(before) && before === this.held[at + this.closing.length];
  }

  /** How many characters at the end of `held` may be the beginning of the closing tag. */
  private partialClosing(): number {
    for (let length = Math.min(this.closing.length - 1, this.held.length); length > 0; length--) {
      if (this.closing.startsWith(this.held.slice(-length))) return length;
    }
    return 0;
  }
}
