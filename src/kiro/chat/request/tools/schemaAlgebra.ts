import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../../../base/json';
import { list, record, type Schema } from './schemaKeywords';

// Of several schemas one, with no combinator at its top. What cannot be said so exactly is said more loosely: whatever
// was valid stays so.

/** What is valid for each of them; false where nothing is. Of keywords that cannot be joined, the first one's counts. */
export function conjunctionOf(members: readonly (Schema | false)[]): Schema | false {
  const all = members.filter((member) => member !== false);
  const [first = {}, ...others] = all;
  if (all.length < members.length) return false;
  if (others.length === 0) return first;
  const joined: Schema = { ...Object.assign({}, ...others.toReversed(), first), ...conditionsOf(all) };
  // It counts what its neighbors say, and they are no longer told apart.
  delete joined['unevaluatedProperties'];
  for (const keyword of ['properties', 'patternProperties']) {
    if (keyword in joined) joined[keyword] = byName(all.map((one) => record(one[keyword])));
  }
  if ('required' in joined) joined['required'] = distinct(all.flatMap((one) => list(one['required'])));
  const closed = all.flatMap((one) => one['additionalProperties'] ?? []);
  if (closed.length > 0) joined['additionalProperties'] = bothOf(closed);
  return joined;
}

function byName(maps: Schema[]): Schema {
  const names = distinct(maps.flatMap((one) => Object.keys(one)));
  const held = (name: string) => maps.flatMap((one) => (Object.hasOwn(one, name) ? [one[name]] : []));
  return Object.fromEntries(names.map((name) => [name, bothOf(held(name))]));
}

// A condition is three keywords that belong together. Several cannot stand side by side, but below one that always holds.
function conditionsOf(members: Schema[]): Schema {
  const conditions = members.filter((one) => 'if' in one);
  const [only, ...others] = conditions.map((one) =>
    Object.fromEntries(['if', 'then', 'else'].flatMap((part) => (part in one ? [[part, one[part]]] : []))),
  );
  if (!only) return {};
  return others.length === 0 ? only : { if: {}, then: { allOf: [only, ...others] } };
}

/** What a union reads from each of its branches; of the other keywords it keeps what all of them say alike. */
const readFromEach = new Set([
  ...[
    'type',
    'enum',
    'const',
    'description',
    'properties',
    'required',
    'patternProperties',
    'additionalProperties',
  ],
  ...['unevaluatedProperties', 'unevaluatedItems', '$defs', 'definitions'],
]);

/**
 * What is valid for one of them; false where nothing is, undefined of none. Required is what each requires, and what they
 * say of the same property becomes a choice.
 */
export function unionOf(branches: readonly (Schema | false)[]): Schema | false | undefined {
  const possible = branches.filter((branch) => branch !== false);
  const [first, ...others] = possible;
  if (!first) return branches.length > 0 ? false : undefined;
  if (others.length === 0) return first;
  const alike = Object.entries(first).filter(
    ([keyword, value]) =>
      !readFromEach.has(keyword) && others.every((other) => isDeepStrictEqual(other[keyword], value)),
  );
  const types = fromEach(possible, ({ type }) => (type === undefined ? undefined : [type].flat()));
  const values = fromEach(possible, (one) => ('const' in one ? [one['const']] : one['enum']));
  const descriptions = distinct(possible.flatMap((one) => one['description'] ?? []));
  return {
    ...Object.fromEntries(alike),
    ...(types ? { type: types.length === 1 ? types[0] : types } : {}),
    ...(descriptions.length > 0 ? { description: descriptions.join('\n') } : {}),
    ...(values ? { enum: values } : {}),
    ...objectsOf(possible.filter(takesObjects)),
  };
}

/** All that the branches list; undefined where one of them has no such list. */
function fromEach(branches: Schema[], read: (branch: Schema) => unknown): unknown[] | undefined {
  const lists = branches.map(read);
  return lists.every(Array.isArray) ? distinct(lists.flat()) : undefined;
}

const takesObjects = ({ type }: Schema): boolean => type === undefined || [type].flat().includes('object');

function objectsOf(branches: Schema[]): Schema {
  const names = distinct(branches.flatMap((one) => Object.keys(record(one['properties']))));
  const [first = [], ...others] = branches.map((one) => list(one['required']));
  const required = first.filter((name) => others.every((names) => names.includes(name)));
  const beyond = eitherOf(branches.flatMap(beyondProperties));
  return {
    ...(names.length > 0
      ? {
          properties: Object.fromEntries(
            names.map((name) => [name, eitherOf(branches.map((one) => atProperty(one, name)))]),
          ),
        }
      : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(branches.length > 0 && !isOpen(beyond) ? { additionalProperties: beyond } : {}),
  };
}

/** What a schema says of a property. */
function atProperty(schema: Schema, name: string): unknown {
  const properties = record(schema['properties']);
  const patterns = Object.entries(record(schema['patternProperties']));
  const said = [
    ...(Object.hasOwn(properties, name) ? [properties[name]] : []),
    ...patterns.filter(([pattern]) => new RegExp(pattern, 'u').test(name)).map(([, held]) => held),
  ];
  return said.length > 0 ? bothOf(said) : (schema['additionalProperties'] ?? {});
}

function beyondProperties(schema: Schema): unknown[] {
  return [...Object.values(record(schema['patternProperties'])), schema['additionalProperties'] ?? {}];
}

/** What is valid for each of these schemas, in as few words as it takes. */
function bothOf(schemas: unknown[]): unknown {
  const all = flat(schemas, 'allOf');
  const said = all.filter((one) => !isOpen(one));
  if (said.includes(false)) return false;
  return said.length > 1 ? { allOf: said } : (said[0] ?? all[0] ?? {});
}

/** What is valid for one of these schemas. That anything may be does not hide what is meant. */
function eitherOf(schemas: unknown[]): unknown {
  const said = flat(schemas, 'anyOf').filter((one) => one !== false);
  const meant = said.filter((one) => !isAnything(one));
  const all = meant.length < said.length ? [...meant, {}] : meant;
  return all.length > 1 ? { anyOf: all } : (all[0] ?? false);
}

function flat(schemas: unknown[], combinator: string): unknown[] {
  return distinct(
    schemas.flatMap((one) => (isOnly(one, combinator) ? list(record(one)[combinator]) : [one])),
  );
}

const isOnly = (schema: unknown, keyword: string): boolean => Object.keys(record(schema)).join() === keyword;
const isAnything = (schema: unknown): boolean =>
  schema === true || (isRecord(schema) && Object.keys(schema).length === 0);
const isOpen = (schema: unknown): boolean =>
  isAnything(schema) || (isOnly(schema, 'anyOf') && list(record(schema)['anyOf']).some(isAnything));

function distinct<T>(values: T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
