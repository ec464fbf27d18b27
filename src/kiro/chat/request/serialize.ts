import type { WireRequest } from './wire';

const noHistory = '"history":[]';

/**
 * The request as the bytes of its JSON. Lone surrogates, which no JSON parser there accepts, become replacement
 * characters. A long history goes message by message: as one string it would be copied whole several times more, and at
 * twice the size as soon as one of its characters is wide.
 */
export function serialize(body: WireRequest): Buffer<ArrayBuffer> {
  const { history = [] } = body.conversationState;
  if (history.length === 0) return Buffer.from(json(body));
  const frame = json({ ...body, conversationState: { ...body.conversationState, history: [] } });
  // Inside a text the quotes would be escaped: this is the member.
  const at = frame.indexOf(noHistory) + noHistory.length - 1;
  return Buffer.concat([
    Buffer.from(frame.slice(0, at)),
    ...history.map((message, index) => Buffer.from(index === 0 ? json(message) : `,${json(message)}`)),
    Buffer.from(frame.slice(at)),
  ]);
}

function json(value: object): string {
  const text = JSON.stringify(value);
  // JSON.stringify writes what is not well-formed as an escape, and only that.
  return text.includes('\\ud') ? JSON.stringify(value, wellFormed) : text;
}

function wellFormed(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (Object.keys(value).every((name) => name.isWellFormed())) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toWellFormed(), inner]));
}
