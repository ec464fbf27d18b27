/**
 * Tools as the service takes them: names, schemas, and the names of properties. A tool that cannot be sent as it is loses as
 * little of its meaning as can be, and never ends the chat.
 */
import type { Message, Tool } from '../../conversation';
import { limits } from '../limits';
import { isSentPlain, type RequestFallbacks } from '../requestFallbacks';
import type { WireTool } from '../wire';
import { plainSchema } from './plainSchema';
import type { ToolNames } from './toolNames';
import { tidySchema } from './toolSchema';

/** The names that several tools have. Only the first of each is sent: the service refuses a request with two. */
export function duplicateNames(tools: readonly Tool[]): string[] {
  const names = tools.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
}

/**
 * The tools of a request as the service takes them. Tools that only the history names are declared too: the service
 * refuses calls of tools it was not told of.
 */
export function wireTools(
  tools: Tool[],
  messages: Message[],
  names: ToolNames,
  fallbacks: RequestFallbacks,
): WireTool[] {
  const declared = new Map<string, WireTool>();
  for (const tool of tools) {
    if (declared.has(tool.name) || fallbacks.withoutTools.includes(tool.name)) continue;
    const schemaOf = isSentPlain(tool.name, fallbacks) ? plainSchema : tidySchema;
    const schema = names.schemaToWire(tool.name, schemaOf(tool.inputSchema));
    declared.set(tool.name, wireTool(names.toWire(tool.name), tool.description, schema));
  }
  for (const { content } of messages) {
    for (const part of content) {
      if (part.kind !== 'toolCall' || declared.has(part.name)) continue;
      const description = 'No longer available in this conversation. Do not call it.';
      declared.set(part.name, wireTool(names.toWire(part.name), description, tidySchema({})));
    }
  }
  return [...declared.values()];
}

function wireTool(name: string, description: string, schema: Record<string, unknown>): WireTool {
  return {
    toolSpecification: {
      name,
      description: cutToBytes(description.trim(), limits.toolDescriptionBytes) || `Tool: ${name}`,
      inputSchema: { json: schema },
    },
  };
}

/** The longest beginning of a text that fits into `max` UTF-8 bytes, never half a character. */
export function cutToBytes(text: string, max: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= max) return text;
  let end = max;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString('utf8');
}
