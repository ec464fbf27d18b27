/** Event-stream frames, encoded by AWS's own codec. */
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** One frame with these string headers and this payload. */
export function encodeFrame(headers: Record<string, string>, payload: string): Uint8Array {
  const typed = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]),
  );
  return codec.encode({ headers: typed, body: fromUtf8(payload) });
}

/** The headers of an event; its payload is the member's own JSON, not wrapped in the event's name. */
export function eventHeaders(type: string): Record<string, string> {
  return { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
}

/** The headers of a modelled exception that arrives inside a 200 answer. */
export function exceptionHeaders(type: string): Record<string, string> {
  return { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' };
}

/** The headers of an error outside the model; AWS puts everything it says into headers. */
export function errorHeaders(code: string, message: string): Record<string, string> {
  return { ':error-code': code, ':error-message': message, ':message-type': 'error' };
}
