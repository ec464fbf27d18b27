import { createHash } from 'node:crypto';

/** What names the service accepts. */
export interface NameForm {
  accepted: RegExp;
  maxLength: number;
  /** All characters that such a name cannot have. */
  others: RegExp;
  /** What stands for a name of which nothing is left. */
  kind: string;
}

/**
 * Names as the service accepts them, and back. A name is changed only where it must be, to one that depends on nothing
 * but itself, so that it stays the same from turn to turn.
 */
export class WireNames {
  private readonly originals = new Map<string, string>();

  constructor(private readonly form: NameForm) {}

  toWire(name: string): string {
    let wire = this.form.accepted.test(name) ? name : this.shortened(name);
    // One that happens to be called like another one's shortened name.
    while (this.originals.has(wire) && this.originals.get(wire) !== name) {
      wire = this.shortened(`${wire}:${name}`);
    }
    this.originals.set(wire, name);
    return wire;
  }

  fromWire(wire: string): string {
    return this.originals.get(wire) ?? wire;
  }

  private shortened(name: string): string {
    const { others, maxLength, kind } = this.form;
    const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
    const readable = name.replace(others, '_').replace(/^[^a-zA-Z]+/, '');
    return `${(readable || kind).slice(0, maxLength - 9)}_${hash}`;
  }
}
