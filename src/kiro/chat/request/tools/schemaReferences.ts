import { isRecord } from '../../../../base/json';
import type { Schema } from './schemaKeywords';

/** Where the references of one schema lead: by pointer, by anchor, or by the `$id` of a part of it. */
export class SchemaReferences {
  private named: Map<string, Schema> | undefined;

  constructor(private readonly root: Schema) {}

  /**
   * What a reference stands for that is written in `resource`; undefined where that is no part of this schema, or where
   * one reference leads to the next without end.
   */
  find(reference: string, resource: Schema): unknown {
    const target = this.next(reference, resource);
    const seen = new Set<unknown>();
    for (let at = target; isRecord(at) && typeof at['$ref'] === 'string'; ) {
      if (seen.has(at)) return undefined;
      seen.add(at);
      at = this.next(at['$ref'], typeof at['$id'] === 'string' ? at : resource);
    }
    return target;
  }

  private next(reference: string, resource: Schema): unknown {
    const [address = '', fragment = ''] = reference.split('#', 2);
    const start = address === '' ? resource : this.byName(address);
    if (!start || fragment === '') return start;
    return fragment.startsWith('/') ? pointed(start, fragment) : this.byName(`#${fragment}`);
  }

  private byName(name: string): Schema | undefined {
    this.named ??= namedParts(this.root);
    return this.named.get(name);
  }
}

function namedParts(root: Schema): Map<string, Schema> {
  const named = new Map<string, Schema>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isRecord(value)) return;
    const { $id, $anchor } = value;
    if (typeof $id === 'string') named.set($id.replace(/#$/, ''), value);
    if (typeof $anchor === 'string') named.set(`#${$anchor}`, value);
    Object.values(value).forEach(visit);
  };
  visit(root);
  return named;
}

/** What a JSON pointer leads to; undefined where that is nothing. */
export function pointed(start: unknown, pointer: string): unknown {
  let found = start;
  for (const step of decoded(pointer).slice(1).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const holds = typeof found === 'object' && found !== null && Object.hasOwn(found, name);
    if (!holds) return undefined;
    found = (found as Schema)[name];
  }
  return found;
}

function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer);
  } catch (error) {
    if (error instanceof URIError) return pointer;
    throw error;
  }
}
