import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import type { Content, Document, Image, Message } from '../../../src/kiro/chat/conversation';
import { imageFacts } from '../../../src/kiro/chat/request/pictures/imageFormat';
import { onePixelPng, pngOf } from '../../fixtures/conversations';
import { build as buildBody, models } from '../../fixtures/requestProperties';

const text = (value: string): Content => ({ kind: 'text', text: value });
const image = (bytes: Uint8Array = onePixelPng, mimeType = 'image/png'): Image => ({
  kind: 'image',
  mimeType,
  bytes,
});
const document = (mimeType = 'application/pdf', bytes: Uint8Array = Buffer.from('%PDF')): Document => ({
  kind: 'document',
  mimeType,
  bytes,
});
const user = (...content: Content[]): Message => ({ role: 'user', content });
const answer: Message = { role: 'assistant', content: [text('Yes.')] };
const inResult = (...content: (Image | Document)[]): Message[] => [
  { role: 'assistant', content: [{ kind: 'toolCall', id: '1', name: 'shot', input: {} }] },
  user({ kind: 'toolResult', callId: '1', content, isError: false }),
];

function build(messages: Message[], modelId = 'claude-with-documents') {
  const model = models.find(({ id }) => id === modelId);
  assert.ok(model);
  return buildBody({ system: '', messages, tools: [], conversationId: 'c-1' }, model).body.conversationState;
}
function refusal(messages: Message[], modelId?: string): string {
  try {
    build(messages, modelId);
  } catch (error) {
    assert.ok(error instanceof KiroError && error.code === 'bad-request');
    return `${error.reason}: ${error.detail}`;
  }
  assert.fail('not refused');
}
const countOf = (value: unknown) => JSON.stringify(value).split('"bytes"').length - 1;

