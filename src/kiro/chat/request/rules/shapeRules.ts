/** A rule that a request breaks, and where. */
export interface Broken {
  rule: string;
  path: string;
}

type Check = (value: unknown, path: string) => Broken[];

/** What a body has that the official model has not, and the other way round, for the members this project sends. */
export const shapeFaults = (body: unknown): Broken[] => request(body, '');

const fault = (rule: string, path: string): Broken[] => [{ rule, path }];

const isOf =
  (type: 'string' | 'object'): Check =>
  (value, path) => {
    if (value === null) return fault('null-member', path);
    return typeof value === type && !Array.isArray(value) ? [] : fault('wrong-type', path);
  };
const text = isOf('string');
const anyJson: Check = (value, path) => (value === null ? fault('null-member', path) : []);

// Groups would be recursed into, and a picture has a million of them.
const base64 = /^[a-z0-9+/]*={0,2}$/i;
const blob: Check = (value, path) => {
  const faults = text(value, path);
  if (faults.length > 0) return faults;
  return String(value).length % 4 === 0 && base64.test(String(value)) ? [] : fault('bad-base64', path);
};

const oneOf =
  (values: readonly string[], rule = 'not-in-enum'): Check =>
  (value, path) => {
    const faults = text(value, path);
    if (faults.length > 0) return faults;
    return values.some((one) => one === value) ? [] : fault(rule, path);
  };

const listOf =
  (element: Check): Check =>
  (value, path) => {
    if (Array.isArray(value)) return value.flatMap((one, index) => element(one, `${path}[${index}]`));
    return value === null ? fault('null-member', path) : fault('wrong-type', path);
  };

/** A structure. The names of members that must be there end in `!`. */
function structure(members: Record<string, Check>): Check {
  const known = new Map(Object.entries(members).map(([name, check]) => [name.replace('!', ''), check]));
  const needed = Object.keys(members).flatMap((name) => (name.endsWith('!') ? [name.slice(0, -1)] : []));
  return (value, path) => {
    const faults = isOf('object')(value, path);
    if (faults.length > 0) return faults;
    const given = Object.entries(value as Record<string, unknown>);
    const at = (name: string) => (path ? `${path}.${name}` : name);
    return [
      ...needed
        .filter((name) => !given.some(([one]) => one === name))
        .flatMap((name) => fault('missing-member', at(name))),
      ...given.flatMap(
        ([name, inner]) => known.get(name)?.(inner, at(name)) ?? fault('unknown-member', at(name)),
      ),
    ];
  };
}

/** A union: a structure with exactly one of its members. */
function union(members: Record<string, Check>): Check {
  const inner = structure(members);
  return (value, path) => {
    const isOne = typeof value !== 'object' || value === null || Object.keys(value).length === 1;
    return isOne || Array.isArray(value)
      ? inner(value, path)
      : [...fault('union-members', path), ...inner(value, path)];
  };
}

const bytes = union({ bytes: blob });
const cachePoint = structure({ 'type!': oneOf(['default']) });
const image = structure({
  'format!': oneOf(['gif', 'jpeg', 'png', 'webp'], 'image-format'),
  'source!': bytes,
});
const document = structure({
  'name!': text,
  'format!': oneOf(['csv', 'doc', 'docx', 'html', 'md', 'pdf', 'txt', 'xls', 'xlsx']),
  'source!': bytes,
});
const tool = union({
  toolSpecification: structure({
    'inputSchema!': structure({ json: anyJson }),
    'name!': text,
    description: text,
  }),
  cachePoint,
});
const toolResult = structure({
  'toolUseId!': text,
  'content!': listOf(union({ text, json: anyJson })),
  status: oneOf(['error', 'success']),
  toolName: text,
});
const userMessage = structure({
  'content!': text,
  modelId: text,
  origin: oneOf(['KIRO_CLI', 'AI_EDITOR']),
  images: listOf(image),
  documents: listOf(document),
  cachePoint,
  userInputMessageContext: structure({ toolResults: listOf(toolResult), tools: listOf(tool) }),
});
const assistantMessage = structure({
  'content!': text,
  messageId: text,
  toolUses: listOf(structure({ 'toolUseId!': text, 'name!': text, 'input!': anyJson })),
  cachePoint,
  reasoningContent: union({
    reasoningText: structure({ 'text!': text, signature: text }),
    redactedContent: blob,
  }),
});
const message = union({ userInputMessage: userMessage, assistantResponseMessage: assistantMessage });
const request = structure({
  'conversationState!': structure({
    'currentMessage!': message,
    'chatTriggerType!': oneOf(['DIAGNOSTIC', 'INLINE_CHAT', 'MANUAL']),
    conversationId: text,
    history: listOf(message),
  }),
  profileArn: text,
  additionalModelRequestFields: anyJson,
});
