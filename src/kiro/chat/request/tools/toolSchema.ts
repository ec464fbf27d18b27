import { isRecord, isSchema, list, localReference, record, type Schema } from './schemaParts';

/** The keywords that hold several schemas of which some or all apply. */
const combinators = ['allOf', 'anyOf', 'oneOf'] as const;
const typeNames = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

/**
 * A tool's schema as the service and the models behind it take it: an object at the top, with its properties named and
 * no combinators there, and below no keyword whose value is not of the keyword's kind. What is valid stays as it is.
 */
export function tidySchema(given: unknown): Schema {
  const { $schema: _, $id: __, properties, required, ...rest } = tidy(withoutTopLevelChoices(given));
  const known = record(properties);
  const needed = list(required).filter((name) => typeof name === 'string' && Object.hasOwn(known, name));
  return {
    ...rest,
    type: 'object',
    properties: known,
    ...(needed.length > 0 ? { required: needed } : {}),
  };
}

/** Folds what a schema says by reference or by choice into one object, because neither may stand at the top. */
export function withoutTopLevelChoices(given: unknown): Schema {
  return folded(given, record(given), 0);
}

function folded(given: unknown, root: Schema, depth: number): Schema {
  // A schema that leads back to itself.
  if (depth > 8) return {};
  if (!isRecord(given)) return {};
  const { $ref, allOf, anyOf, oneOf, ...own } = given;
  const target = localReference($ref, root);
  if (target) return merged(folded(target, root, depth + 1), [own]);
  const all = [allOf].flatMap(list).map((branch) => folded(branch, root, depth + 1));
  const choices = [anyOf, oneOf].map(list).filter((branches) => branches.length > 0);
  const either = choices.map((branches) => eitherOf(branches.map((one) => folded(one, root, depth + 1))));
  return all.length + either.length > 0 ? merged(own, [...all, ...either]) : own;
}

function merged(base: Schema, others: Schema[]): Schema {
  const required = [base, ...others].flatMap((one) => list(one['required']));
  const properties = Object.assign({}, ...[...others, base].map((one) => record(one['properties'])));
  return {
    ...Object.assign({}, ...others),
    ...base,
    properties,
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
  };
}

// Of several ways to call a tool: every property that one of them has, and required what all of them require.
function eitherOf(branches: Schema[]): Schema {
  const [first, ...rest] = branches.map((one) => list(one['required']));
  const required = (first ?? []).filter((name) => rest.every((names) => names.includes(name)));
  const known = branches.map((one) => record(one['properties']));
  // In their order; of two with one name, the first.
  const properties = Object.assign({}, ...known, ...known.toReversed());
  return { properties, ...(required.length > 0 ? { required } : {}) };
}

function tidy(schema: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema)
      .map(([keyword, value]) => [keyword, tidyKeyword(keyword, value)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** The keyword's value made valid; undefined where the keyword has to go. */
function tidyKeyword(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'type':
      return tidyType(value);
    case 'required': {
      const names = list(value).filter((name) => typeof name === 'string');
      return names.length > 0 ? [...new Set(names)] : undefined;
    }
    case 'properties':
    case 'patternProperties':
    case '$defs':
    case 'definitions':
      return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, tidyInner(inner)]))
        : undefined;
    case 'items':
      if (Array.isArray(value)) return value.map(tidyInner);
      return isSchema(value) ? tidyInner(value) : undefined;
    case 'additionalProperties':
      return isSchema(value) ? tidyInner(value) : undefined;
    case 'default':
    case 'const':
      return value;
    default:
      if (!combinators.some((name) => name === keyword)) return value ?? undefined;
      return list(value).some(isSchema) ? list(value).filter(isSchema).map(tidyInner) : undefined;
  }
}

function tidyInner(schema: unknown): unknown {
  if (typeof schema === 'boolean') return schema;
  return isRecord(schema) ? tidy(schema) : {};
}

function tidyType(value: unknown): unknown {
  const isName = (name: unknown) => typeof name === 'string' && typeNames.includes(name);
  if (!Array.isArray(value)) return isName(value) ? value : undefined;
  const names = value.filter(isName);
  return names.length > 0 ? names : undefined;
}
