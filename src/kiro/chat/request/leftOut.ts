import type { Content, Document, Image, Text, ToolResult } from '../conversation';

export type Attachment = Image | Document;

/** Why something attached is not sent: a reason of our own, and the facts for a person. */
export interface Obstacle {
  reason:
    | 'image'
    | 'image-format'
    | 'image-size'
    | 'image-dimension'
    | 'image-count'
    | 'document'
    | 'document-size'
    | 'document-count';
  detail: string;
}

/** What takes the place of attachments that are left out. Why is said once in a conversation, with their number there. */
export class LeftOut {
  private readonly notes = new Map<Content, Obstacle>();
  private readonly said = new Set<string>();

  note(obstacle: Obstacle): Text {
    const note: Text = { kind: 'text', text: '' };
    this.notes.set(note, obstacle);
    return note;
  }

  has(part: Content): boolean {
    return this.notes.has(part);
  }

  /** The content of the next message with what there is to say. Asked in the order of the conversation. */
  worded(content: Content[]): Content[] {
    const here = this.wordedIn(content);
    return here.map((part) =>
      part.kind === 'toolResult'
        ? { ...part, content: this.wordedIn(part.content) as ToolResult['content'] }
        : part,
    );
  }

  private wordedIn(parts: Content[]): Content[] {
    const worded = parts.flatMap((part): Content[] => {
      const obstacle = this.notes.get(part);
      if (!obstacle) return [part];
      const { reason, detail } = obstacle;
      if (this.said.has(detail)) return [];
      this.said.add(detail);
      const count = parts.filter((one) => this.notes.get(one)?.detail === detail).length;
      return [this.reworded(part, `[${subject(reason, count)} left out: ${detail}]`)];
    });
    const [note] = parts.filter((part) => this.has(part));
    if (!note || worded.length > 0) return worded;
    return [this.reworded(note, '[Left out for a reason that was given before.]')];
  }

  private reworded(note: Content, text: string): Text {
    const obstacle = this.notes.get(note);
    const worded: Text = { kind: 'text', text };
    if (obstacle) this.notes.set(worded, obstacle);
    return worded;
  }
}

function subject(reason: Obstacle['reason'], count: number): string {
  const [one, several] = reason.startsWith('image') ? ['An image', 'images'] : ['A document', 'documents'];
  return count === 1 ? `${one} is` : `${count} ${several} are`;
}
