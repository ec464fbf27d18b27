import { KiroError } from '../../base/errors';
import type { ReplyPart, Usage } from '../conversation';
import { estimateTokens } from '../tokens';
import type { ServiceEvent } from './events';
import { Reasoning } from './reasoning';
import { type TaggedText, ThinkingTags } from './thinkingTags';
import { ToolCalls } from './toolCalls';

/** Turns the service's events into the parts of one answer, each the moment it is complete. One per answer. */
export class Reply {
  private readonly calls = new ToolCalls();
  private readonly reasoning = new Reasoning();
  private tags: ThinkingTags | undefined = new ThinkingTags();
  /** All the model wrote, to estimate the output by where the service does not count it. */
  private written = '';
  private answered = false;
  private usage: Usage | undefined;
  private credits: number | undefined;
  private contextPercentage: number | undefined;

  /** `contextWindow` (tokens) is what a context percentage refers to. */
  constructor(private readonly contextWindow: number) {}

  read(event: ServiceEvent): ReplyPart[] {
    switch (event.kind) {
      case 'text':
        return this.show(this.tags ? this.tags.read(event.text) : [event]);
      case 'reasoning':
        return this.reason(event);
      case 'toolInput':
        return this.call(event);
      case 'usage':
        this.usage = event.usage ?? this.usage;
        this.contextPercentage = event.contextPercentage ?? this.contextPercentage;
        return [];
      case 'credits':
        this.credits = (this.credits ?? 0) + event.credits;
        return [];
    }
  }

  /**
   * The service has no more to say: what is left, and the usage. Throws KiroError `truncated` where there was neither
   * text nor a call: a turn of thinking alone is no answer.
   */
  end(): ReplyPart[] {
    const cut = this.calls.cutOff();
    const parts = [...this.endBlock(), ...cut];
    if (!this.answered && cut.length === 0) {
      throw new KiroError('truncated', { reason: this.written.trim() ? 'thinking-only' : 'empty-answer' });
    }
    const usage = this.usage ?? this.derivedUsage();
    parts.push({ kind: 'usage', usage, credits: this.credits, contextPercentage: this.contextPercentage });
    return parts;
  }

  /**
   * What this failure of the stream means, now that so much was heard; none where the answer can be ended with what
   * there is: a stream that ends inside a call is the service's output limit, which the model can work around when told.
   */
  failed(error: unknown): unknown {
    if (!(error instanceof KiroError)) return error;
    const isLimit = error.code === 'too-long' && this.written !== '';
    if (!isLimit && error.reason !== 'partial-frame') return error;
    if (this.calls.cutOff().length > 0) return undefined;
    // What is too long once the answer has begun is the answer.
    return isLimit ? new KiroError('truncated', { reason: 'output-limit', cause: error }) : error;
  }

  private show(pieces: TaggedText[]): ReplyPart[] {
    const parts: ReplyPart[] = [];
    for (const piece of pieces) {
      this.written += piece.text;
      if (piece.kind === 'thinking') this.reasoning.add(piece.text);
      else {
        this.endReasoning(parts);
        this.answered ||= piece.text.trim() !== '';
      }
      parts.push(piece);
    }
    return parts;
  }

  private reason({ text, signature, redacted }: Extract<ServiceEvent, { kind: 'reasoning' }>): ReplyPart[] {
    // The model reasons natively: tags in its text are text.
    const parts = this.tags ? this.endBlock() : [];
    this.tags = undefined;
    if (text) parts.push(...this.show([{ kind: 'thinking', text }]));
    if (signature || redacted) parts.push(this.reasoning.seal(signature, redacted));
    return parts;
  }

  private call(fragment: Extract<ServiceEvent, { kind: 'toolInput' }>): ReplyPart[] {
    const parts = this.endBlock();
    const call = this.calls.add(fragment);
    if (typeof fragment.input === 'string') this.written += fragment.input;
    if (!call) return parts;
    this.answered = true;
    parts.push(call);
    return parts;
  }

  private endBlock(): ReplyPart[] {
    const parts = this.tags ? this.show(this.tags.end()) : [];
    this.endReasoning(parts);
    return parts;
  }

  private endReasoning(parts: ReplyPart[]): void {
    const end = this.reasoning.end();
    if (end) parts.push(end);
  }

  // The service's percentage covers the whole exchange (input and output) by its own model's documentation.
  private derivedUsage(): Usage | undefined {
    if (this.contextPercentage === undefined) return undefined;
    const outputTokens = estimateTokens(this.written);
    const total = Math.round((this.contextPercentage / 100) * this.contextWindow);
    return {
      source: 'derived',
      inputTokens: Math.max(0, total - outputTokens),
      outputTokens,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    };
  }
}
