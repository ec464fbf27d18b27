import { isRecord } from '../../../../base/json';

// Reading JSON schemas that anyone may have written: the one place that knows the keywords of draft 2020-12.

export type Schema = Record<string, unknown>;

/** A schema, or one of the two that are written as a truth value. */
export const isSchema = (value: unknown): value is Schema | boolean =>
  isRecord(value) || typeof value === 'boolean';

export const record = (value: unknown): Schema => (isRecord(value) ? value : {});

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What becomes of the parts of a schema while it is read. */
export interface Mapping {
  /** A schema inside. */
  schema: (schema: Schema | boolean) => Schema | boolean;
  /** The value of `$ref`; undefined where it leads nowhere. */
  reference: (reference: string) => string | undefined;
  /** The name of a property. */
  name: (name: string) => string;
  /** A value that the input may have: `const`, `default`, one of `enum` or `examples`. */
  value: (value: unknown) => unknown;
}

export const sameParts: Mapping = {
  schema: (schema) => schema,
  reference: (reference) => reference,
  name: (name) => name,
  value: (value) => value,
};

/** Reads a keyword's value; undefined where it is not of the keyword's kind. */
type Kind = (value: unknown, to: Mapping) => unknown;

const when =
  (isGood: (value: unknown) => boolean): Kind =>
  (value) =>
    isGood(value) ? value : undefined;
const gone: Kind = () => undefined;
const text = when((value) => typeof value === 'string');
const flag = when((value) => typeof value === 'boolean');
const number = when((value) => typeof value === 'number');
const positive = when((value) => typeof value === 'number' && value > 0);
const count = when((value) => Number.isInteger(value) && Number(value) >= 0);
const pattern = when(isPattern);

const inner = (value: unknown, to: Mapping) => to.schema(isSchema(value) ? value : {});
const schema: Kind = (value, to) => (isSchema(value) ? inner(value, to) : undefined);
const choices: Kind = (value, to) => {
  const schemas = list(value).filter(isSchema);
  return schemas.length > 0 ? schemas.map((one) => to.schema(one)) : undefined;
};
// A place counts here, whatever stands in it.
const tuple: Kind = (value, to) =>
  list(value).length > 0 ? list(value).map((one) => inner(one, to)) : undefined;

const mapOf =
  (key: (name: string, to: Mapping) => string | undefined, element: Kind): Kind =>
  (value, to) => {
    if (!isRecord(value)) return undefined;
    const entries = Object.entries(value).flatMap(([given, held]) => {
      const name = key(given, to);
      const read = name === undefined ? undefined : element(held, to);
      return read === undefined ? [] : [[name, read] as const];
    });
    return Object.fromEntries(entries);
  };
const property = (name: string, to: Mapping) => to.name(name);

const names: Kind = (value, to) =>
  Array.isArray(value)
    ? [...new Set(value.filter((name) => typeof name === 'string').map(to.name))]
    : undefined;
const someNames: Kind = (value, to) => {
  const read = list(names(value, to));
  return read.length > 0 ? read : undefined;
};
const values: Kind = (value, to) => (list(value).length > 0 ? list(value).map(to.value) : undefined);

const typeNames = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
const type: Kind = (value) => {
  const isType = (name: unknown) => typeof name === 'string' && typeNames.includes(name);
  if (!Array.isArray(value)) return isType(value) ? value : undefined;
  const types = [...new Set(value.filter(isType))];
  return types.length > 0 ? types : undefined;
};

/**
 * Every keyword of draft 2020-12 and the kind of its value, by the draft's own metaschemas. What names a schema as a
 * whole, or steers how it is read, is gone once its references are resolved.
 */
const kinds = new Map<string, Kind>([
  ...of(gone, '$schema', '$id', '$vocabulary', '$anchor', '$dynamicAnchor', '$dynamicRef'),
  ...of(gone, '$recursiveAnchor', '$recursiveRef', 'id', 'additionalItems', 'nullable', '__proto__'),
  ['$ref', (value, to) => (typeof value === 'string' ? to.reference(value) : undefined)],
  ...of(text, '$comment', 'title', 'description', 'format', 'contentEncoding', 'contentMediaType'),
  ...of(
    mapOf((name) => name, inner),
    '$defs',
    'definitions',
  ),
  ...of(mapOf(property, inner), 'properties', 'dependentSchemas'),
  ['patternProperties', mapOf((name) => (isPattern(name) ? name : undefined), inner)],
  ['dependentRequired', mapOf(property, names)],
  ['dependencies', mapOf(property, (value, to) => names(value, to) ?? inner(value, to))],
  ['required', someNames],
  ...of(schema, 'items', 'contains', 'additionalProperties', 'propertyNames', 'if', 'then', 'else', 'not'),
  ...of(schema, 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'),
  ...of(choices, 'allOf', 'anyOf', 'oneOf'),
  ['prefixItems', tuple],
  ['type', type],
  ['enum', values],
  ['examples', (value, to) => (Array.isArray(value) ? value.map(to.value) : undefined)],
  ...of((value, to) => to.value(value), 'const', 'default'),
  ...of(number, 'maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum'),
  ['multipleOf', positive],
  ...of(count, 'maxLength', 'minLength', 'maxItems', 'minItems', 'maxProperties', 'minProperties'),
  ...of(count, 'maxContains', 'minContains'),
  ['pattern', pattern],
  ...of(flag, 'uniqueItems', 'deprecated', 'readOnly', 'writeOnly'),
]);

function of(kind: Kind, ...keywords: string[]): [string, Kind][] {
  return keywords.map((keyword) => [keyword, kind]);
}

/** A schema with each part mapped, and without the keywords whose values are not of their kind. */
export function mapSchema(given: Schema, to: Mapping): Schema {
  const read: Schema = {};
  for (const [keyword, value] of Object.entries(inThisDraft(given))) {
    const kind = kinds.get(keyword);
    // Keywords that the draft does not know may hold anything; nulls were seen refused.
    const mapped = kind ? kind(value, to) : (value ?? undefined);
    if (mapped !== undefined) read[keyword] = mapped;
  }
  return read;
}

/** What older drafts and OpenAPI write in another way, as draft 2020-12 writes it. */
function inThisDraft(given: Schema): Schema {
  const { items, nullable, type: types } = given;
  let schema = given;
  if (Array.isArray(items)) {
    const { items: _, additionalItems, ...others } = schema;
    schema = {
      ...others,
      prefixItems: items,
      ...(additionalItems === undefined ? {} : { items: additionalItems }),
    };
  }
  if (nullable === true && types !== undefined) schema = { ...schema, type: [types, 'null'].flat() };
  if (typeof given['exclusiveMinimum'] === 'boolean') {
    schema = withExclusive(schema, 'exclusiveMinimum', 'minimum');
  }
  if (typeof given['exclusiveMaximum'] === 'boolean') {
    schema = withExclusive(schema, 'exclusiveMaximum', 'maximum');
  }
  return schema;
}

// In draft 4 a flag beside the bound, since draft 6 a bound of its own.
function withExclusive(schema: Schema, exclusive: string, bound: string): Schema {
  const { [exclusive]: isExclusive, [bound]: value, ...others } = schema;
  return value === undefined ? others : { ...others, [isExclusive ? exclusive : bound]: value };
}

// The draft's patterns are those of ECMA-262 with the Unicode flag.
function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    new RegExp(value, 'u');
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