describe('an attachment', () => {
  const large = pngOf(1, 1, 3.75 * 1024 * 1024 + 1);
  for (const [about, content, expected, modelId] of [
    [
      'of a format the service does not take',
      image(Buffer.from('BM..'), 'image/bmp'),
      'image-format: image/bmp',
    ],
    ['that only claims to be a picture', image(Buffer.from('<svg/>')), 'image-format: image/png'],
    ['that is a picture, for a model that sees none', image(), 'image: image/png', 'deepseek-3.2'],
    ['of too many bytes', image(large), 'image-size: 3.75 MiB, at most 3.75 MiB'],
    [
      'of too many pixels',
      image(pngOf(9, 8001)),
      'image-dimension: 9 × 8001 pixels, at most 8000 either way',
    ],
    [
      'that is a document, for a model that reads none',
      document(),
      'document: application/pdf',
      'claude-opus-5',
    ],
    ['that is a film', document('video/mp4'), 'document: video/mp4'],
    [
      'that is too large a document',
      document('application/pdf', Buffer.alloc(5e6)),
      'document-size: 4.77 MiB, at most 4.50 MiB',
    ],
  ] as [string, Content, string, string?][]) {
    it(`${about} is refused in the last message, and noted further back`, () => {
      assert.equal(refusal([user(text('See'), content)], modelId), expected);
      const { history } = build([user(text('See'), content), answer, user(text('And?'))], modelId);
      assert.equal(countOf(history), 0);
      assert.match(JSON.stringify(history?.[0]), /See\\n\\n\[(An image|A document) is left out: /);
    });
  }

  it('from a tool never ends the conversation: the model is told what is missing', () => {
    const { currentMessage } = build([user(text('Look')), ...inResult(image(pngOf(9000, 1)), image())]);
    const { images, userInputMessageContext } = currentMessage.userInputMessage;
    assert.equal(images?.length, 1);
    assert.match(userInputMessageContext?.toolResults?.[0]?.content[0]?.text ?? '', /9000 × 1 pixels/);
  });

  it('of the last message gives way to none: those of earlier ones do', () => {
    const five = Array.from({ length: 5 }, () => document());
    const { history, currentMessage } = build([user(text('See'), document()), answer, user(...five)]);
    assert.equal(countOf(history), 0);
    assert.equal(currentMessage.userInputMessage.documents?.length, 5);
  });

  it('of a reply is neither sent nor counted: the wire has no place for it', () => {
    const six = Array.from({ length: 6 }, () => document());
    const { history, currentMessage } = build([
      user(text('Draw')),
      { role: 'assistant', content: [text('Here.'), ...six, text(' ')] },
      user(text('See'), document()),
    ]);
    const [, reply] = history ?? [];
    assert.equal(
      reply && 'assistantResponseMessage' in reply && reply.assistantResponseMessage.content,
      'Here. ',
    );
    assert.equal(currentMessage.userInputMessage.documents?.length, 1);
  });

  it('is sent as what it is, not as what it is said to be', () => {
    const { currentMessage } = build([
      user(image(Buffer.from('GIF89a\x01\x00\x01\x00', 'latin1'), 'image/png')),
    ]);
    assert.equal(currentMessage.userInputMessage.images?.[0]?.format, 'gif');
  });

  it('is refused where the message has more than ten pictures', () => {
    assert.match(refusal([user(...Array.from({ length: 11 }, () => image()))]), /^image-count: /);
  });

  it('stays in the history until there are more than twenty; then the ten oldest give way, which is said once', () => {
    const turns = (count: number) => [
      ...Array.from({ length: count }, () => [user(text('See'), image()), answer]).flat(),
      user(text('And?')),
    ];
    assert.equal(countOf(build(turns(20))), 20);
    for (const count of [21, 30]) {
      const state = build(turns(count));
      assert.equal(countOf(state), count - 10);
      assert.equal(JSON.stringify(state).split('the oldest give way').length - 1, 1);
      assert.equal(countOf(state.history?.slice(0, 20)), 0);
    }
  });

  it('that is a document has a name of its own, which it keeps', () => {
    const { history } = build([
      user(document(), document('application/msword')),
      answer,
      user(text('And?'), document()),
    ]);
    const [first] = history ?? [];
    assert.ok(first && 'userInputMessage' in first);
    assert.deepEqual(
      first.userInputMessage.documents?.map(({ name, format }) => `${name}.${format}`),
      ['document-1.pdf', 'document-2.doc'],
    );
  });

  it('that is left out is mentioned once, with how many there are', () => {
    const drawings = Array.from({ length: 23 }, () => image(Buffer.from('BM'), 'image/bmp'));
    const { history, currentMessage } = build([
      user(text('See'), ...drawings),
      answer,
      user(text('And these?'), ...drawings),
      answer,
      user(...drawings),
      answer,
      user(text('Well?')),
    ]);
    assert.deepEqual(
      [...(history ?? []), currentMessage].flatMap((message) =>
        'userInputMessage' in message ? [message.userInputMessage.content] : [],
      ),
      [
        'See\n\n[23 images are left out: image/bmp]',
        'And these?',
        '[Left out for a reason that was given before.]',
        'Well?',
      ],
    );
  });

  it('of an earlier message is not taken for one of this message, although nothing was said in between', () => {
    const { currentMessage } = build([
      user(text('What is this?'), image(Buffer.from('BM'), 'image/bmp')),
      user(text('And now?'), ...Array.from({ length: 10 }, () => image())),
    ]);
    const { content, images } = currentMessage.userInputMessage;
    assert.equal(content, 'What is this?\n\n[An image is left out: image/bmp]\n\nAnd now?');
    assert.equal(images?.length, 10);
    const { currentMessage: full } = build([
      user(image(), image()),
      user(...Array.from({ length: 9 }, () => image())),
    ]);
    assert.equal(full.userInputMessage.images?.length, 10);
    assert.match(full.userInputMessage.content, /^\[An image is left out: more than 10 in one message\]$/);
  });
});

describe('a picture', () => {
  const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const webp = (chunk: string, hex: string) =>
    Buffer.concat([
      Buffer.from('RIFF\0\0\0\0WEBP'),
      Buffer.from(chunk),
      Buffer.alloc(4),
      bytes(hex),
      Buffer.alloc(8),
    ]);
  for (const [about, file, expected] of [
    ['PNG', onePixelPng, 'png 1 × 1'],
    ['GIF', Buffer.from('GIF87a\x02\x01\x03\x00', 'latin1'), 'gif 258 × 3'],
    ['JPEG', bytes('ffd8 ffe0 0004 0000 ffff c0 0011 08 0102 0203 03 000000'), 'jpeg 515 × 258'],
    ['WebP with alpha', webp('VP8X', '00000000 030000 020000'), 'webp 4 × 3'],
    ['lossy WebP', webp('VP8 ', '000000 9d012a 0201 0300'), 'webp 258 × 3'],
    ['lossless WebP', webp('VP8L', '2f 03800000'), 'webp 4 × 3'],
  ] as const) {
    it(`is recognized with its size: ${about}`, () => {
      const facts = imageFacts(file);
      assert.equal(`${facts?.format} ${facts?.size?.width} × ${facts?.size?.height}`, expected);
    });
  }

  it('that is cut off is of an unknown size', () => {
    for (const head of ['89504e470d0a1a0a', '474946383961', 'ffd8ffe00010', '524946460000000057454250']) {
      assert.equal(imageFacts(bytes(head))?.size, undefined);
      assert.ok(imageFacts(bytes(head)));
    }
    assert.equal(imageFacts(Buffer.from('BM')), undefined);
  });
});
