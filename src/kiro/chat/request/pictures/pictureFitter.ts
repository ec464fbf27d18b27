import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { Recent } from '../../../../base/recent';
import type { Content, Image, Message } from '../../conversation';
import { imageFacts } from '../imageFormat';
import { limits } from '../limits';
import type { Fitting } from './pictureWorker';

export interface PictureFitterDeps {
  /** The bundle of `pictureWorker`. */
  workerFile: string;
  /** Told why a picture could not be made to fit. */
  onUnreadable: (why: string) => void;
}

/** How long a picture may take, in milliseconds: a large one takes seconds. */
const patienceMs = 60_000;

/**
 * Makes pictures fit that the service would refuse: too large in bytes or pixels, or of a format that it does not take.
 * Each is worked on once; a chat sends its pictures again with every turn.
 */
export class PictureFitter {
  /** By the hash of what they were made of. */
  private readonly known = new Recent<{ image: Image | undefined }>(limits.images);

  constructor(private readonly deps: PictureFitterDeps) {}

  /**
   * The messages with their pictures made to fit; one that cannot be read stays as it is. Messages without such pictures
   * are not touched. Throws the signal's reason.
   */
  async fitted(messages: Message[], signal: AbortSignal): Promise<Message[]> {
    const unfit = messages
      .flatMap(({ content }) => content.flatMap(imagesIn))
      .filter((image) => !fits(image));
    if (unfit.length === 0) return messages;
    const replacements = new Map<Content, Image>();
    // One after the other: each takes a processor and a hundred megabytes.
    for (const image of unfit) {
      const replacement = await this.fittedImage(image, signal);
      if (replacement) replacements.set(image, replacement);
    }
    const replaced = <T extends Content>(part: T): T | Image => replacements.get(part) ?? part;
    return messages.map(({ role, content }) => ({
      role,
      content: content.map((part) =>
        part.kind === 'toolResult' ? { ...part, content: part.content.map(replaced) } : replaced(part),
      ),
    }));
  }

  private async fittedImage(image: Image, signal: AbortSignal): Promise<Image | undefined> {
    const key = createHash('sha256').update(image.bytes).digest('base64');
    const known = this.known.get(key);
    if (known) return known.image;
    const fitted = await this.work(image, signal);
    this.known.set(key, { image: fitted });
    return fitted;
  }

  private async work(image: Image, signal: AbortSignal): Promise<Image | undefined> {
    signal.throwIfAborted();
    const either = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    let worker: Worker | undefined;
    try {
      worker = new Worker(this.deps.workerFile);
      const result = await answerOf(worker, image.bytes, either);
      if (result.kind === 'fitted') return { kind: 'image', mimeType: result.mimeType, bytes: result.bytes };
      this.deps.onUnreadable(result.why);
    } catch (error) {
      signal.throwIfAborted();
      this.deps.onUnreadable(error instanceof Error ? error.message : String(error));
    } finally {
      await worker?.terminate();
    }
    return undefined;
  }
}

function answerOf(worker: Worker, bytes: Uint8Array, signal: AbortSignal): Promise<Fitting> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread ended')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.postMessage(bytes);
  });
}

const imagesIn = (part: Content): Image[] => {
  if (part.kind === 'toolResult') return part.content.filter((inner) => inner.kind === 'image');
  return part.kind === 'image' ? [part] : [];
};

/** Whether the service takes a picture as it is. */
function fits({ bytes }: Image): boolean {
  const facts = imageFacts(bytes);
  if (!facts || bytes.length > limits.imageBytes) return false;
  return !facts.size || Math.max(facts.size.width, facts.size.height) <= limits.imagePixels;
}
