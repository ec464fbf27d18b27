import { parseJson } from '../../base/http';
import type { Usage } from '../conversation';
import { failure, refusalBody } from '../failure';
import type { Frame } from './frames';

/** What the service tells us while it answers; events that mean nothing to us are left out. */
export type ServiceEvent =
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text?: string; signature?: string; redacted?: string }
  | { kind: 'toolInput'; id?: string; name?: string; input?: string | Record<string, unknown>; stop: boolean }
  | { kind: 'tokens'; usage: Usage }
  | { kind: 'credits'; credits: number }
  | { kind: 'contextUsage'; percentage: number };

const utf8 = new TextDecoder();

/**
 * The meaning of one frame, or none. Dispatches on the event's name, never on what the payload happens to look like.
 * Throws the KiroError an exception or error frame stands for.
 */
export function eventsOf(frame: Frame): ServiceEvent[] {
  const json = parseJson(utf8.decode(frame.payload));
  const payload: Payload = typeof json === 'object' && json !== null ? (json as Payload) : {};
  if (frame.messageType !== 'event') throw failure({ type: frame.name, ...refusalBody(payload) });

  switch (frame.name) {
    case 'assistantResponseEvent':
    case 'codeEvent': {
      const text = string(payload['content']);
      return text ? [{ kind: 'text', text }] : [];
    }
    case 'reasoningContentEvent':
      return [
        {
          kind: 'reasoning',
          ...present('text', string(payload['text'])),
          ...present('signature', string(payload['signature'])),
          ...present('redacted', string(payload['redactedContent'])),
        },
      ];
    case 'toolUseEvent':
      return [
        {
          kind: 'toolInput',
          ...present('id', string(payload['toolUseId'])),
          ...present('name', string(payload['name'])),
          ...present('input', toolInput(payload['input'])),
          stop: payload['stop'] === true,
        },
      ];
    case 'metadataEvent':
      return metadata(payload);
    case 'meteringEvent': {
      const credits = number(payload['usage']);
      return credits === undefined ? [] : [{ kind: 'credits', credits }];
    }
    case 'contextUsageEvent':
      return contextUsage(payload);
    // The one modelled error member of the stream, should it ever come as an event.
    case 'error':
    case 'invalidStateEvent':
      throw failure({ type: frame.name, ...refusalBody(payload) });
    default:
      return [];
  }
}

type Payload = Record<string, unknown>;

function metadata(payload: Payload): ServiceEvent[] {
  const counts = payload['tokenUsage'];
  if (typeof counts !== 'object' || counts === null) return [];
  const count = (name: string) => number((counts as Payload)[name]);
  const uncached = count('uncachedInputTokens');
  const outputTokens = count('outputTokens');
  const context = contextUsage(counts as Payload);
  if (uncached === undefined || outputTokens === undefined) return context;
  const cacheReadTokens = count('cacheReadInputTokens') ?? 0;
  const cacheWriteTokens = count('cacheWriteInputTokens') ?? 0;
  const inputTokens = uncached + cacheReadTokens + cacheWriteTokens;
  return [
    { kind: 'tokens', usage: { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } },
    ...context,
  ];
}

function contextUsage(payload: Payload): ServiceEvent[] {
  const percentage = number(payload['contextUsagePercentage']);
  return percentage === undefined ? [] : [{ kind: 'contextUsage', percentage }];
}

const string = (value: unknown) => (typeof value === 'string' ? value : undefined);
const number = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

// Pieces of JSON text by the model; some answers carry objects instead, an empty one meaning "starts here".
function toolInput(value: unknown): string | Record<string, unknown> | undefined {
  if (typeof value === 'string') return value || undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.keys(value).length > 0 ? (value as Record<string, unknown>) : undefined;
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
