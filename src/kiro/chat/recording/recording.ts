/**
 * What a request came to, kept in memory until later ones take its place: for the log, and for whoever saves it to report a
 * problem. Keeping it costs a request nothing but a reference; it is made safe to show when it is saved, and not before.
 */
import { requestIdIn } from '../../../base/errorResponse';
import type { Model } from '../../account/models';
import type { ChatRequest, ReplyPart } from '../conversation';
import type { RequestFallbacks } from '../request/requestFallbacks';

type Told = Extract<ReplyPart, { kind: 'usage' }>;

/** More of a reply is not kept. The longest that was seen is a tenth of it. */
const mostOfReply = 4 * 1024 * 1024;

/** Of all that is kept together. */
const mostRequests = 5;
const mostBytes = 8 * 1024 * 1024;

export interface RecordingsDeps {
  /** Milliseconds. */
  now: () => number;
  /** Told of what is about to be sent, each time. */
  onSent?: (bytes: Uint8Array) => void;
  /** Told of each request that has come to its end. */
  onEnd?: (recording: Recording) => void;
}

/** One request and its reply: sent several times, maybe, until a reply began. Times are milliseconds. */
export class Recording {
  /** How often it was sent. */
  attempts = 0;
  sentBytes = 0;
  receivedBytes = 0;
  /** As they came, the oldest first; without its end where the reply was longer than is kept. */
  readonly chunks: Uint8Array[] = [];
  requestId: string | undefined;
  /** What was given up of it. */
  fallbacks: RequestFallbacks | undefined;
  usage: Told | undefined;
  /** What the model wrote. */
  text = '';
  failure: unknown;
  firstMs: number | undefined;
  totalMs: number | undefined;
  readonly startedAt: number;

  constructor(
    readonly request: ChatRequest,
    readonly model: Model,
    readonly accountId: string | undefined,
    private readonly deps: Required<RecordingsDeps>,
  ) {
    this.startedAt = deps.now();
  }

  sent(bytes: Uint8Array): void {
    this.attempts++;
    this.sentBytes = bytes.length;
    this.deps.onSent(bytes);
    this.receivedBytes = 0;
    this.chunks.length = 0;
  }

  opened({ headers }: Response): void {
    this.requestId = requestIdIn(headers);
  }

  received(chunk: Uint8Array): void {
    this.firstMs ??= this.deps.now() - this.startedAt;
    this.receivedBytes += chunk.length;
    // A view of a larger buffer would keep all of it.
    if (this.receivedBytes <= mostOfReply)
      this.chunks.push(chunk.length === chunk.buffer.byteLength ? chunk : chunk.slice());
  }

  ended(
    { usage, text }: { usage: Told | undefined; text: string },
    fallbacks: RequestFallbacks,
    failure: unknown,
  ): void {
    this.totalMs = this.deps.now() - this.startedAt;
    Object.assign(this, { usage, text, fallbacks, failure });
    this.deps.onEnd(this);
  }

  /** What it takes in memory, roughly. */
  get size(): number {
    return this.sentBytes + Math.min(this.receivedBytes, mostOfReply);
  }
}

/** The last requests, the newest first, as long as they are not too large together. */
export class Recordings {
  private kept: Recording[] = [];

  constructor(private readonly deps: RecordingsDeps) {}

  begin(request: ChatRequest, model: Model, accountId: string | undefined): Recording {
    const { now, onSent = () => undefined } = this.deps;
    return new Recording(request, model, accountId, { now, onSent, onEnd: (ended) => this.keep(ended) });
  }

  get last(): readonly Recording[] {
    return this.kept;
  }

  private keep(recording: Recording): void {
    let size = 0;
    this.kept = [recording, ...this.kept].slice(0, mostRequests).filter((one) => {
      size += one.size;
      return size <= mostBytes;
    });
    this.deps.onEnd?.(recording);
  }
}
