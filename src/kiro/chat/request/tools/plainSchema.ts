import { isRecord, list, localReference, record, type Schema } from './schemaParts';
import { withoutTopLevelChoices } from './toolSchema';

/** How many schemas one tool may come to once its references are written out. */
const maxNodes = 2_000;
const maxDepth = 24;

/**
 * A schema reduced to what every model takes: types, descriptions, properties, items and enumerations. References are
 * written out, choices become their first real branch, and everything that only narrows the input goes.
 */
export function plainSchema(given: unknown): Schema {
  const root = record(given);
  let nodes = 0;
  const plain = (schema: unknown, depth: number): Schema => {
    // A schema that contains itself, or grows without end when written out.
    if (!isRecord(schema) || depth > maxDepth || ++nodes > maxNodes) return {};
    const target = localReference(schema['$ref'], root);
    if (target !== undefined) return { ...plain(target, depth + 1), ...description(schema) };
    const branch = firstBranch(schema);
    if (branch !== undefined) {
      const { allOf: _, anyOf: __, oneOf: ___, ...own } = schema;
      return { ...plain(branch, depth + 1), ...plain(own, depth + 1) };
    }
    const known = record(schema['properties']);
    const required = list(schema['required']).filter(
      (name) => typeof name === 'string' && Object.hasOwn(known, name),
    );
    const type = plainType(schema, known);
    const values = ('const' in schema ? [schema['const']] : list(schema['enum'])).filter(isPlainValue);
    const properties = Object.entries(known).map(([name, inner]) => [name, plain(inner, depth + 1)]);
    const items = isRecord(schema['items']) ? schema['items'] : list(schema['items'])[0];
    return {
      ...(type ? { type } : {}),
      ...description(schema),
      ...(values.length > 0 ? { enum: values } : {}),
      ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
      ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
      ...(type === 'array' ? { items: plain(items, depth + 1) } : {}),
    };
  };
  return { properties: {}, ...plain(withoutTopLevelChoices(root), 0), type: 'object' };
}

const isPlainValue = (value: unknown): boolean => typeof value !== 'object';

function description(schema: Schema): Schema {
  const text = schema['description'];
  return typeof text === 'string' && text !== '' ? { description: text } : {};
}

function firstBranch(schema: Schema): unknown {
  const branches = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => list(schema[keyword]));
  return branches.find((branch) => isRecord(branch) && branch['type'] !== 'null');
}

function plainType(schema: Schema, properties: Schema): string | undefined {
  const names = [schema['type']].flat().filter((name) => typeof name === 'string' && name !== 'null');
  const known = names.find((name) =>
    ['object', 'array', 'string', 'number', 'integer', 'boolean'].includes(String(name)),
  );
  if (typeof known === 'string') return known;
  return Object.keys(properties).length > 0 ? 'object' : undefined;
}
