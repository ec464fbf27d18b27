import type { ReplyPart, ToolCall } from '../../conversation';
import { limits } from '../limits';
import { PropertyNames } from './propertyNames';
import type { Schema } from './schemaKeywords';
import { WireNames } from './wireNames';

const maxLength = limits.toolNameChars;

type Call = Pick<ToolCall, 'name' | 'input'>;

/** The names of one request's tools and of their properties as the service accepts them, and back. */
export class ToolNames {
  private readonly names = new WireNames({
    accepted: new RegExp(`^[a-zA-Z][a-zA-Z0-9_-]{0,${maxLength - 1}}$`),
    maxLength,
    others: /[^a-zA-Z0-9_-]+/g,
    kind: 'tool',
  });
  private readonly properties = new Map<string, PropertyNames>();

  toWire(name: string): string {
    return this.names.toWire(name);
  }

  fromWire(wire: string): string {
    return this.names.fromWire(wire);
  }

  /** A tool's schema with names that are accepted; its calls are translated from then on. */
  schemaToWire(name: string, schema: Schema): Schema {
    const properties = new PropertyNames(schema);
    this.properties.set(name, properties);
    return properties.wireSchema();
  }

  callToWire({ name, input }: Call): Call {
    return { name: this.toWire(name), input: this.properties.get(name)?.toWire(input) ?? input };
  }

  callFromWire(call: Call): Call {
    const name = this.fromWire(call.name);
    return { name, input: this.properties.get(name)?.fromWire(call.input) ?? call.input };
  }

  /** A part of a reply under the names by which a person knows the tools and their properties. */
  partFromWire(part: ReplyPart): ReplyPart {
    if (part.kind === 'toolCall') return { ...part, ...this.callFromWire(part) };
    return 'name' in part && part.name !== undefined ? { ...part, name: this.fromWire(part.name) } : part;
  }
}
