import type { ReplyPart } from '../conversation';

/** What a reply used, each figure undefined where the service did not tell it. Times are milliseconds. */
export interface Metered {
  /** Tokens that were not read from the cache. */
  input?: number | undefined;
  /** Tokens that were. */
  cached?: number | undefined;
  output?: number | undefined;
  credits?: number | undefined;
  /** From the request to the first part of its reply. */
  firstPartMs?: number | undefined;
  /** From the request to the end of its reply. */
  durationMs: number;
}

/** Watches the parts of a reply go by. */
export class ReplyMeter {
  private readonly startedAt: number;
  private firstAt: number | undefined;
  private told: Extract<ReplyPart, { kind: 'usage' }> | undefined;

  constructor(private readonly now: () => number) {
    this.startedAt = now();
  }

  see(part: ReplyPart): void {
    this.firstAt ??= this.now();
    if (part.kind === 'usage') this.told = part;
  }

  /** The figures so far; undefined where there was no reply, which costs nothing. */
  read(): Metered | undefined {
    if (this.firstAt === undefined) return undefined;
    const { usage, credits } = this.told ?? {};
    // What we estimated ourselves, nobody has counted.
    const counts = usage?.source === 'estimated' ? undefined : usage;
    const cached = counts?.cacheReadTokens;
    return {
      input: counts && counts.inputTokens - (cached ?? 0),
      cached,
      output: counts?.outputTokens,
      credits,
      firstPartMs: this.firstAt - this.startedAt,
      durationMs: this.now() - this.startedAt,
    };
  }
}
