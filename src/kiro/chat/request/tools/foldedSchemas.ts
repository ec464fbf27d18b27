import { isRecord } from '../../../../base/json';
import { conjunctionOf, unionOf } from './schemaAlgebra';
import { list, type Schema } from './schemaKeywords';
import { pointed } from './schemaReferences';

/**
 * Folds valid schemas into ones that say everything themselves: without reference or choice at their top, and valid for
 * all that the given ones are valid for.
 */
export class FoldedSchemas {
  /** What each reference came to, once that is known. */
  private readonly targets = new Map<string, Schema | false | undefined>();

  /** The references that are being followed. */
  private readonly pending: string[] = [];

  constructor(private readonly root: Schema) {}

  /** False where no value is valid, undefined for a schema that leads back to itself with no value in between. */
  fold(schema: unknown): Schema | false | undefined {
    if (!isRecord(schema)) return schema !== false && {};
    const { $ref, allOf, anyOf, oneOf, ...own } = schema;
    const branches = (choice: unknown) => list(choice).map((branch) => this.fold(branch));
    const others = [
      ...(typeof $ref === 'string' ? [this.target($ref)] : []),
      ...branches(allOf),
      ...[anyOf, oneOf].flatMap((choice) => (choice ? [unionOf(branches(choice).filter(isKnown))] : [])),
    ];
    if (others.length === 0) return own;
    // What a schema says by way of itself adds nothing.
    const members = [...(Object.keys(own).length > 0 ? [own] : []), ...others.filter(isKnown)];
    return members.length > 0 ? conjunctionOf(members) : undefined;
  }

  private target(reference: string): Schema | false | undefined {
    // By way of others it leads back to itself: what they take then is not all that they take.
    if (this.pending.includes(reference)) return this.pending.at(-1) === reference ? undefined : {};
    if (this.targets.has(reference)) return this.targets.get(reference);
    this.pending.push(reference);
    const found = this.fold(pointed(this.root, reference.slice(1)));
    this.pending.pop();
    this.targets.set(reference, found);
    return found;
  }
}

const isKnown = <T>(schema: T | undefined): schema is T => schema !== undefined;
