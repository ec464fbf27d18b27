/** Checks a body against the official model: nothing missing, nothing unknown, everything of its type. */
import { enums } from './enums';
import { isRecord } from './reply';
import { headerMembers, requestShape, shapes } from './shapes';
import { type Violation, violation } from './violations';

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** What the body has that the model does not, and the other way round. */
export function checkShape(body: unknown): Violation[] {
  return checkValue(body, requestShape, '');
}

function checkValue(value: unknown, type: string, path: string): Violation[] {
  if (value === null) return [violation('null-member', path, 'null where the member should be left out')];
  if (type.startsWith('[')) return checkList(value, type.slice(1, -1), path);
  const allowed = enums[type];
  if (allowed) return checkEnum(value, type, allowed, path);
  const shape = shapes[type];
  if (!shape) return checkScalar(value, type, path);
  if (!isRecord(value)) return [wrongType(path, 'an object', value)];
  return [
    ...checkUnion(value, shape.kind, path),
    ...Object.keys(value)
      .filter((name) => !(name in shape.members))
      .map((name) => violation('unknown-member', at(path, name), unknownDetail(name, type))),
    ...Object.entries(shape.members).flatMap(([name, member]) => checkMember(value, name, member, path)),
  ];
}

function checkMember(
  value: Record<string, unknown>,
  name: string,
  member: string,
  path: string,
): Violation[] {
  const required = member.endsWith('!');
  if (name in value) return checkValue(value[name], required ? member.slice(0, -1) : member, at(path, name));
  return required ? [violation('missing-member', at(path, name), 'required')] : [];
}

function checkList(value: unknown, type: string, path: string): Violation[] {
  if (!Array.isArray(value)) return [wrongType(path, 'an array', value)];
  return value.flatMap((element, index) => checkValue(element, type, `${path}[${index}]`));
}

function checkEnum(value: unknown, type: string, allowed: readonly string[], path: string): Violation[] {
  if (typeof value !== 'string') return [wrongType(path, 'a string', value)];
  if (allowed.includes(value)) return [];
  const rule = type === 'ImageFormat' ? 'image-format' : 'not-in-enum';
  return [violation(rule, path, `${JSON.stringify(value)} is none of ${type}`)];
}

function checkUnion(value: Record<string, unknown>, kind: 'structure' | 'union', path: string): Violation[] {
  const names = Object.keys(value);
  if (kind === 'structure' || names.length === 1) return [];
  return [violation('union-members', path, `a union has exactly one member, not ${names.length}`)];
}

function checkScalar(value: unknown, type: string, path: string): Violation[] {
  switch (type) {
    case 'document':
      return [];
    case 'blob':
      if (typeof value !== 'string') return [wrongType(path, 'base64', value)];
      return value.length % 4 === 0 && base64.test(value)
        ? []
        : [violation('bad-base64', path, 'not standard base64')];
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type ? [] : [wrongType(path, `a ${type}`, value)];
    default:
      throw new Error(`The shape table has no ${type}.`);
  }
}

function unknownDetail(name: string, type: string): string {
  const header = type === requestShape ? headerMembers[name] : undefined;
  return header ? `travels as the header ${header}` : `${type} has no such member`;
}

function wrongType(path: string, expected: string, value: unknown): Violation {
  const actual = Array.isArray(value) ? 'an array' : typeof value;
  return violation('wrong-type', path, `should be ${expected}, is ${actual}`);
}

function at(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}
