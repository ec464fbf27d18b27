/** Tools: how they are declared, and that every call is answered where it belongs. */
import { type ChatBody, messagesOf, type ToolElement, type ToolResult } from './chatBody';
import type { Limits } from './limits';
import { isRecord } from './reply';
import { checkToolSchema } from './toolSchemaRules';
import { type Violation, violation } from './violations';

const nameShape = /^[a-zA-Z][a-zA-Z0-9_-]*$/;
const idShape = /^[a-zA-Z0-9_-]{1,64}$/;

/** The declarations on the current message, and that there are none elsewhere. */
export function checkTools(body: ChatBody, limits: Limits): Violation[] {
  const elsewhere = messagesOf(body)
    .filter(({ message, current }) => !current && message.userInputMessage?.userInputMessageContext?.tools)
    .map(({ path }) => violation('tools-in-history', path, 'tools belong on the current message'));
  const path = 'conversationState.currentMessage.userInputMessage.userInputMessageContext.tools';
  const tools = declared(body);
  const seen = new Set<string>();
  const here = tools.flatMap((tool, index) => {
    const where = `${path}[${index}]`;
    if (tool.cachePoint) return [violation('cache-point-in-tools', where, 'the service refuses it here')];
    const { name = '', description = '', inputSchema } = tool.toolSpecification ?? {};
    const found = [...checkName(name, where, limits), ...checkToolSchema(inputSchema?.json, where)];
    if (seen.has(name)) found.push(violation('tool-duplicate', where, name));
    seen.add(name);
    const bytes = Buffer.byteLength(description);
    if (description.trim() === '' || bytes > limits.toolDescriptionBytes) {
      found.push(violation('tool-description', where, `${bytes} bytes`));
    }
    return found;
  });
  return [...elsewhere, ...here];
}

/** That calls and results pair up: each call's result stands in the very next user message, once. */
export function checkToolPairing(body: ChatBody, limits: Limits): Violation[] {
  const names = new Set(declared(body).map((tool) => tool.toolSpecification?.name.toLowerCase()));
  const everUsed = new Set<string>();
  let open = new Set<string>();
  const found: Violation[] = [];
  for (const { path, message } of messagesOf(body)) {
    const { userInputMessage: user, assistantResponseMessage: assistant } = message;
    if (user) {
      found.push(...checkResults(user.userInputMessageContext?.toolResults ?? [], open, path, limits));
      open = new Set();
    }
    for (const use of assistant?.toolUses ?? []) {
      if (everUsed.has(use.toolUseId)) found.push(violation('tool-use-duplicate', path, use.toolUseId));
      everUsed.add(use.toolUseId);
      open.add(use.toolUseId);
      if (!idShape.test(use.toolUseId)) found.push(violation('tool-use-id', path, use.toolUseId));
      found.push(...checkName(use.name, path, limits), ...checkInput(use.input, path));
      if (!names.has(use.name.toLowerCase())) {
        found.push(violation('tool-not-declared', path, `${use.name} was called but is not offered`));
      }
    }
  }
  return found;
}

// Settles the open calls: what is left in `open` has no result.
function checkResults(results: ToolResult[], open: Set<string>, path: string, limits: Limits): Violation[] {
  const found: Violation[] = [];
  const seen = new Set<string>();
  for (const result of results) {
    if (seen.has(result.toolUseId)) found.push(violation('tool-result-duplicate', path, result.toolUseId));
    else if (!open.has(result.toolUseId)) found.push(violation('tool-result-orphan', path, result.toolUseId));
    seen.add(result.toolUseId);
    if (isEmpty(result)) found.push(violation('tool-result-empty', path, result.toolUseId));
    const length = result.content.reduce((sum, { text = '' }) => sum + text.length, 0);
    if (length > limits.toolResultChars)
      found.push(violation('tool-result-too-long', path, `${length} characters`));
    if (result.content.some(({ text = '' }) => !text.isWellFormed())) {
      found.push(violation('lone-surrogate', path, 'not well-formed Unicode'));
    }
  }
  const unanswered = [...open].filter((id) => !seen.has(id));
  return [...found, ...unanswered.map((id) => violation('tool-use-without-result', path, id))];
}

function isEmpty(result: ToolResult): boolean {
  return (
    result.content.length === 0 ||
    result.content.some(({ text, json }) => json === undefined && (text ?? '').trim() === '')
  );
}

function checkName(name: string, path: string, limits: Limits): Violation[] {
  if (nameShape.test(name) && name.length <= limits.toolNameChars) return [];
  return [violation('tool-name', path, `${JSON.stringify(name)} (${name.length} characters)`)];
}

function checkInput(input: unknown, path: string): Violation[] {
  if (!isRecord(input)) return [violation('tool-use-input', path, 'must be an object')];
  return hasEmptyKey(input) ? [violation('tool-use-input', path, 'an empty string as a key')] : [];
}

function hasEmptyKey(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasEmptyKey);
  if (!isRecord(value)) return false;
  return '' in value || Object.values(value).some(hasEmptyKey);
}

function declared(body: ChatBody): ToolElement[] {
  return body.conversationState.currentMessage.userInputMessage?.userInputMessageContext?.tools ?? [];
}
