/** The log must stay readable whatever the conversation was. */
const maxLength = 20_000;

// Members whose values are from the service's vocabulary, or names and ids that pair messages up: no one's words.
const kept = new Set([
  ...['type', 'format', 'status', 'origin', 'modelId', 'chatTriggerType', 'name', 'toolUseId', '$ref'],
  ...['effort', 'display', 'required'],
]);

/**
 * A request's skeleton for the log: every member and the structure of every schema, but for each text only how long it
 * is, and of a tool call's input only the kinds of values.
 */
export function reproOf(body: unknown): string {
  const repro = JSON.stringify(skeleton(body, ''));
  return repro.length > maxLength ? `${repro.slice(0, maxLength)}… (${repro.length} characters)` : repro;
}

function skeleton(value: unknown, member: string): unknown {
  if (typeof value === 'string') {
    return kept.has(member) && value.length <= 80 ? value : `<${value.length}>`;
  }
  if (Array.isArray(value)) return value.map((element) => skeleton(element, member));
  if (typeof value !== 'object' || value === null) return value;
  if (member === 'input') return `<${Object.keys(value).length} members>`;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, skeleton(inner, name)]));
}
