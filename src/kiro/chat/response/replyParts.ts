import type { ReplyPart } from '../conversation';
import { eventOf } from './events';
import { FrameReader } from './frames';
import { Reply } from './reply';

export interface AnswerOptions {
  /** In tokens. */
  contextWindow: number;
  /** Estimates the tokens of the request; without it, an answer of which the service tells no usage has none. */
  estimateInput?: (() => number) | undefined;
  /** Called for each sign of the answer, also one that makes no part. */
  onSign: () => void;
}

/**
 * The parts of an answer, from the bytes of its stream, each the moment its last byte is there. One loop, because each
 * further asynchronous step would cost more than decoding does. Throws KiroError: `truncated`, `protocol`, or what an
 * exception frame stands for.
 */
export async function* answerParts(
  chunks: AsyncIterable<Uint8Array>,
  { contextWindow, estimateInput, onSign }: AnswerOptions,
): AsyncGenerator<ReplyPart> {
  const frames = new FrameReader();
  const reply = new Reply(contextWindow, estimateInput);
  try {
    for await (const chunk of chunks) {
      for (const frame of frames.read(chunk)) {
        const event = eventOf(frame);
        if (!event) continue;
        onSign();
        for (const part of reply.read(event)) yield part;
      }
    }
    frames.end();
  } catch (error) {
    const failure = reply.failed(error);
    if (failure !== undefined) throw failure;
  }
  for (const part of reply.end()) yield part;
}
