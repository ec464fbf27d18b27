/** A tool's input schema: an object schema without nulls where a keyword needs a value. */
import { isRecord } from './reply';
import { type Violation, violation } from './violations';

const combinators = ['anyOf', 'oneOf', 'allOf'];

/** What makes the service refuse a tool's `inputSchema.json`. */
export function checkToolSchema(schema: unknown, path: string): Violation[] {
  const where = `${path}.toolSpecification.inputSchema.json`;
  if (!isRecord(schema)) return [violation('tool-schema', where, 'must be a JSON schema object')];
  const found: Violation[] = [];
  if (schema['type'] !== 'object') found.push(violation('tool-schema', where, 'the top level is an object'));
  for (const keyword of combinators) {
    if (keyword in schema) found.push(violation('tool-schema', where, `${keyword} at the top level`));
  }
  return [...found, ...checkSubschema(schema, where)];
}

function checkSubschema(schema: unknown, path: string): Violation[] {
  if (typeof schema === 'boolean') return [];
  if (!isRecord(schema)) return [violation('tool-schema', path, 'not a schema')];
  const { type, properties, required, items } = schema;
  const found: Violation[] = [];
  if ('type' in schema && !isTypeName(type))
    found.push(violation('tool-schema', `${path}.type`, 'not a type'));
  if ('required' in schema && !isStringArray(required)) {
    found.push(violation('tool-schema', `${path}.required`, 'must be an array of names'));
  }
  if ('properties' in schema) {
    if (isRecord(properties)) {
      for (const [name, property] of Object.entries(properties)) {
        found.push(...checkSubschema(property, `${path}.properties.${name}`));
      }
    } else found.push(violation('tool-schema', `${path}.properties`, 'must be an object'));
  }
  if ('items' in schema && !Array.isArray(items)) found.push(...checkSubschema(items, `${path}.items`));
  for (const keyword of combinators) {
    const branches = schema[keyword];
    if (!(keyword in schema)) continue;
    if (Array.isArray(branches) && branches.length > 0) {
      branches.forEach((branch, index) => {
        found.push(...checkSubschema(branch, `${path}.${keyword}[${index}]`));
      });
    } else found.push(violation('tool-schema', `${path}.${keyword}`, 'must be a list of schemas'));
  }
  return found;
}

function isTypeName(value: unknown): boolean {
  const names = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
  const given = Array.isArray(value) ? value : [value];
  return given.length > 0 && given.every((name) => names.includes(String(name)) && typeof name === 'string');
}

function isStringArray(value: unknown): boolean {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}
