import { KiroError } from '../../../base/errors';
import type { Model } from '../../account/models';
import type { Content, Document, Image, Text } from '../conversation';
import { documentFormat } from './documentFormat';
import { joinedApart } from './joinedApart';
import { type Attachment, LeftOut, type Obstacle } from './leftOut';
import { limits } from './limits';
import { imageFacts } from './pictures/imageFormat';
import type { Turn } from './turns';

/**
 * The turns with only such images and documents as the service takes of this model. What the
 * person attached to the message that `asked` is the content of, and cannot be sent, is refused: KiroError `bad-request`
 * with the reason of an `Obstacle`. What a tool returned, or what stands further back, must not end the conversation: a
 * note to the model takes its place.
 */
export function withSendableAttachments(turns: Turn[], model: Model, asked: readonly Content[]): Turn[] {
  const leftOut = new LeftOut();
  const attached = new Set(asked);
  const note = (obstacle: Obstacle) => leftOut.note(obstacle);
  const sendable = turns.map(({ role, content }): Turn => {
    if (role === 'assistant') return { role, content };
    const own = content.filter(isAttachment).filter((part) => attached.has(part));
    const room = { image: limits.imagesPerMessage, document: limits.documents };
    const taken = new Map(own.map((part) => [part, admitted(part, model, room, refuse)]));
    const admit = (part: Attachment) => taken.get(part) ?? admitted(part, model, room, note);
    return {
      role,
      content: content.map((part): Content => {
        if (part.kind !== 'toolResult') return isAttachment(part) ? admit(part) : part;
        return {
          ...part,
          content: part.content.map((inner) => (isAttachment(inner) ? admit(inner) : inner)),
        };
      }),
    };
  });
  return withoutOldest(withoutOldest(sendable, 'image', note), 'document', note).map(({ role, content }) => {
    const worded = role === 'user' ? leftOut.worded(content) : content;
    return { role, content: joinedApart(blocksOf(worded, leftOut)) };
  });
}

/** Each note stands apart by itself, and so does what is between them. */
function blocksOf(content: Content[], leftOut: LeftOut): Content[][] {
  const blocks: Content[][] = [[]];
  for (const part of content) {
    if (leftOut.has(part)) blocks.push([part], []);
    else blocks.at(-1)?.push(part);
  }
  return blocks;
}

/** How many more of each kind a message can have. */
type Room = Record<Attachment['kind'], number>;
type OnObstacle = (obstacle: Obstacle) => Text;

const refuse: OnObstacle = (obstacle) => {
  throw new KiroError('bad-request', { ...obstacle });
};

function admitted(part: Attachment, model: Model, room: Room, onObstacle: OnObstacle): Text | Attachment {
  const obstacle = part.kind === 'image' ? imageObstacle(part, model) : documentObstacle(part, model);
  if (obstacle) return onObstacle(obstacle);
  const most = part.kind === 'image' ? limits.imagesPerMessage : limits.documents;
  if (room[part.kind] === 0) return onObstacle(tooMany(part.kind, `more than ${most} in one message`));
  room[part.kind]--;
  return part;
}

function imageObstacle({ mimeType, bytes }: Image, model: Model): Obstacle | undefined {
  const facts = imageFacts(bytes);
  if (!facts) return { reason: 'image-format', detail: mimeType };
  if (!model.images) return { reason: 'image', detail: mimeType };
  if (bytes.length > limits.imageBytes) {
    return {
      reason: 'image-size',
      detail: `${mebibytes(bytes.length)}, at most ${mebibytes(limits.imageBytes)}`,
    };
  }
  const { size } = facts;
  if (!size || Math.max(size.width, size.height) <= limits.imagePixels) return undefined;
  const detail = `${size.width} × ${size.height} pixels, at most ${limits.imagePixels} either way`;
  return { reason: 'image-dimension', detail };
}

function documentObstacle({ mimeType, bytes }: Document, model: Model): Obstacle | undefined {
  if (!model.documents || !documentFormat(mimeType)) return { reason: 'document', detail: mimeType };
  if (bytes.length <= limits.documentBytes) return undefined;
  const detail = `${mebibytes(bytes.length)}, at most ${mebibytes(limits.documentBytes)}`;
  return { reason: 'document-size', detail };
}

const tooMany = (kind: Attachment['kind'], detail: string): Obstacle => ({ reason: `${kind}-count`, detail });

// Several at once, so that the earlier messages stay as they are for a number of turns and can be cached.
const batch = { image: 10, document: 2 } as const;

const mostOf = { image: limits.images, document: limits.documents } as const;

/** How many of the oldest of so many give way, of which the last message's are not `earlier`: those are there on purpose. */
export function excessOf(kind: Attachment['kind'], count: number, earlier: number): number {
  return Math.min(earlier, Math.ceil(Math.max(0, count - mostOf[kind]) / batch[kind]) * batch[kind]);
}

function withoutOldest(turns: Turn[], kind: Attachment['kind'], note: OnObstacle): Turn[] {
  const count = turns
    .flatMap(({ content }, turn) => content.flatMap(withInner).map((part) => ({ part, turn })))
    .filter(({ part }) => part.kind === kind);
  const earlier = count.filter(({ turn }) => turn < turns.length - 1).length;
  let excess = excessOf(kind, count.length, earlier);
  if (excess === 0) return turns;
  const obstacle = tooMany(kind, `the conversation has more than ${mostOf[kind]}, and the oldest give way`);
  const kept = <T extends Content>(part: T): T | Text =>
    part.kind === kind && excess-- > 0 ? note(obstacle) : part;
  return turns.map(({ role, content }) => ({
    role,
    content: content.map((part) =>
      part.kind === 'toolResult' ? { ...part, content: part.content.map(kept) } : kept(part),
    ),
  }));
}

const withInner = (part: Content): Content[] => (part.kind === 'toolResult' ? part.content : [part]);
const isAttachment = (part: Content): part is Attachment => part.kind === 'image' || part.kind === 'document';
const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
