/**
 * The way from a response's bytes to a reply's parts, in four steps that know nothing of each other's insides: frames,
 * events, the reply, its parts. What a request was, or who asked, is not known here.
 */
import type { ReplyPart } from '../conversation';
import { eventOf } from './events';
import { FrameReader } from './frames';
import { Reply, type ReplyContext } from './reply';

interface ReplyOptions extends ReplyContext {
  /** Called for each event of the reply, also one that makes no part, or that nobody here knows. */
  onActivity: () => void;
  /** Called for all bytes as they come. */
  onChunk?: ((chunk: Uint8Array) => void) | undefined;
}

/**
 * The parts of a reply, from the bytes of its stream, each the moment its last byte is there. One loop, because each
 * further asynchronous step would cost more than decoding does. Throws KiroError: `truncated`, `protocol`, or what an
 * exception frame stands for.
 */
export async function* replyParts(
  chunks: AsyncIterable<Uint8Array>,
  { onActivity, onChunk, ...context }: ReplyOptions,
): AsyncGenerator<ReplyPart> {
  const frames = new FrameReader();
  const reply = new Reply(context);
  try {
    for await (const chunk of chunks) {
      onChunk?.(chunk);
      for (const frame of frames.read(chunk)) {
        const event = eventOf(frame);
        onActivity();
        if (event) for (const part of reply.read(event)) yield part;
      }
    }
    frames.end();
  } catch (error) {
    const failure = reply.failed(error);
    if (failure !== undefined) throw failure;
  }
  for (const part of reply.end()) yield part;
}
