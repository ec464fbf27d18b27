/** The simulator's tables against the schemas inside AWS's own client. */
import assert from 'node:assert/strict';
import * as official from '@aws/codewhisperer-streaming-client';
import { enums } from '../simulator/enums';
import { headerMembers, requestShape, shapes } from '../simulator/shapes';

// The first elements of a schema that is an array, as smithy-typescript lays it out.
const kinds = { simple: 0, list: 1, structure: 3, union: 4 };
const scalars: Record<number, string> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  15: 'document',
  21: 'blob',
};
const listOf = 64;

interface Walked {
  kind: 'structure' | 'union';
  members: Record<string, string>;
}

describe('The request model of the simulator', () => {
  const walked: Record<string, Walked> = {};
  const headers: Record<string, string> = {};
  walk(official.GenerateAssistantResponseRequest$, walked, headers);

  it('has the same structures as the official one', () => {
    assert.deepEqual(Object.keys(shapes).sort(), Object.keys(walked).sort());
  });

  for (const [name, shape] of Object.entries(shapes)) {
    it(`has the members of ${name} with their types and what is required`, () => {
      assert.equal(shape.kind, walked[name]?.kind);
      // An enumeration is a string on the wire, and in the schema.
      const members = Object.entries(shape.members).map(([member, type]) => [member, asString(type)]);
      assert.deepEqual(Object.fromEntries(members), walked[name]?.members);
    });
  }

  it('sends the same members as headers', () => {
    assert.deepEqual(headerMembers, headers);
  });

  for (const [name, values] of Object.entries(enums)) {
    it(`has the values of ${name}`, () => {
      const known = Object.entries(official).find(([exported]) => exported === name)?.[1];
      assert.deepEqual([...values].sort(), Object.values(known ?? {}).sort());
    });
  }

  it('uses every enumeration it lists', () => {
    const used = new Set(Object.values(shapes).flatMap(({ members }) => Object.values(members).map(bare)));
    assert.deepEqual(
      Object.keys(enums).filter((name) => !used.has(name)),
      [],
    );
  });
});

function walk(schema: unknown, found: Record<string, Walked>, headers: Record<string, string>): string {
  if (typeof schema === 'function') return walk(schema(), found, headers);
  if (typeof schema === 'number') {
    return schema >= listOf ? `[${scalars[schema - listOf]}]` : String(scalars[schema]);
  }
  assert.ok(Array.isArray(schema), `a schema that is neither: ${String(schema)}`);
  const [kind, , name, , fourth, fifth, required = 0] = schema;
  // A member with traits is a pair of the schema and the traits.
  if (typeof kind === 'function' || schema.length === 2) return walk(kind, found, headers);
  if (kind === kinds.simple) return walk(fourth, found, headers);
  if (kind === kinds.list) return `[${walk(fourth, found, headers)}]`;
  assert.ok(kind === kinds.structure || kind === kinds.union, `a schema of the kind ${kind}`);
  if (found[name]) return name;
  const shape: Walked = { kind: kind === kinds.union ? 'union' : 'structure', members: {} };
  found[name] = shape;
  fourth.forEach((member: string, index: number) => {
    const header = headerOf(fifth[index]);
    if (header) headers[member] = header;
    else shape.members[member] = walk(fifth[index], found, headers) + (index < required ? '!' : '');
  });
  if (name === requestShape) assert.equal(required, 1);
  return name;
}

function headerOf(member: unknown): string | undefined {
  if (!Array.isArray(member) || typeof member[1] !== 'object') return undefined;
  return member[1].httpHeader;
}

function asString(type: string): string {
  return bare(type) in enums ? type.replace(bare(type), 'string') : type;
}

function bare(type: string): string {
  return type.replace(/[[\]!]/g, '');
}
