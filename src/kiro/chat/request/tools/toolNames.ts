import { createHash } from 'node:crypto';
import { limits } from '../limits';

const maxLength = limits.toolNameChars;
const accepted = new RegExp(`^[a-zA-Z][a-zA-Z0-9_-]{0,${maxLength - 1}}$`);

/**
 * The names of one request's tools as the service accepts them, and back. A name is changed only where it must be, to
 * one that depends on nothing but itself, so that it stays the same from turn to turn.
 */
export class ToolNames {
  private readonly originals = new Map<string, string>();

  toWire(name: string): string {
    let wire = accepted.test(name) ? name : shortened(name);
    // A tool that happens to be called like another one's shortened name.
    while (this.originals.has(wire) && this.originals.get(wire) !== name) wire = shortened(`${wire}:${name}`);
    this.originals.set(wire, name);
    return wire;
  }

  fromWire(wire: string): string {
    return this.originals.get(wire) ?? wire;
  }
}

function shortened(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const readable = name.replace(/[^a-zA-Z0-9_-]+/g, '_').replace(/^[^a-zA-Z]+/, '');
  return `${(readable || 'tool').slice(0, maxLength - 9)}_${hash}`;
}
