import { EventStreamCodec } from '@smithy/core/event-streams';
import { KiroError } from '../../base/errors';

export interface Frame {
  /** `event`, `exception` or `error`. */
  messageType: string;
  /** The event's or exception's name, or the error's code. */
  name: string;
  payload: Uint8Array;
}

const preludeLength = 8;
const minFrameLength = 16;
const maxFrameLength = 16 * 1024 * 1024;

const utf8 = new TextDecoder();
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : utf8.decode(bytes)),
  (text) => new TextEncoder().encode(text),
);

/**
 * Cuts a byte stream (`application/vnd.amazon.eventstream`) into frames, each as soon as its last byte is there.
 * Throws KiroError `protocol` on a bad length or checksum, `truncated` where bytes are left at the end.
 */
export async function* frames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let pending: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? chunk : concat(pending, chunk);
    let start = 0;
    for (;;) {
      const length = frameLength(pending, start);
      if (length === undefined || pending.length - start < length) break;
      yield decode(pending.subarray(start, start + length));
      start += length;
    }
    pending = pending.subarray(start);
  }
  if (pending.length > 0) throw new KiroError('truncated', { reason: 'partial-frame' });
}

function frameLength(bytes: Uint8Array, start: number): number | undefined {
  if (bytes.length - start < preludeLength) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(0);
  if (length < minFrameLength || length > maxFrameLength) {
    throw new KiroError('protocol', { reason: 'frame-length' });
  }
  return length;
}

function decode(bytes: Uint8Array): Frame {
  let message: ReturnType<typeof codec.decode>;
  try {
    message = codec.decode(bytes);
  } catch (error) {
    throw new KiroError('protocol', { reason: 'frame-checksum', cause: error });
  }
  const header = (name: string) => {
    const value = message.headers[name]?.value;
    return typeof value === 'string' ? value : '';
  };
  return {
    messageType: header(':message-type'),
    name: header(':event-type') || header(':exception-type') || header(':error-code'),
    payload: message.body,
  };
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}
