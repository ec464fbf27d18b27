import type { ChatRequest, Usage } from '../chat/conversation';
import { estimateRequest } from './messageTokens';

/** Where ratios survive a restart. VS Code's `Memento` is one. */
export interface CalibrationStore {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const storeKey = 'kiroModels.tokenRatios.1';
/** A ratio outside is a misunderstanding, not a tokenizer. */
const smallest = 0.5;
const largest = 2;
/** How much of what is new enters the ratio: some ten replies are enough to follow, one is not enough to mislead. */
const weight = 0.25;
/** Of small requests most is the service's own frame, which our estimate knows nothing of. */
const fewestTokens = 2000;
/** A change below this is not worth a write. */
const worthStoring = 0.01;

/**
 * How many tokens of a model's own count one token of our estimate is, learnt from what the service reports. Only from
 * its own token counts, never from a context percentage: nobody knows for sure what the whole is that it refers to.
 */
export class Calibration {
  private readonly ratios: Map<string, number>;
  private readonly stored = new Map<string, number>();

  constructor(
    private readonly store: CalibrationStore,
    private readonly reportFailure: (error: unknown) => void,
  ) {
    this.ratios = new Map(Object.entries(readRatios(store.get(storeKey))));
    for (const [modelId, ratio] of this.ratios) this.stored.set(modelId, ratio);
  }

  /** An estimate in tokens of this model. */
  apply(modelId: string, estimate: number): number {
    return Math.ceil(estimate * (this.ratios.get(modelId) ?? 1));
  }

  /** Learns from the reply to a request. Never throws. */
  learn(request: ChatRequest, usage: Usage): void {
    if (usage.source !== 'counted' || hasAttachments(request)) return;
    const estimate = estimateRequest(request);
    if (estimate < fewestTokens) return;
    const seen = bounded(usage.inputTokens / estimate);
    const before = this.ratios.get(request.modelId) ?? 1;
    const ratio = before + weight * (seen - before);
    this.ratios.set(request.modelId, ratio);
    if (Math.abs(ratio - (this.stored.get(request.modelId) ?? 1)) < worthStoring) return;
    this.stored.set(request.modelId, ratio);
    this.store.update(storeKey, Object.fromEntries(this.ratios)).then(undefined, this.reportFailure);
  }
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

const bounded = (ratio: number) => Math.min(largest, Math.max(smallest, ratio));

function readRatios(stored: unknown): Record<string, number> {
  if (typeof stored !== 'object' || stored === null) return {};
  const ratios = Object.entries(stored).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  return Object.fromEntries(ratios.map(([modelId, ratio]) => [modelId, bounded(ratio)]));
}
