import { estimateTokens } from '../../tokenCount/tokens';
import type { ReplyPart, Usage } from '../conversation';
import type { ServiceEvent } from './events';

export interface UsageContext {
  /** What a context percentage refers to, in tokens. */
  contextWindow: number;
  /** Estimates the tokens of the request; without it, a reply of which the service tells no usage has none. */
  estimateInput?: (() => number) | undefined;
}

/** What the service tells of a reply's tokens and price, and what can be said where it tells nothing. */
export class ReplyUsage {
  private counted: Usage | undefined;
  private credits: number | undefined;
  private contextPercentage: number | undefined;

  read(event: Extract<ServiceEvent, { kind: 'end' | 'contextUsage' | 'credits' }>): void {
    switch (event.kind) {
      case 'end':
        this.counted = event.usage ?? this.counted;
        this.contextPercentage = event.contextPercentage ?? this.contextPercentage;
        break;
      case 'contextUsage':
        this.contextPercentage = event.percentage;
        break;
      case 'credits':
        this.credits = (this.credits ?? 0) + event.credits;
        break;
    }
  }

  /** The usage of a reply in which the model wrote this. */
  part(written: string, context: UsageContext): ReplyPart {
    const { credits, contextPercentage } = this;
    return {
      kind: 'usage',
      usage: this.counted ?? this.guessed(written, context),
      credits,
      contextPercentage,
    };
  }

  // The service's percentage covers the whole exchange (input and output) by its own model's documentation.
  private guessed(written: string, { contextWindow, estimateInput }: UsageContext): Usage | undefined {
    const outputTokens = estimateTokens(written);
    if (this.contextPercentage !== undefined) {
      const total = Math.round((this.contextPercentage / 100) * contextWindow);
      return { source: 'derived', inputTokens: Math.max(0, total - outputTokens), outputTokens };
    }
    const inputTokens = estimateInput?.();
    return inputTokens === undefined ? undefined : { source: 'estimated', inputTokens, outputTokens };
  }
}
