/**
 * An MCP server on standard input and output, as people write them: 60 tools, or as many as its argument says, with long
 * names, long or missing descriptions, and schemas that no two clients agree about. Run by Node as it is; VS Code starts
 * it by `mcp.json`.
 */
import { createInterface } from 'node:readline';

const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==';
const place = {
  type: 'object',
  properties: { city: { type: 'string', format: 'x-city' } },
  required: ['city'],
};
const schemas: Record<string, unknown>[] = [
  { type: 'object' },
  { type: 'object', properties: {}, required: [], additionalProperties: false },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:x:forecast',
    type: 'object',
    properties: { at: { $ref: '#/$defs/place' }, days: { type: ['integer', 'null'], default: null } },
    required: ['at'],
    $defs: { place },
  },
  {
    type: 'object',
    properties: { at: place, here: { type: 'boolean', const: true } },
    anyOf: [{ required: ['at'] }, { required: ['here'] }],
  },
  {
    type: 'object',
    oneOf: [
      {
        properties: { kind: { const: 'a' }, size: { type: 'number', exclusiveMinimum: 0 } },
        required: ['kind'],
      },
      { properties: { kind: { const: 'b' } }, required: ['kind', 'nowhere'] },
    ],
  },
  {
    type: 'object',
    properties: {
      'a key with blanks & ünïcode': { type: 'string', pattern: '^\\p{L}+$' },
      pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false },
      either: { anyOf: [{ type: 'string', enum: ['x', null] }, { type: 'null' }] },
      anything: {},
      tree: { type: 'object', patternProperties: { '^x-': { type: 'array', items: {} } } },
    },
    additionalProperties: { type: 'string' },
  },
];

const long = 'Says in great détail what it does, for whom, and when not to use it. '.repeat(180);
const tools = Array.from({ length: Number(process.argv[2] ?? 60) }, (_, index) => ({
  name: `weather.${index}/forecast-for-several-days-at_a_place_of_your_choice`,
  ...(index % 5 === 4
    ? {}
    : { description: index % 10 === 0 ? long : `Tells the weather of the kind ${index}.` }),
  inputSchema: schemas[index % schemas.length],
}));

interface Call {
  id?: number | string;
  method: string;
  params?: { name?: string; arguments?: unknown; protocolVersion?: string };
}

function resultOf({ method, params }: Call): unknown {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'weather-of-the-world', version: '1.0.0' },
      };
    case 'tools/list':
      return { tools };
    case 'tools/call':
      return {
        content: [
          { type: 'text', text: `${params?.name} ran with ${JSON.stringify(params?.arguments)}` },
          { type: 'image', mimeType: 'image/png', data: onePixel },
        ],
      };
    default:
      return {};
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const call = JSON.parse(line) as Call;
  if (call.id === undefined) return;
  console.log(JSON.stringify({ jsonrpc: '2.0', id: call.id, result: resultOf(call) }));
});
