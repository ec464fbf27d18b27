import { isRecord } from '../../../../base/json';
import { FoldedSchemas } from './foldedSchemas';
import { list, record, type Schema } from './schemaKeywords';
import { tidySchema } from './toolSchema';

/** How many schemas one tool may come to once its references are written out. */
const maxNodes = 2_000;
const maxDepth = 24;

/**
 * A schema reduced to what every model takes: types, descriptions, properties, items and enumerations. References are
 * written out, choices become what their branches have in common, and everything that only narrows the input goes.
 */
export function plainSchema(given: unknown): Schema {
  const root = tidySchema(given);
  const folded = new FoldedSchemas(root);
  let nodes = 0;
  const plain = (inner: unknown, depth: number): Schema => {
    // A schema that contains itself, or grows without end when written out.
    if (!isRecord(inner) || depth > maxDepth || ++nodes > maxNodes) return {};
    const schema = folded.fold(meant(inner)) || {};
    const known = record(schema['properties']);
    const required = list(schema['required']).filter((name) => Object.hasOwn(known, String(name)));
    const type = plainType(schema, known);
    const { description } = schema;
    const given = 'const' in schema ? [schema['const']] : list(schema['enum']);
    const values = given.every(isPlainValue) ? given.filter((value) => value !== null) : [];
    const properties = Object.entries(known).map(([name, one]) => [name, plain(one, depth + 1)]);
    return {
      ...(type ? { type } : {}),
      ...(description ? { description } : {}),
      ...(values.length > 0 ? { enum: values } : {}),
      ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
      ...(required.length > 0 ? { required } : {}),
      // Of a list with places of their own, `items` is what follows them.
      ...(type === 'array'
        ? { items: 'prefixItems' in schema ? {} : plain(schema['items'], depth + 1) }
        : {}),
    };
  };
  return { properties: {}, ...plain(root, 0), type: 'object' };
}

const isPlainValue = (value: unknown): boolean => typeof value !== 'object' || value === null;

// That null or anything else may be given, too, says nothing of what is meant.
function meant(schema: Schema): Schema {
  const choices = ['anyOf', 'oneOf'].flatMap((keyword) => {
    const branches = list(schema[keyword]).filter(
      (one) => isRecord(one) && Object.keys(one).length > 0 && one['type'] !== 'null',
    );
    return branches.length > 0 ? [[keyword, branches]] : [];
  });
  const { anyOf: _, oneOf: __, ...others } = schema;
  return { ...others, ...Object.fromEntries(choices) };
}

// Nothing where there are several: not every model takes a list of types.
function plainType({ type }: Schema, properties: Schema): unknown {
  const [only, ...others] = [type].flat().filter((name) => name !== undefined && name !== 'null');
  if (others.length > 0) return undefined;
  return only ?? (Object.keys(properties).length > 0 ? 'object' : undefined);
}
