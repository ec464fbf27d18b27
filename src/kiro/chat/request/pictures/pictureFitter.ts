/**
 * Pictures and their formats: what a picture is, what the service would refuse, and how it is made to fit. The work is done
 * in a thread of its own, which is loaded with the first picture that needs it.
 */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { Recent } from '../../../../base/recent';
import type { Content, Image, Message, Text } from '../../conversation';
import { joinedApart } from '../joinedApart';
import { limits } from '../limits';
import { excessOf } from '../sendableAttachments';
import { imageFacts } from './imageFormat';
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
 * Makes pictures fit that the service would refuse: too large in bytes or pixels, of a format that it does not take, or
 * too many in one message. Each is worked on once; a chat sends its pictures again with every turn.
 */
export class PictureFitter {
  /** By the hash of what they were made of: all that a conversation can have, and the sheets of earlier messages. */
  private readonly known = new Recent<{ image: Image | undefined }>(2 * limits.images);

  constructor(private readonly deps: PictureFitterDeps) {}

  /**
   * The messages with their pictures made to fit; what cannot be read stays as it is. Messages without such pictures are
   * not touched. Throws the signal's reason.
   */
  async fitted(messages: Message[], signal: AbortSignal): Promise<Message[]> {
    const onSheets: Message[] = [];
    for (const message of messages) {
      onSheets.push(hasTooMany(message.content) ? await this.onSheets(message, signal) : message);
    }
    const images = onSheets.map(({ content }) => content.flatMap(imagesIn));
    const all = images.flat();
    const giveWay = excessOf('image', all.length, all.length - (images.at(-1)?.length ?? 0));
    const replacements = new Map<Content, Image>();
    // One after the other: each takes a processor and a hundred megabytes.
    for (const image of all.slice(giveWay).filter((one) => !fits(one))) {
      const replacement = await this.onePicture([image], signal);
      if (replacement) replacements.set(image, replacement);
    }
    const replaced = <T extends Content>(part: T): T | Image => replacements.get(part) ?? part;
    return onSheets.map((message, at) => {
      if (!images[at]?.some((image) => replacements.has(image))) return message;
      const content = message.content.map((part) =>
        part.kind === 'toolResult' ? { ...part, content: part.content.map(replaced) } : replaced(part),
      );
      return { ...message, content };
    });
  }

  /** The first pictures share places, so that there are no more than a message may have. */
  private async onSheets(message: Message, signal: AbortSignal): Promise<Message> {
    const images = message.content.filter((part) => part.kind === 'image');
    const sheets = Math.ceil((images.length - limits.imagesPerMessage) / (perSheet - 1));
    if (sheets * perSheet > images.length) return message;
    const shared = images.slice(0, sheets * perSheet);
    const places = new Map<Content, Image>();
    for (let at = 0; at < shared.length; at += perSheet) {
      const [first, ...others] = shared.slice(at, at + perSheet);
      const sheet = first && (await this.onePicture([first, ...others], signal));
      if (!sheet) return message;
      places.set(first, sheet);
    }
    const together = new Set<Content>(shared);
    const kept = message.content.flatMap((part) => places.get(part) ?? (together.has(part) ? [] : [part]));
    return { ...message, content: joinedApart([kept, [sheetNote(sheets)]]) };
  }

  private async onePicture(images: readonly Image[], signal: AbortSignal): Promise<Image | undefined> {
    const hash = createHash('sha256');
    for (const { bytes } of images) hash.update(String(bytes.length)).update(bytes);
    const key = hash.digest('base64');
    const known = this.known.get(key);
    if (known) return known.image;
    const image = await this.work(
      images.map(({ bytes }) => bytes),
      signal,
    );
    this.known.set(key, { image });
    return image;
  }

  private async work(files: Uint8Array[], signal: AbortSignal): Promise<Image | undefined> {
    signal.throwIfAborted();
    const either = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    let worker: Worker | undefined;
    try {
      worker = new Worker(this.deps.workerFile);
      const result = await answerOf(worker, files, either);
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

function answerOf(worker: Worker, files: Uint8Array[], signal: AbortSignal): Promise<Fitting> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread ended')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.postMessage(files);
  });
}

/** As many as can still be read on one. */
const perSheet = 4;

function sheetNote(sheets: number): Text {
  const [where, many] = sheets === 1 ? ['one image', 'is a sheet'] : [`${sheets} images`, 'are sheets'];
  const text = `[The first ${where} ${many} of four attached images each: from left to right, then top to bottom.]`;
  return { kind: 'text', text };
}

const imagesIn = (part: Content): Image[] => {
  if (part.kind === 'toolResult') return part.content.filter((inner) => inner.kind === 'image');
  return part.kind === 'image' ? [part] : [];
};

const hasTooMany = (content: Content[]): boolean =>
  content.filter((part) => part.kind === 'image').length > limits.imagesPerMessage;

/** Whether a picture can be sent as it is. */
function fits({ bytes }: Image): boolean {
  const facts = imageFacts(bytes);
  if (!facts || bytes.length > limits.imageBytes) return false;
  return !facts.size || Math.max(facts.size.width, facts.size.height) <= limits.imagePixels;
}
