/** A tool's input schema: an object's, valid by draft 2020-12, as ajv judges it, and with names the service takes. */
import { Ajv2020 } from 'ajv/dist/2020';
import { isRecord } from './reply';
import { type Violation, violation } from './violations';

const combinators = ['anyOf', 'oneOf', 'allOf'];
const propertyName = /^[a-zA-Z0-9_.-]{1,64}$/;

/** What makes the service refuse a tool's `inputSchema.json`. */
export function checkToolSchema(schema: unknown, path: string): Violation[] {
  const where = `${path}.toolSpecification.inputSchema.json`;
  if (!isRecord(schema)) return [violation('tool-schema', where, 'must be a JSON schema object')];
  const found: Violation[] = [];
  if (schema['type'] !== 'object') found.push(violation('tool-schema', where, 'the top level is an object'));
  for (const keyword of combinators) {
    if (keyword in schema) found.push(violation('tool-schema', where, `${keyword} at the top level`));
  }
  const why = refusalOf(schema);
  if (why !== undefined) return [...found, violation('tool-schema', where, why)];
  const names = namesIn(schema).filter((name) => !propertyName.test(name));
  return [...found, ...names.map((name) => violation('tool-property-name', where, JSON.stringify(name)))];
}

const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false, code: { optimize: false } });
const verdicts = new Map<string, string | undefined>();

/** Why draft 2020-12 refuses a schema; undefined for one that it takes. */
function refusalOf(schema: object): string | undefined {
  const text = JSON.stringify(schema);
  if (!verdicts.has(text)) verdicts.set(text, judged(JSON.parse(text), text));
  return verdicts.get(text);
}

function judged(schema: object, text: string): string | undefined {
  if (!ajv.validateSchema(schema)) return ajv.errorsText();
  // What the draft's own schema cannot say: that references lead somewhere, and patterns are patterns.
  if (!/"(\$ref|pattern|patternProperties)":/.test(text)) return undefined;
  try {
    ajv.compile(schema);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    // Another tool may use the same `$id`, or refer to one that only this tool has.
    ajv.removeSchema();
  }
}

const maps = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'];
const schemas = [
  ...['items', 'contains', 'additionalProperties', 'propertyNames', 'if', 'then', 'else', 'not'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'allOf', 'anyOf', 'oneOf', 'prefixItems'],
];

function namesIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  if (!isRecord(schema)) return [];
  const inMaps = maps.flatMap((keyword) => {
    const held = schema[keyword];
    if (!isRecord(held)) return [];
    return [...(keyword === 'properties' ? Object.keys(held) : []), ...Object.values(held).flatMap(namesIn)];
  });
  return [...inMaps, ...schemas.flatMap((keyword) => namesIn(schema[keyword]))];
}
