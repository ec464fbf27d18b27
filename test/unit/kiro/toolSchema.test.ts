import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020';
import fc from 'fast-check';
import { plainSchema } from '../../../src/kiro/chat/request/tools/plainSchema';
import { tidySchema } from '../../../src/kiro/chat/request/tools/toolSchema';
import { anyTool } from '../../fixtures/conversations';
import { everySchemaIsTaken, validInputsStayValid } from '../../fixtures/toolSchemas';

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
      // The second may come with a name of any kind.
      properties: { name: { anyOf: [{ type: 'string' }, {}] }, id: {} },
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

  it('does not ask of the first places of a list in plain what only holds for those after them', () => {
    const pair = { type: 'array', items: [{ type: 'string' }], additionalItems: { type: 'number' } };
    assert.deepEqual(plainSchema({ properties: { pair } }), {
      type: 'object',
      properties: { pair: { type: 'array', items: {} } },
    });
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

  it('says in this draft what older ones and OpenAPI say in another way', () => {
    assert.deepEqual(
      tidySchema({
        $schema: 'http://json-schema.org/draft-04/schema#',
        id: 'http://example.com/pair',
        type: 'object',
        properties: {
          above: { type: 'number', minimum: 0, exclusiveMinimum: true },
          atMost: { type: 'number', maximum: 9, exclusiveMaximum: false },
          pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false },
          maybe: { type: 'string', nullable: true },
        },
      }),
      {
        type: 'object',
        properties: {
          above: { type: 'number', exclusiveMinimum: 0 },
          atMost: { type: 'number', maximum: 9 },
          pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
          maybe: { type: ['string', 'null'] },
        },
      },
    );
  });

  it('loses what draft 2020-12 refuses, and nothing else', () => {
    assert.deepEqual(
      tidySchema({
        type: 'object',
        properties: {
          a: { type: 'string', enum: 'x', minLength: '1', pattern: '[', maxLength: 3 },
          b: { $ref: '#/$defs/gone', description: 'Dead' },
          c: { type: ['string', 'any'], multipleOf: 0, uniqueItems: 'yes', 'x-order': 1 },
        },
      }),
      {
        type: 'object',
        properties: {
          a: { type: 'string', maxLength: 3 },
          b: { description: 'Dead' },
          c: { type: ['string'], 'x-order': 1 },
        },
      },
    );
  });

  it('keeps every branch of a union callable', () => {
    const form = (kind: string, more: object, required: string[]) => ({
      type: 'object',
      properties: { kind: { const: kind }, ...more },
      required: ['kind', ...required],
      additionalProperties: false,
    });
    const text = { type: 'string' };
    assert.deepEqual(
      tidySchema({
        oneOf: [
          form('create', { name: text }, ['name']),
          form('update', { id: { type: 'integer' }, name: { ...text, minLength: 1 } }, ['id']),
          form('delete', { id: { type: 'integer' } }, ['id']),
        ],
      }),
      {
        type: 'object',
        properties: {
          kind: { anyOf: [{ const: 'create' }, { const: 'update' }, { const: 'delete' }] },
          name: { anyOf: [text, { type: 'string', minLength: 1 }] },
          id: { type: 'integer' },
        },
        required: ['kind'],
        additionalProperties: false,
      },
    );
  });

  it('keeps both constraints where several hold for a property, and every condition', () => {
    const when = (kind: string, required: string[]) => ({
      if: { properties: { kind: { const: kind } } },
      then: { required },
    });
    assert.deepEqual(
      tidySchema({
        properties: { n: { minimum: 0 } },
        allOf: [{ properties: { n: { maximum: 9 } } }, when('a', ['x']), when('b', ['y'])],
      }),
      {
        type: 'object',
        properties: { n: { allOf: [{ minimum: 0 }, { maximum: 9 }] } },
        if: {},
        then: { allOf: [when('a', ['x']), when('b', ['y'])] },
      },
    );
  });

  it('does not ask of one kind what another of the same base requires', () => {
    const kind = (name: string) => ({
      allOf: [{ $ref: '#/$defs/Pet' }, { properties: { [name]: { type: 'string' } }, required: [name] }],
    });
    const $defs = {
      Pet: {
        properties: { kind: { type: 'string' } },
        required: ['kind'],
        oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }],
      },
      Cat: kind('meow'),
      Dog: kind('bark'),
    };
    assert.deepEqual(tidySchema({ $ref: '#/$defs/Cat', $defs })['required'], ['kind', 'meow']);
    assert.deepEqual(tidySchema({ $ref: '#/$defs/Pet', $defs })['required'], ['kind']);
    // And to whatever a way round leads that ends.
    const validate = new Ajv2020({ strict: false }).compile(
      tidySchema({
        anyOf: [
          { allOf: [{ $ref: '#/$defs/a' }, { properties: { k: { const: 2 } } }] },
          { $ref: '#/$defs/b' },
        ],
        $defs: {
          a: { anyOf: [{ required: ['k'] }, { $ref: '#/$defs/b' }] },
          b: { anyOf: [{ $ref: '#/$defs/a' }, { properties: { k: { const: 1 } } }] },
        },
      }),
    );
    assert.ok(validate({ k: 3 }));
  });

  it('keeps the required members of an inheritance of any depth', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [
        `level${at}`,
        {
          allOf: [{ $ref: `#/$defs/level${at + 1}` }],
          properties: { [`p${at}`]: { type: 'string' } },
          required: [`p${at}`],
        },
      ]),
    );
    const { required } = tidySchema({ $ref: '#/$defs/level0', $defs });
    assert.deepEqual(
      required,
      Array.from({ length: 30 }, (_, at) => `p${at}`),
    );
  });

  it('still finds what its references stood for when its top has been folded', () => {
    const tidied = tidySchema({
      properties: { first: { type: 'string', minLength: 2 } },
      anyOf: [
        { properties: { second: { $ref: '#/properties/first' }, tree: { $ref: '#' } } },
        { properties: { third: { $ref: '#/anyOf/0/properties/second' } } },
      ],
    });
    const validate = new Ajv2020({ strict: false }).compile(tidied);
    assert.ok(validate({ first: 'ab', tree: { second: 'cd' } }));
    assert.ok(!validate({ first: 'a' }));
    const { $defs } = tidied as { $defs: Record<string, unknown> };
    assert.deepEqual($defs['first'], { type: 'string', minLength: 2 });
    assert.deepEqual($defs['second'], { $ref: '#/$defs/first' });
  });

  it('is referred to as what it is, whatever name it had for itself', () => {
    for (const [name, reference] of [
      [{ $anchor: 'here' }, '#here'],
      [{ $id: 'https://example.com/tree' }, 'https://example.com/tree'],
    ] as const) {
      assert.deepEqual(tidySchema({ ...name, type: 'object', properties: { child: { $ref: reference } } }), {
        type: 'object',
        properties: { child: { $ref: '#' } },
      });
    }
  });

  it('takes nothing where it refers to a part that takes nothing, and its opposite takes everything', () => {
    for (const reference of ['#/$defs/none', '#/properties/never']) {
      const tidied = tidySchema({
        type: 'object',
        properties: { never: false, a: { not: { $ref: reference } }, b: { $ref: reference } },
        $defs: { none: false },
      });
      const validate = new Ajv2020({ strict: false }).compile(tidied);
      assert.deepEqual([validate({ a: 1 }), validate({ b: 1 })], [true, false], reference);
    }
  });

  it('is folded in the time its length takes, however its members refer to each other', () => {
    const union = (members: number) => {
      const names = Array.from({ length: members }, (_, at) => `m${at}`);
      const anyOf = names.map((name) => ({ $ref: `#/$defs/${name}` }));
      const member = (name: string) => ({ properties: { [name]: { type: 'string' } }, anyOf });
      return { anyOf, $defs: Object.fromEntries(names.map((name) => [name, member(name)])) };
    };
    // Each further member would double what there is to fold if it were folded wherever it is named.
    assert.equal(Object.keys(tidySchema(union(30))['properties'] as object).length, 30);
    assert.ok(JSON.stringify(tidySchema(union(30))).length < 3 * JSON.stringify(union(30)).length);
  });

  it('is taken by draft 2020-12 either way, whatever it was', () => everySchemaIsTaken(300));

  it('is the same once it is tidy', () => {
    fc.assert(
      fc.property(anyTool, ({ inputSchema }) => {
        assert.deepEqual(tidySchema(tidySchema(inputSchema)), tidySchema(inputSchema));
        assert.doesNotMatch(JSON.stringify(plainSchema(inputSchema)), /"\$ref":"|"(any|one|all)Of":\[/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is valid as it is sent for every input that is valid as it was given', () => {
    assert.ok(validInputsStayValid(200) > 200);
  });
});
