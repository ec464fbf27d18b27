// Reading JSON schemas that anyone may have written.

export type Schema = Record<string, unknown>;

export const isRecord = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema, or one of the two that are written as a truth value. */
export const isSchema = (value: unknown): value is Schema | boolean =>
  isRecord(value) || typeof value === 'boolean';

export const record = (value: unknown): Schema => (isRecord(value) ? value : {});

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What `#/$defs/Name` stands for; undefined for anything but a place in the same schema. */
export function localReference(reference: unknown, root: Schema): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
  let found: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isRecord(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}
