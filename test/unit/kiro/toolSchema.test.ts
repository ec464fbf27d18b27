import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainSchema } from '../../../src/kiro/chat/request/tools/plainSchema';
import { tidySchema } from '../../../src/kiro/chat/request/tools/toolSchema';
import { anyTool } from '../../fixtures/conversations';
import { checkToolSchema } from '../../simulator/toolSchemaRules';

const person = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

describe('a tool’s schema', () => {
  it('stays as it is where it is good', () => {
    const good = {
      type: 'object',
      properties: {
        a: { anyOf: [{ type: 'string', pattern: '^x' }, { type: 'null' }] },
        b: { $ref: '#/$defs/b' },
      },
      required: ['a'],
      additionalProperties: false,
      $defs: { b: { type: ['integer', 'null'], default: null } },
    };
    assert.deepEqual(tidySchema(good), good);
  });

  it('loses keywords whose values are of the wrong kind, at any depth', () => {
    assert.deepEqual(
      tidySchema({
        properties: {
          a: { type: 'any', required: true, items: null, enum: null },
          b: null,
          c: { anyOf: [] },
        },
        required: null,
      }),
      { type: 'object', properties: { a: {}, b: {}, c: {} } },
    );
  });

  it('names at its top what was given as a reference or a choice', () => {
    assert.deepEqual(tidySchema({ $ref: '#/definitions/p', definitions: { p: person } }), {
      ...person,
      definitions: { p: person },
    });
    assert.deepEqual(tidySchema({ oneOf: [person, { properties: { id: {} }, required: ['id'] }] }), {
      type: 'object',
      properties: { name: { type: 'string' }, id: {} },
    });
    assert.deepEqual(tidySchema({ allOf: [person, { properties: { id: {} }, required: ['id'] }] }), {
      type: 'object',
      properties: { name: { type: 'string' }, id: {} },
      required: ['name', 'id'],
    });
  });

  it('does not require what an object only inherits', () => {
    assert.deepEqual(tidySchema({ properties: {}, required: ['toString'] }), {
      type: 'object',
      properties: {},
    });
  });

  it('is reduced to what every model takes when the service refused it', () => {
    assert.deepEqual(
      plainSchema({
        type: 'object',
        $defs: { p: person },
        properties: {
          who: { $ref: '#/$defs/p', description: 'Whose' },
          how: { oneOf: [{ type: 'null' }, { const: 'fast' }] },
          when: { type: ['string', 'null'], format: 'date', minLength: 3 },
          many: { type: 'array' },
        },
        patternProperties: { x: {} },
        additionalProperties: false,
        required: ['who', 'gone'],
      }),
      {
        type: 'object',
        properties: {
          who: { ...person, description: 'Whose' },
          how: { enum: ['fast'] },
          when: { type: 'string' },
          many: { type: 'array', items: {} },
        },
        required: ['who'],
      },
    );
  });

  it('ends although it contains itself, or grows with every reference written out', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } };
    assert.ok(JSON.stringify(plainSchema({ $ref: '#/$defs/node', $defs: { node } })).length < 5_000);
    const doubling = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => {
        const $ref = `#/$defs/d${at + 1}`;
        return [`d${at}`, { type: 'object', properties: { a: { $ref }, b: { $ref } } }];
      }),
    );
    assert.ok(JSON.stringify(plainSchema({ $ref: '#/$defs/d0', $defs: doubling })).length < 200_000);
  });

  it('is proper either way, whatever it was', () => {
    fc.assert(
      fc.property(anyTool, ({ inputSchema }) => {
        for (const schema of [tidySchema(inputSchema), plainSchema(inputSchema)]) {
          assert.deepEqual(checkToolSchema(schema, ''), []);
        }
        assert.doesNotMatch(JSON.stringify(plainSchema(inputSchema)), /"\$ref":"|"(any|one|all)Of":\[/);
        assert.deepEqual(tidySchema(tidySchema(inputSchema)), tidySchema(inputSchema));
      }),
      { numRuns: 3_000 },
    );
  });
});
