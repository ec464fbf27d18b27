import { KiroError } from '../../base/errors';
import type { Model } from '../account/models';

/** In milliseconds. */
export interface Timeouts {
  /** Until anything of the reply is heard; absent → by the model, see `firstTokenMs`. */
  firstTokenMs: number | undefined;
  /** Between two signs of the reply. */
  idleMs: number;
  /** For the whole reply, however lively. */
  totalMs: number;
}

/**
 * How long a model may take to begin its reply. A window of a million tokens takes minutes to read when it is full, and
 * the dearest models are the slowest ones.
 */
export function firstTokenMs({ contextWindow, rateMultiplier }: Model): number {
  const forReading = contextWindow > 400_000 ? 180_000 : 90_000;
  return (rateMultiplier ?? 1) >= 2 ? forReading + 60_000 : forReading;
}

/**
 * The time limits of one request: until anything is heard, between two signs of the reply, and for all of it. Where one
 * is reached, its signal is aborted with KiroError `timeout` (reasons `first-token`, `idle`, `total`).
 */
export class RequestTimeouts {
  private readonly controller = new AbortController();
  private readonly whole: NodeJS.Timeout;
  private readonly first: NodeJS.Timeout;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    firstMs: number,
    private readonly idleMs: number,
    totalMs: number,
  ) {
    this.first = this.after(firstMs, 'first-token');
    this.whole = this.after(totalMs, 'total');
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Something of the reply was heard. */
  activity(): void {
    if (this.idle) {
      this.idle.refresh();
      return;
    }
    clearTimeout(this.first);
    this.idle = this.after(this.idleMs, 'idle');
  }

  /** Also closes the connection, if it is still open. */
  end(): void {
    clearTimeout(this.first);
    clearTimeout(this.idle);
    clearTimeout(this.whole);
    this.controller.abort();
  }

  private after(ms: number, reason: string): NodeJS.Timeout {
    const abort = () => this.controller.abort(new KiroError('timeout', { reason }));
    return setTimeout(abort, ms);
  }
}
