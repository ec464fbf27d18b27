import type { Message, Tool } from '../conversation';
import type { ToolNames } from './toolNames';
import type { WireTool } from './wire';

/** The service's limit is near 10,000 and counts UTF-8 bytes. */
const maxDescriptionBytes = 10_000;

/**
 * The tools of a request as the service takes them. Tools that only the history names are declared too: the service
 * refuses calls of tools it was not told of.
 */
export function wireTools(tools: Tool[], messages: Message[], names: ToolNames): WireTool[] {
  const declared = new Map<string, WireTool>();
  for (const tool of tools) {
    if (declared.has(tool.name)) continue;
    declared.set(tool.name, wireTool(names.toWire(tool.name), tool.description, tool.inputSchema));
  }
  for (const { content } of messages) {
    for (const part of content) {
      if (part.kind !== 'toolCall' || declared.has(part.name)) continue;
      const description = 'No longer available in this conversation. Do not call it.';
      declared.set(part.name, wireTool(names.toWire(part.name), description, {}));
    }
  }
  return [...declared.values()];
}

function wireTool(name: string, description: string, schema: Record<string, unknown>): WireTool {
  return {
    toolSpecification: {
      name,
      description: cutToBytes(description.trim(), maxDescriptionBytes) || `Tool: ${name}`,
      inputSchema: { json: normalSchema(schema) },
    },
  };
}

/**
 * Makes a tool's schema what the service expects at its top level: an object type with an object of properties, and
 * `required` a list of names that exist. Nothing below is touched.
 */
function normalSchema(schema: Record<string, unknown>): Record<string, unknown> {
  const { $schema: _, $id: __, required, properties, ...rest } = schema;
  const known = isRecord(properties) ? properties : {};
  const needed = Array.isArray(required)
    ? [...new Set(required)].filter((name) => typeof name === 'string' && name in known)
    : [];
  return {
    ...rest,
    type: 'object',
    properties: known,
    ...(needed.length > 0 ? { required: needed } : {}),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The longest beginning of a text that fits into `max` UTF-8 bytes, never half a character. */
export function cutToBytes(text: string, max: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= max) return text;
  let end = max;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString('utf8');
}
