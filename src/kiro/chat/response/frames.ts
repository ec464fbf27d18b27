import { crc32 } from 'node:zlib';
import { KiroError } from '../../../base/errors';

/** One message of the stream, checked and decoded. */
export interface Frame {
  headers: FrameHeaders;
  payload: string;
}

/** Those of a frame's headers that matter. */
interface FrameHeaders {
  /** `event`, `exception` or `error`. */
  messageType: string;
  /** The event's or exception's name, or the error's code. */
  name: string;
  /** What an error frame says. */
  message: string | undefined;
}

// Total length, headers' length, and the checksum over these two; then the headers, the payload, and the checksum over
// everything before it. All numbers are big-endian.
const preludeLength = 12;
const checksumLength = 4;
const minFrameLength = preludeLength + checksumLength;
const maxFrameLength = 16 * 1024 * 1024;

/**
 * Cuts a byte stream (`application/vnd.amazon.eventstream`) into frames, each as soon as its last byte is there. Bytes
 * that do not make a frame yet are kept in one buffer that grows by doubling, so the cost is linear in the stream.
 */
export class FrameReader {
  private held: Buffer = Buffer.alloc(0);
  private length = 0;
  /** The headers last read: most frames repeat those before them to the byte. */
  private headerBytes: Buffer = Buffer.alloc(0);
  private headers: FrameHeaders = readHeaders(this.headerBytes);

  /**
   * The frames that this chunk completes. They must be taken before the next chunk is read.
   * Throws KiroError `protocol` on a bad length, checksum or header.
   */
  *read(chunk: Uint8Array): Generator<Frame> {
    // The usual chunk begins and ends with a frame, and is read where it lies.
    const bytes = this.length === 0 ? bufferOver(chunk) : this.append(chunk);
    let start = 0;
    for (;;) {
      const length = frameLength(bytes, start);
      if (length === undefined || bytes.length - start < length) break;
      yield this.decode(bytes, start, start + length);
      start += length;
    }
    if (start === 0 && this.length > 0) return;
    this.length = 0;
    if (start < bytes.length) this.append(bytes.subarray(start));
  }

  /** Throws KiroError `truncated` where the stream ended inside a frame. */
  end(): void {
    if (this.length > 0) throw new KiroError('truncated', { reason: 'partial-frame' });
  }

  private decode(bytes: Buffer, start: number, end: number): Frame {
    const bodyEnd = end - checksumLength;
    if (crc32(bytes.subarray(start, bodyEnd)) !== bytes.readUInt32BE(bodyEnd)) throw broken('frame-checksum');
    const headersStart = start + preludeLength;
    const headersEnd = headersStart + bytes.readUInt32BE(start + 4);
    if (headersEnd > bodyEnd) throw broken('frame-headers');
    if (this.headerBytes.compare(bytes, headersStart, headersEnd) !== 0) {
      this.headerBytes = Buffer.from(bytes.subarray(headersStart, headersEnd));
      this.headers = readHeaders(this.headerBytes);
    }
    return { headers: this.headers, payload: bytes.toString('utf8', headersEnd, bodyEnd) };
  }

  private append(chunk: Uint8Array): Buffer {
    const needed = this.length + chunk.length;
    if (needed > this.held.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.held.length));
      this.held.copy(grown, 0, 0, this.length);
      this.held = grown;
    }
    this.held.set(chunk, this.length);
    this.length = needed;
    return this.held.subarray(0, needed);
  }
}

function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

// Checked as soon as it is there: nobody waits for the sixteen megabytes that a flipped bit promises.
function frameLength(bytes: Buffer, start: number): number | undefined {
  if (bytes.length - start < preludeLength) return undefined;
  const length = bytes.readUInt32BE(start);
  if (length < minFrameLength || length > maxFrameLength) throw broken('frame-length');
  if (crc32(bytes.subarray(start, start + 8)) !== bytes.readUInt32BE(start + 8))
    throw broken('frame-checksum');
  return length;
}

const stringType = 7;
/** Bytes of a value by its type: true, false, byte, short, integer, long, bytes, string, timestamp, UUID. */
const valueLengths = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];

function readHeaders(bytes: Buffer): FrameHeaders {
  const headers: FrameHeaders = { messageType: '', name: '', message: undefined };
  const end = bytes.length;
  for (let at = 0; at < end; ) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? 0;
    if (type >= valueLengths.length) throw broken('frame-headers');
    const fixed = valueLengths[type];
    const valueStart = nameEnd + (fixed === undefined ? 3 : 1);
    if (valueStart > end) throw broken('frame-headers');
    const valueEnd = valueStart + (fixed ?? bytes.readUInt16BE(nameEnd + 1));
    if (valueEnd > end) throw broken('frame-headers');
    if (type === stringType) {
      setHeader(headers, bytes.toString('latin1', at + 1, nameEnd), bytes, valueStart, valueEnd);
    }
    at = valueEnd;
  }
  return headers;
}

function setHeader(headers: FrameHeaders, name: string, bytes: Buffer, start: number, end: number): void {
  switch (name) {
    case ':message-type':
      headers.messageType = bytes.toString('latin1', start, end);
      break;
    case ':event-type':
    case ':exception-type':
    case ':error-code':
      headers.name = bytes.toString('latin1', start, end);
      break;
    case ':error-message':
      headers.message = bytes.toString('utf8', start, end);
      break;
  }
}

function broken(reason: string): KiroError {
  return new KiroError('protocol', { reason });
}
