import { isRecord } from '../../../../base/json';
import { FoldedSchemas } from './foldedSchemas';
import { list, type Mapping, mapSchema, record, type Schema, sameParts } from './schemaKeywords';
import { SchemaReferences } from './schemaReferences';

/**
 * A tool's schema as the service and the models behind it take it: valid by draft 2020-12, an object at the top with its
 * properties named and no combinators there, every reference one into the schema itself. What is good stays as it is,
 * and for whatever object the given schema is valid, this one is, too.
 */
export function tidySchema(given: unknown): Schema {
  const root = validSchema(record(given));
  const { properties, required, ...rest } = new FoldedSchemas(root).fold(root) || {};
  const known = record(properties);
  const needed = list(required).filter((name) => typeof name === 'string' && Object.hasOwn(known, name));
  return {
    ...rest,
    type: 'object',
    properties: known,
    ...(needed.length > 0 ? { required: needed } : {}),
  };
}

const definitions = ['$defs', 'definitions'] as const;
const combinators = ['allOf', 'anyOf', 'oneOf'] as const;

/** A reference that needs no care: it is understood as it is, whatever becomes of the rest of the schema. */
const plainReference = /^#\/(\$defs|definitions)\/[\w.-]+$/;

/** What `false` stands for, as a schema that can be told apart from others. */
const nothing: Schema = { not: {} };

/**
 * The same schema as draft 2020-12 has it. What it refers to stands among the definitions at its top, wherever it stood
 * before, so that the top can change.
 */
function validSchema(given: Schema): Schema {
  const references = new SchemaReferences(given);
  const isKept = given['type'] === 'object' && ![...combinators, '$ref'].some((keyword) => keyword in given);
  const names = new Set(definitions.flatMap((keyword) => Object.keys(record(given[keyword]))));
  const copied = new Map<Schema, { name: string; mapping: Mapping }>();

  const mappingIn = (resource: Schema): Mapping => {
    const mapping: Mapping = {
      ...sameParts,
      schema: (inner) => (isRecord(inner) ? withoutDefinitions(valid(inner, mapping)) : inner),
      reference: (reference) => {
        const found = references.find(reference, resource);
        const target = found === false ? nothing : found;
        if (!isRecord(target)) return undefined;
        // Whatever name it has for itself is gone.
        if (target === given && isKept) return '#';
        if (plainReference.test(reference) && resource === given) return reference;
        const copy = copied.get(target) ?? { name: unused(reference, names), mapping };
        copied.set(target, copy);
        return `#/$defs/${copy.name}`;
      },
    };
    return mapping;
  };
  const ofAll = mappingIn(given);
  const valid = (schema: Schema, mapping: Mapping): Schema =>
    mapSchema(schema, typeof schema['$id'] === 'string' && schema !== given ? mappingIn(schema) : mapping);

  const root = valid(given, ofAll);
  const copies: [string, Schema][] = [];
  // A copy may refer to more: a map takes new entries while it is gone through.
  for (const [target, { name, mapping }] of copied) {
    copies.push([name, withoutDefinitions(valid(target, mapping))]);
  }
  return copies.length > 0
    ? { ...root, $defs: { ...record(root['$defs']), ...Object.fromEntries(copies) } }
    : root;
}

function withoutDefinitions(schema: Schema): Schema {
  if (!definitions.some((keyword) => keyword in schema)) return schema;
  const { $defs: _, definitions: __, ...others } = schema;
  return others;
}

function unused(reference: string, names: Set<string>): string {
  const readable =
    reference
      .split(/[/#]/)
      .at(-1)
      ?.replace(/[^\w.-]+/g, '_') || 'root';
  let name = readable;
  for (let at = 2; names.has(name); at++) name = `${readable}_${at}`;
  names.add(name);
  return name;
}
