import { isRecord } from '../../../../base/json';
import { type Mapping, mapSchema, type Schema, sameParts } from './schemaKeywords';
import { WireNames } from './wireNames';

// Seen refused: property keys that do not match `^[a-zA-Z0-9_.-]{1,64}$`.
const form = {
  accepted: /^[a-zA-Z0-9_.-]{1,64}$/,
  maxLength: 64,
  others: /[^a-zA-Z0-9_.-]+/g,
  kind: 'property',
};

/** The names of one tool's properties that the service does not accept, there and back. */
export class PropertyNames {
  private readonly wire = new Map<string, string>();
  private readonly original = new Map<string, string>();

  constructor(private readonly schema: Schema) {
    const names = namesIn(schema);
    const wireNames = new WireNames(form);
    // The good ones first: they stay what they are.
    for (const name of names) if (form.accepted.test(name)) wireNames.toWire(name);
    for (const name of names) {
      if (form.accepted.test(name)) continue;
      this.wire.set(name, wireNames.toWire(name));
      this.original.set(wireNames.toWire(name), name);
    }
  }

  /** The tool's schema with names that are accepted. */
  wireSchema(): Schema {
    if (this.wire.size === 0) return this.schema;
    return this.renamed(saysNames(this.schema) ? withoutRulesOfNames(this.schema) : this.schema);
  }

  /** An input of the tool under the names of the wire, at any depth. */
  toWire<T>(input: T): T {
    return renamed(input, this.wire);
  }

  /** An input of the tool under the names that its owner gave. */
  fromWire<T>(input: T): T {
    return renamed(input, this.original);
  }

  private renamed(schema: Schema): Schema {
    return mapSchema(schema, {
      ...sameParts,
      schema: (inner) => (isRecord(inner) ? this.renamed(inner) : inner),
      name: (name) => this.wire.get(name) ?? name,
      value: (value) => this.toWire(value),
    });
  }
}

function renamed<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (names.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, names)) as T;
  const entries = Object.entries(value).map(([name, inner]) => [
    names.get(name) ?? name,
    renamed(inner, names),
  ]);
  return Object.fromEntries(entries) as T;
}

function namesIn(schema: Schema): Set<string> {
  const names = new Set<string>();
  const noting: Mapping = {
    ...sameParts,
    schema: (inner) => (isRecord(inner) ? mapSchema(inner, noting) : inner),
    name: (name) => {
      names.add(name);
      return name;
    },
  };
  mapSchema(schema, noting);
  return names;
}

const rulesOfNames = ['patternProperties', 'propertyNames'];

function saysNames(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  return rulesOfNames.some((rule) => rule in schema) || Object.values(schema).some(saysNames);
}

/** The rules, what depends on them, and where a rule that is gone would make less valid and not more. */
const besideRules = new Set([
  ...[...rulesOfNames, 'additionalProperties', 'unevaluatedProperties'],
  ...['not', 'if', 'then', 'else', 'maxContains'],
]);

// What a schema says of names in general would hold for the changed ones, too.
function withoutRulesOfNames({ oneOf, ...schema }: Schema): Schema {
  const kept = Object.entries(schema).filter(([keyword]) => !besideRules.has(keyword));
  return mapSchema(
    { ...(oneOf ? { anyOf: oneOf } : {}), ...Object.fromEntries(kept) },
    { ...sameParts, schema: (inner) => (isRecord(inner) ? withoutRulesOfNames(inner) : inner) },
  );
}
