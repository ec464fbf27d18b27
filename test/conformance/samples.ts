import type { ToolSpecification } from '@aws/codewhisperer-streaming-client';

/** The smallest PNG there is. */
export const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

export const grep: ToolSpecification = {
  name: 'grep',
  description: 'Finds a pattern in files.',
  inputSchema: {
    json: {
      type: 'object',
      properties: { pattern: { type: 'string' }, deep: { type: ['object', 'null'] } },
      required: ['pattern'],
      additionalProperties: false,
    },
  },
};
