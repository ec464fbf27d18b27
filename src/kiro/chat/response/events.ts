import { readErrorBody } from '../../../base/errorResponse';
import { KiroError } from '../../../base/errors';
import { isRecord, parseJson } from '../../../base/json';
import { serviceError } from '../../transport/serviceError';
import type { Usage } from '../conversation';
import type { Frame } from './frames';

/** What the service tells us while it replies. */
export type ServiceEvent =
  | { kind: 'text'; text: string }
  | {
      kind: 'reasoning';
      text: string | undefined;
      signature: string | undefined;
      redacted: string | undefined;
    }
  | {
      kind: 'toolInput';
      id: string | undefined;
      name: string | undefined;
      /** Pieces of JSON text; some replies carry objects instead. */
      input: string | Record<string, unknown> | undefined;
      stop: boolean;
    }
  | { kind: 'contextUsage'; percentage: number }
  /** `why` is the service's own word: `END_TURN`, `TOOL_USE`, `MAX_TOKENS`… */
  | { kind: 'end'; why: string | undefined; usage: Usage | undefined; contextPercentage: number | undefined }
  | { kind: 'credits'; credits: number };

/**
 * The meaning of one frame; none where it means nothing to us. Dispatches on the event's name, never on what the payload
 * happens to look like. Throws the KiroError that an exception or error frame stands for, and `protocol` where an event
 * that matters is not JSON: text would be missing without anybody noticing.
 */
export function eventOf(frame: Frame): ServiceEvent | undefined {
  if (frame.headers.messageType !== 'event') throw errorOf(frame);
  switch (frame.headers.name) {
    case 'assistantResponseEvent':
    case 'codeEvent': {
      const text = string(payloadOf(frame)['content']);
      return text === undefined ? undefined : { kind: 'text', text };
    }
    case 'reasoningContentEvent':
      return reasoning(payloadOf(frame));
    case 'toolUseEvent': {
      const { toolUseId, name, input, stop } = payloadOf(frame);
      return {
        kind: 'toolInput',
        id: string(toolUseId),
        name: string(name),
        input: toolInput(input),
        stop: stop === true,
      };
    }
    case 'metadataEvent':
      return metadata(payloadOf(frame));
    case 'contextUsageEvent': {
      const percentage = number(payloadOf(frame)['contextUsagePercentage']);
      return percentage === undefined ? undefined : { kind: 'contextUsage', percentage };
    }
    case 'meteringEvent': {
      const credits = number(payloadOf(frame)['usage']);
      return credits === undefined ? undefined : { kind: 'credits', credits };
    }
    // The one modelled error member of the stream, should it ever come as an event.
    case 'error':
    case 'invalidStateEvent':
      throw errorOf(frame);
    default:
      return undefined;
  }
}

type Payload = Record<string, unknown>;

function payloadOf({ payload, headers }: Frame): Payload {
  const json = parseJson(payload);
  if (isRecord(json)) return json;
  throw new KiroError('protocol', { reason: 'event-payload', detail: headers.name });
}

function errorOf({ headers, payload }: Frame): KiroError {
  const { messageType, name, message } = headers;
  if (!['event', 'exception', 'error'].includes(messageType)) {
    return new KiroError('protocol', { reason: 'message-type' });
  }
  const body = readErrorBody(parseJson(payload));
  return serviceError({ ...body, isJson: true, code: body.code ?? name, message: body.message ?? message });
}

// Outside the official model, but reported: text and signature together one level deeper.
function reasoning(payload: Payload): ServiceEvent {
  const nested = payload['reasoningText'];
  const { text, signature } = isRecord(nested) ? nested : payload;
  return {
    kind: 'reasoning',
    text: string(text),
    signature: string(signature),
    redacted: string(payload['redactedContent']),
  };
}

// `stopReason` is not in the official client's model yet, but in what the service sends, to some accounts at least.
function metadata(payload: Payload): ServiceEvent {
  return { kind: 'end', why: string(payload['stopReason']), ...tokenUsage(payload['tokenUsage']) };
}

function tokenUsage(counts: unknown): { usage: Usage | undefined; contextPercentage: number | undefined } {
  if (!isRecord(counts)) return { usage: undefined, contextPercentage: undefined };
  const uncached = number(counts['uncachedInputTokens']);
  const outputTokens = number(counts['outputTokens']);
  const contextPercentage = number(counts['contextUsagePercentage']);
  if (uncached === undefined || outputTokens === undefined) {
    return { usage: undefined, contextPercentage };
  }
  const cacheReadTokens = number(counts['cacheReadInputTokens']);
  const cacheWriteTokens = number(counts['cacheWriteInputTokens']);
  const inputTokens = uncached + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
  return {
    usage: { source: 'counted', inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens },
    contextPercentage,
  };
}

const string = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

// An empty object means "starts here"; so does an empty string.
function toolInput(value: unknown): string | Payload | undefined {
  if (!isRecord(value)) return string(value);
  return Object.keys(value).length > 0 ? value : undefined;
}
