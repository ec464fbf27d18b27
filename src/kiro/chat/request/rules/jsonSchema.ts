import { isRecord, isSchema } from '../tools/schemaParts';

const types = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
const isName = (value: unknown): boolean => typeof value === 'string';
const isType = (value: unknown): boolean => typeof value === 'string' && types.has(value);

/** What the value of a keyword has to be, for the keywords that were seen to matter. */
const keywords: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => (Array.isArray(value) ? value.length > 0 && value.every(isType) : isType(value)),
  required: (value) => Array.isArray(value) && value.every(isName),
  properties: (value) => isRecord(value) && Object.values(value).every(isSound),
  items: (value) => Array.isArray(value) || isSound(value),
  allOf: isChoice,
  anyOf: isChoice,
  oneOf: isChoice,
};

/** True for a schema that a tool can have: an object's, which the top level says without a choice, sound all through. */
export function isProperSchema(schema: unknown): boolean {
  if (!isRecord(schema) || schema['type'] !== 'object') return false;
  return !('allOf' in schema || 'anyOf' in schema || 'oneOf' in schema) && isSound(schema);
}

function isSound(schema: unknown): boolean {
  if (!isRecord(schema)) return isSchema(schema);
  return Object.entries(keywords).every(([name, isGood]) => !(name in schema) || isGood(schema[name]));
}

function isChoice(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isSound);
}
