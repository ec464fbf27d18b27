import type { Store } from '../account/perAccountCache';
import type { ChatRequest, Usage } from '../chat/conversation';
import { estimateRequest } from './messageTokens';

const storeKey = 'kiroModels.tokenCalibration.1';
/** How far off an estimate may be, in tokens: what it misses of each request, and what of each token. */
const noise = (estimate: number) => 200 + 0.05 * estimate;
/** What is likely before anything is known: standard deviations of the overhead, and of the ratio from 1. */
const likelyOverhead = 4000;
const likelyDeviation = 0.3;
/** Anything outside is a misunderstanding, not a tokenizer or what the service adds. */
const ratios = { from: 0.5, to: 2 };
const overheads = { from: 0, to: 20_000 };
/** How much of what was learnt counts after one more reply: some ten are enough to follow, one is not to mislead. */
const memory = 0.9;

/** A model's tokens by our estimate: those the service adds to each request, and how many of its own one of ours is. */
interface Line {
  overhead: number;
  ratio: number;
}

/** Weighted sums over requests: of 1, of the estimate, of its square, of the excess of the count, of excess × estimate. */
type Sums = [number, number, number, number, number];
const nothing: Sums = [0, 0, 0, 0, 0];

/**
 * What our estimates are in tokens of a model's own, learnt from what the service reports: a straight line, because it
 * adds tokens of its own to every request, of which none may count as a part of each text. Only from its own token
 * counts, never from a context percentage: nobody knows for sure what the whole is that it refers to.
 */
export class Calibration {
  private readonly sums: Map<string, Sums>;
  private readonly stored = new Map<string, Line>();

  constructor(
    private readonly store: Store,
    private readonly reportFailure: (error: unknown) => void,
  ) {
    this.sums = new Map(Object.entries(readSums(store.get(storeKey))));
    for (const [modelId, sums] of this.sums) this.stored.set(modelId, lineThrough(sums));
  }

  /** The estimate of a text or a message in tokens of this model. */
  ofPart(modelId: string, estimate: number): number {
    return Math.round(estimate * this.line(modelId).ratio);
  }

  /** The estimate of a whole request in tokens of this model. */
  ofRequest(modelId: string, estimate: number): number {
    const { overhead, ratio } = this.line(modelId);
    return Math.round(overhead + estimate * ratio);
  }

  /** Learns from the reply to a request. Never throws. */
  learn(request: ChatRequest, usage: Usage): void {
    if (usage.source !== 'counted' || hasAttachments(request)) return;
    const { modelId } = request;
    const estimate = estimateRequest(request);
    const count = within(usage.inputTokens, {
      from: ratios.from * estimate,
      to: ratios.to * estimate + likelyOverhead,
    });
    const excess = count - estimate;
    const weight = noise(estimate) ** -2;
    const news = [1, estimate, estimate ** 2, excess, excess * estimate].map((one) => weight * one);
    const before = this.sums.get(modelId) ?? nothing;
    const sums = before.map((sum, index) => memory * sum + (news[index] ?? 0)) as Sums;
    this.sums.set(modelId, sums);
    if (!isWorthStoring(lineThrough(sums), this.stored.get(modelId))) return;
    this.stored.set(modelId, lineThrough(sums));
    this.store.update(storeKey, Object.fromEntries(this.sums)).then(undefined, this.reportFailure);
  }

  private line(modelId: string): Line {
    return lineThrough(this.sums.get(modelId) ?? nothing);
  }
}

// Least squares of excess = overhead + (ratio - 1) × estimate, with what is likely as one more observation of each.
function lineThrough([weight, x, xx, y, xy]: Sums): Line {
  const ones = weight + likelyOverhead ** -2;
  const squares = xx + likelyDeviation ** -2;
  const determinant = ones * squares - x * x;
  return {
    overhead: within((y * squares - x * xy) / determinant, overheads),
    ratio: within(1 + (ones * xy - x * y) / determinant, ratios),
  };
}

const within = (value: number, { from, to }: { from: number; to: number }) =>
  Math.min(to, Math.max(from, value));

function isWorthStoring(line: Line, stored: Line = lineThrough(nothing)): boolean {
  return Math.abs(line.ratio - stored.ratio) >= 0.01 || Math.abs(line.overhead - stored.overhead) >= 100;
}

// What a picture or a document costs is much less sure than what text does.
function hasAttachments({ messages }: ChatRequest): boolean {
  return messages.some(({ content }) =>
    content.some((part) => {
      const inner = part.kind === 'toolResult' ? part.content : [part];
      return inner.some(({ kind }) => kind === 'image' || kind === 'document');
    }),
  );
}

function readSums(stored: unknown): Record<string, Sums> {
  if (typeof stored !== 'object' || stored === null) return {};
  const sums = Object.entries(stored).filter(
    (entry): entry is [string, Sums] =>
      Array.isArray(entry[1]) &&
      entry[1].length === nothing.length &&
      entry[1].every((one) => typeof one === 'number' && Number.isFinite(one)) &&
      Object.values(lineThrough(entry[1] as Sums)).every(Number.isFinite),
  );
  return Object.fromEntries(sums);
}
