/** The part of JSON Schema that a model's `additionalModelRequestFieldsSchema` uses. */
import { isRecord } from './reply';

/** The first thing in `value` that the schema does not allow, in words; undefined if there is nothing. */
export function whyNotAllowed(value: unknown, schema: unknown, path = ''): string | undefined {
  if (!isRecord(schema)) return `${path || 'the model'} takes no fields`;
  const { type, enum: allowed, properties, required, additionalProperties, minimum, maximum } = schema;
  if (typeof type === 'string' && !hasType(value, type)) return `${path || 'fields'} should be ${type}`;
  if (Array.isArray(allowed) && !allowed.includes(value)) return `${path} is none of ${allowed.join(', ')}`;
  if (typeof value === 'number') {
    if (typeof minimum === 'number' && value < minimum) return `${path} is below ${minimum}`;
    if (typeof maximum === 'number' && value > maximum) return `${path} is above ${maximum}`;
  }
  if (!isRecord(value)) return undefined;
  const known = isRecord(properties) ? properties : {};
  const missing = Array.isArray(required) ? required.find((name) => !(String(name) in value)) : undefined;
  if (missing !== undefined) return `${join(path, String(missing))} is required`;
  for (const [name, member] of Object.entries(value)) {
    if (name in known) {
      const why = whyNotAllowed(member, known[name], join(path, name));
      if (why) return why;
    } else if (additionalProperties === false) return `${join(path, name)} is not permitted`;
  }
  return undefined;
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}
