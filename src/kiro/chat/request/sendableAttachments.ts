import { KiroError } from '../../../base/errors';
import type { Model } from '../../account/models';
import type { Content, Document, Image, Text } from '../conversation';
import { documentFormat, isTextFormat } from './documentFormat';
import { imageFacts } from './imageFormat';
import { limits } from './limits';
import type { Turn } from './turns';

/** Why something attached is not sent: a reason of our own, and the facts for a person. */
interface Obstacle {
  reason:
    | 'image'
    | 'image-format'
    | 'image-size'
    | 'image-dimension'
    | 'image-count'
    | 'document'
    | 'document-size'
    | 'document-count';
  detail: string;
}
type Attachment = Image | Document;

/**
 * The turns with only such images and documents as the service takes of this model. What the person attached to the
 * last message and cannot be sent is refused: KiroError `bad-request` with one of the reasons above. What a tool
 * returned, or what stands further back, must not end the conversation: a note to the model takes its place.
 */
export function withSendableAttachments(turns: Turn[], model: Model): Turn[] {
  const judged = turns.map((turn, index): Turn => {
    if (turn.role === 'assistant') return turn;
    const onPerson = index === turns.length - 1 ? refuse : note;
    const inMessage: Tally = { image: 0, document: 0 };
    const content = turn.content.flatMap((part): Content[] =>
      isAttachment(part) ? admitted(part, model, inMessage, onPerson) : [part],
    );
    return {
      role: 'user',
      content: content.map((part) =>
        part.kind === 'toolResult'
          ? { ...part, content: part.content.flatMap((inner) => ofResult(inner, model, inMessage)) }
          : part,
      ),
    };
  });
  return withoutOldest(withoutOldest(judged, 'image'), 'document');
}

/** How many of each kind a message has so far. */
type Tally = Record<Attachment['kind'], number>;
type OnObstacle = (obstacle: Obstacle) => Text[];

const refuse: OnObstacle = (obstacle) => {
  throw new KiroError('bad-request', { ...obstacle });
};
const note: OnObstacle = ({ reason, detail }) => [
  {
    kind: 'text',
    text: `[${reason.startsWith('image') ? 'An image' : 'A document'} is left out: ${detail}]`,
  },
];

function ofResult(part: Text | Attachment, model: Model, inMessage: Tally): (Text | Attachment)[] {
  if (part.kind === 'text') return [part];
  if (part.kind === 'document' && isTextFormat(part.mimeType)) return [asText(part)];
  return admitted(part, model, inMessage, note);
}

function admitted(
  part: Attachment,
  model: Model,
  inMessage: Tally,
  onObstacle: OnObstacle,
): (Text | Attachment)[] {
  // Any model can read a text.
  if (part.kind === 'document' && !model.documents && isTextFormat(part.mimeType)) return [asText(part)];
  const obstacle = part.kind === 'image' ? imageObstacle(part, model) : documentObstacle(part, model);
  if (obstacle) return onObstacle(obstacle);
  const most = part.kind === 'image' ? limits.imagesPerMessage : limits.documents;
  if (inMessage[part.kind] >= most) return onObstacle(tooMany(part.kind, `more than ${most} in one message`));
  inMessage[part.kind]++;
  return [part];
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

function withoutOldest(turns: Turn[], kind: Attachment['kind']): Turn[] {
  const most = kind === 'image' ? limits.images : limits.documents;
  const count = turns
    .flatMap(({ content }, turn) => content.flatMap(withInner).map((part) => ({ part, turn })))
    .filter(({ part }) => part.kind === kind);
  // What the last message has is there on purpose.
  const earlier = count.filter(({ turn }) => turn < turns.length - 1).length;
  let excess = Math.min(earlier, Math.ceil(Math.max(0, count.length - most) / batch[kind]) * batch[kind]);
  if (excess === 0) return turns;
  const gone = note(tooMany(kind, `the conversation has more than ${most}, and this is one of the oldest`));
  const kept = <T extends Content>(part: T): (T | Text)[] =>
    part.kind === kind && excess-- > 0 ? gone : [part];
  return turns.map(({ role, content }) => ({
    role,
    content: content.flatMap((part): Content[] =>
      part.kind === 'toolResult' ? [{ ...part, content: part.content.flatMap(kept) }] : kept(part),
    ),
  }));
}

const withInner = (part: Content): Content[] => (part.kind === 'toolResult' ? part.content : [part]);
const isAttachment = (part: Content): part is Attachment => part.kind === 'image' || part.kind === 'document';
const asText = ({ bytes }: Document): Text => ({ kind: 'text', text: new TextDecoder().decode(bytes) });
const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
