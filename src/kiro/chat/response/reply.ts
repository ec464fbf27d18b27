import { KiroError } from '../../../base/errors';
import type { EarlyEnd, ReplyPart } from '../conversation';
import type { ServiceEvent } from './events';
import { Reasoning } from './reasoning';
import { ReplyUsage, type UsageContext } from './replyUsage';
import { type TaggedText, ThinkingTags } from './thinkingTags';
import { ToolCalls } from './toolCalls';

/**
 * Why the model stopped, where that means that its reply is not complete. Only the service's word counts: nothing in
 * its model says how a complete reply ends, and accounts differ in which closing events they get, or whether any. A
 * reply without them is therefore complete; that a connection was cut between two frames is for HTTP to tell.
 */
const earlyEnds: Readonly<Record<string, EarlyEnd>> = {
  MAX_TOKENS: 'output-limit',
  MODEL_CONTEXT_WINDOW_EXCEEDED: 'window-full',
  CONTENT_FILTERED: 'filtered',
};

// Of the stream, in contrast to what the service says in it.
const breakages = /^(frame-\w+|partial-frame|connection-lost|idle)$/;

function sumsUp(event: ServiceEvent, before: boolean): boolean {
  if (event.kind === 'contextUsage') return before;
  return event.kind === 'credits' || (event.kind === 'end' && Boolean(event.why ?? event.usage));
}

/** What there is to know of a request to understand its reply. */
export interface ReplyContext extends UsageContext {
  /** How the model gives its reasoning: by events of its own, or between tags in its text. */
  thinking: 'native' | 'tags';
  /** Whether a tool, by its name on the wire, cannot be called without arguments. */
  needsInput?: ((tool: string) => boolean) | undefined;
}

/** Turns the service's events into the parts of one reply, each the moment it is complete. One per reply. */
export class Reply {
  private readonly calls = new ToolCalls();
  private readonly reasoning = new Reasoning();
  private tags: ThinkingTags | undefined;
  /** All the model wrote, to estimate the output by where the service does not count it. */
  private written = '';
  private answered = false;
  private called = false;
  private early: EarlyEnd | undefined;
  /** The stream ended inside a call. */
  private isCut = false;
  /** The service told the sum of it, and the model said no more since. */
  private isSummedUp = false;
  private readonly usage = new ReplyUsage();

  constructor(private readonly context: ReplyContext) {
    this.tags = context.thinking === 'tags' ? new ThinkingTags() : undefined;
  }

  read(event: ServiceEvent): ReplyPart[] {
    this.isSummedUp = sumsUp(event, this.isSummedUp);
    switch (event.kind) {
      case 'text':
        return this.show(this.tags ? this.tags.read(event.text) : [event]);
      case 'reasoning':
        return this.reason(event);
      case 'toolInput':
        return this.call(event);
      case 'end':
        this.early = event.why === undefined ? this.early : earlyEnds[event.why];
        this.usage.read(event);
        return [];
      case 'contextUsage':
      case 'credits':
        this.usage.read(event);
        return [];
    }
  }

  /**
   * The service has no more to say: what is left, a notice if that is not all, and the usage. Throws KiroError
   * `truncated` or `too-long` where there was neither text nor a call: a turn of thinking alone is no reply.
   */
  end(): ReplyPart[] {
    const end = this.early || this.isCut ? 'cut-short' : 'complete';
    const calls = this.calls.end(end, this.context.needsInput ?? (() => false));
    const parts = [...this.endBlock(end), ...calls];
    if (!this.answered && calls.length === 0) throw this.unanswered();
    // A call goes on in the next reply, and one that was cut off says so itself.
    if (this.early && !this.called && calls.length === 0) parts.push({ kind: 'endedEarly', why: this.early });
    parts.push(this.usage.part(this.written, this.context));
    return parts;
  }

  /**
   * What this failure of the stream means, now that so much was heard; none where the reply can be ended with what
   * there is: what is too long once the reply has begun is the reply, and a stream that ends inside a call met the
   * same limit. The model can work around it when told, but the host forgets a turn that failed. And whatever breaks
   * after the reply was summed up breaks nothing of it.
   */
  failed(error: unknown): unknown {
    if (!(error instanceof KiroError)) return error;
    if (this.isSummedUp && breakages.test(error.reason ?? '')) return undefined;
    if (error.code === 'too-long' && this.written !== '') {
      this.early = 'output-limit';
      return undefined;
    }
    if (error.reason !== 'partial-frame' || !this.calls.isInArguments()) return error;
    this.isCut = true;
    return undefined;
  }

  private unanswered(): KiroError {
    if (this.early === 'window-full') return new KiroError('too-long', { reason: 'window-full' });
    if (this.early === 'filtered') return new KiroError('truncated', { reason: 'filtered' });
    return new KiroError('truncated', { reason: this.written.trim() ? 'thinking-only' : 'empty-answer' });
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
    const parts = this.tags ? this.endBlock('cut-short') : [];
    this.tags = undefined;
    if (text) parts.push(...this.show([{ kind: 'thinking', text }]));
    if (signature || redacted) parts.push(this.reasoning.sign(signature, redacted));
    return parts;
  }

  private call(fragment: Extract<ServiceEvent, { kind: 'toolInput' }>): ReplyPart[] {
    const parts = this.endBlock('cut-short');
    const call = this.calls.add(fragment);
    if (typeof fragment.input === 'string') this.written += fragment.input;
    if (!call) return parts;
    this.answered = true;
    this.called = true;
    parts.push(call);
    return parts;
  }

  private endBlock(openBlock: 'cut-short' | 'complete'): ReplyPart[] {
    const parts = this.tags ? this.show(this.tags.end(openBlock)) : [];
    this.endReasoning(parts);
    return parts;
  }

  private endReasoning(parts: ReplyPart[]): void {
    const end = this.reasoning.end();
    if (end) parts.push(end);
  }
}
