/** Pictures that the service would refuse, as they are sent. jimp's own readers and writers make them. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { createJimp } from '@jimp/core';
import bmp from '@jimp/js-bmp';
import gif from '@jimp/js-gif';
import jpeg from '@jimp/js-jpeg';
import png from '@jimp/js-png';
import tiff from '@jimp/js-tiff';
import type { Content, Image, Message } from '../../../src/kiro/chat/conversation';
import { limits } from '../../../src/kiro/chat/request/limits';
import { imageFacts } from '../../../src/kiro/chat/request/pictures/imageFormat';
import { PictureFitter } from '../../../src/kiro/chat/request/pictures/pictureFitter';
import { onePixelPng } from '../../fixtures/conversations';
import { chatOf, collect, connect, modelOf, textOf } from '../../fixtures/kiroService';
import { Simulator } from '../../simulator/simulator';
import { closing, text } from '../../simulator/steps';

const Jimp = createJimp({ formats: [bmp, gif, jpeg, png, tiff], plugins: [] });
type Mime = 'image/bmp' | 'image/gif' | 'image/jpeg' | 'image/png' | 'image/tiff';

/** A picture of so many pixels, the same in every run: plain, or one that hardly compresses. */
async function picture(mimeType: Mime, width: number, height: number, kind: 'plain' | 'noise' = 'plain') {
  const made = new Jimp({ width, height, color: 0x336699ff });
  if (kind === 'noise') {
    const { data } = made.bitmap;
    for (let at = 0, seed = 1; at < data.length; at++) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      if (at % 4 !== 3) data[at] = seed >> 16;
    }
  }
  const bytes = await made.getBuffer(mimeType);
  return { kind: 'image', mimeType, bytes } satisfies Image;
}

/** So many of the same, which are worked on once. */
async function alike(count: number): Promise<Image[]> {
  const image = await picture('image/bmp', 8, 8);
  return Array.from({ length: count }, () => ({ ...image }));
}

describe('a picture that the service would refuse', function () {
  this.timeout(60_000);
  const signal = new AbortController().signal;
  const reports: string[] = [];
  const fitter = new PictureFitter({
    workerFile: resolve('dist/pictureWorker.js'),
    onUnreadable: (why) => reports.push(why),
  });
  beforeEach(() => {
    reports.length = 0;
  });
  async function fitted(image: Image): Promise<Image> {
    const [message] = await fitter.fitted([{ role: 'user', content: [image] }], signal);
    const [part] = message?.content ?? [];
    assert.ok(part?.kind === 'image');
    return part;
  }

  for (const mimeType of ['image/bmp', 'image/tiff'] as const) {
    it(`for its format ${mimeType} is sent as a PNG of the same size`, async () => {
      const { mimeType: sent, bytes } = await fitted(await picture(mimeType, 30, 20));
      assert.equal(sent, 'image/png');
      assert.deepEqual(imageFacts(bytes), { format: 'png', size: { width: 30, height: 20 } });
    });
  }

  it('for its format image/tiff is read where it is compressed', async () => {
    // 30 × 20 pixels of one color, written by libtiff with the compression of Adobe.
    const bytes = Buffer.from(
      'SUkqACYAAAB4nDNOm/nfeBSP4lE8ikfxKB7Fo3gUUw0DAE+EIyQSAAABAwABAAAAHgAAAAEBAwABAAAAFAAAAAIBAwAE' +
        'AAAAJAEAAAMBAwABAAAACAAAAAYBAwABAAAAAgAAABEBBAABAAAACAAAABIBAwABAAAAAQAAABUBAwABAAAABAAAABYB' +
        'AwABAAAAFAAAABcBBAABAAAAHgAAABoBBQABAAAABAEAABsBBQABAAAADAEAABwBAwABAAAAAQAAAB4BBQABAAAAFAEA' +
        'AB8BBQABAAAAHAEAACgBAwABAAAAAQAAADEBAgATAAAALAEAAFIBAwABAAAAAQAAAAAAAABIAAAAAQAAAEgAAAABAAAA' +
        'AAAAAAEAAAAAAAAAAQAAAAgACAAIAAgAUGhvdG9wZWEgKFVUSUYuanMpAA==',
      'base64',
    );
    const sent = await fitted({ kind: 'image', mimeType: 'image/tiff', bytes });
    assert.deepEqual(imageFacts(sent.bytes), { format: 'png', size: { width: 30, height: 20 } });
    assert.equal((await Jimp.fromBuffer(Buffer.from(sent.bytes))).getPixelColor(29, 19), 0x336699ff);
  });

  for (const mimeType of ['image/png', 'image/jpeg', 'image/gif'] as const) {
    it(`for its pixels is scaled: ${mimeType}`, async () => {
      const { bytes } = await fitted(await picture(mimeType, 8_100, 27));
      assert.deepEqual(imageFacts(bytes)?.size, { width: 3_000, height: 10 });
    });
  }

  it('for its pixels is scaled: image/webp', async () => {
    // 8100 × 27 pixels of one color, written by libwebp.
    const bytes = Buffer.from(
      'UklGRiwAAABXRUJQVlA4TCAAAAAvo58GAAdQs840s/8BAUnS//9kRP8z/vOf//znP//fFg==',
      'base64',
    );
    const sent = await fitted({ kind: 'image', mimeType: 'image/webp', bytes });
    assert.deepEqual(imageFacts(sent.bytes), { format: 'png', size: { width: 3_000, height: 10 } });
  });

  it('for its pixels is scaled, of an animation the first picture', async () => {
    const sent = await fitted({ kind: 'image', mimeType: 'image/gif', bytes: redThenBlueGif(8_100) });
    assert.deepEqual(imageFacts(sent.bytes), { format: 'png', size: { width: 3_000, height: 1 } });
    assert.equal((await Jimp.fromBuffer(Buffer.from(sent.bytes))).getPixelColor(1_500, 0), 0xff0000ff);
  });

  it('for its bytes is sent as one that has fewer', async () => {
    const screenshot = await picture('image/png', 2_400, 1_600, 'noise');
    assert.ok(screenshot.bytes.length > 11e6);
    const { mimeType, bytes } = await fitted(screenshot);
    assert.equal(mimeType, 'image/jpeg');
    assert.equal(imageFacts(bytes)?.format, 'jpeg');
    assert.ok(bytes.length <= limits.imageBytes);
  });

  it('is worked on once, however often the chat sends it', async () => {
    const image = await picture('image/bmp', 8, 8);
    const first = await fitted(image);
    assert.equal(await fitted({ ...image, bytes: Buffer.from(image.bytes) }), first);
  });

  it('for being one of too many shares its place with three others, and the model is told', async () => {
    const images = await Promise.all(
      Array.from({ length: 12 }, (_, at) => picture('image/png', 20 + at, 10)),
    );
    const question: Content = { kind: 'text', text: 'Which is the widest?' };
    const [message] = await fitter.fitted([{ role: 'user', content: [question, ...images] }], signal);
    const content = message?.content ?? [];
    const sent = content.filter((part) => part.kind === 'image');
    assert.deepEqual(sent.slice(1), images.slice(4));
    // Two in a row, each in a cell as large as the largest, with a gap between.
    assert.deepEqual(imageFacts(sent[0]?.bytes ?? onePixelPng)?.size, {
      width: 23 * 2 + 16,
      height: 10 * 2 + 16,
    });
    const last = content.at(-1);
    assert.match(last?.kind === 'text' ? last.text : '', /first one image is a sheet of four/);
  });

  it('for being one of too many shares its place in each message of a conversation, and none is left out', async () => {
    const images = await alike(30);
    const messages = [images.slice(0, 15), images.slice(15)].map(
      (content): Message => ({ role: 'user', content }),
    );
    const sent = (await fitter.fitted(messages, signal)).map(({ content }) =>
      content.flatMap((part) => (part.kind === 'image' ? [part.mimeType] : [])),
    );
    assert.deepEqual(sent, [Array(9).fill('image/png'), Array(9).fill('image/png')]);
  });

  it('stays as it was from turn to turn, until ten of the oldest give way at once', async () => {
    const images = await alike(30);
    const messages = images.map((image): Message => ({ role: 'user', content: [image] }));
    const fittedOf = async (count: number) =>
      (await fitter.fitted(messages.slice(0, count), signal)).flatMap(({ content }) =>
        content.map((part) => part.kind === 'image' && part.mimeType),
      );
    assert.deepEqual(await fittedOf(20), Array(20).fill('image/png'));
    for (const count of [21, 30]) {
      const [bmps, pngs] = [Array(10).fill('image/bmp'), Array(count - 10).fill('image/png')];
      assert.deepEqual(await fittedOf(count), [...bmps, ...pngs]);
    }
  });

  it('is found inside the result of a tool, too', async () => {
    const image = await picture('image/bmp', 8, 8);
    const messages: Message[] = [
      { role: 'user', content: [{ kind: 'toolResult', callId: '1', content: [image], isError: false }] },
    ];
    const [message] = await fitter.fitted(messages, signal);
    const [result] = message?.content ?? [];
    assert.ok(result?.kind === 'toolResult');
    assert.equal(result.content[0]?.kind === 'image' && result.content[0].mimeType, 'image/png');
  });

  for (const [what, bytes] of [
    ['is none', Buffer.from('<svg/>')],
    ['is cut off', Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)])],
    ['claims a size that no memory has room for', hugePng()],
  ] as const) {
    it(`stays what it is where it ${what}, and the log says so`, async () => {
      const image: Image = { kind: 'image', mimeType: 'image/png', bytes };
      assert.equal(await fitted(image), image);
      assert.equal(reports.length, 1);
    });
  }

  it('is answered about, and scaled before the service sees it', async () => {
    const simulator = await Simulator.start();
    const account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    const { client } = connect(simulator, account, { pictures: fitter });
    simulator.script(text('A picture.'), closing());
    const content: Content[] = [
      { kind: 'text', text: 'What is this?' },
      await picture('image/png', 2_400, 1_600, 'noise'),
    ];
    const model = modelOf(account, 'claude-opus-4.8');
    const reply = client.chat(chatOf([{ role: 'user', content }]), model, { signal });
    assert.equal(textOf(await collect(reply)), 'A picture.');
    assert.equal(simulator.chats[0]?.message.images?.length, 1);
    await simulator.stop();
  });

  it('is the only one that is touched', async () => {
    const nowhere = new PictureFitter({ workerFile: 'nowhere.js', onUnreadable: (why) => reports.push(why) });
    const messages: Message[] = [
      { role: 'user', content: [{ kind: 'image', mimeType: 'image/png', bytes: onePixelPng }] },
    ];
    const [message] = await nowhere.fitted(messages, signal);
    assert.equal(message, messages[0]);
    assert.deepEqual(reports, []);
  });

  it('is given up when the person cancels', async () => {
    const controller = new AbortController();
    const image = await picture('image/bmp', 2_000, 2_000);
    const fitting = fitter.fitted([{ role: 'user', content: [image] }], controller.signal);
    controller.abort();
    await assert.rejects(fitting, { name: 'AbortError' });
    assert.deepEqual(reports, []);
  });
});

/** An animation of two lines so wide, a red one and a blue one. */
function redThenBlueGif(width: number): Buffer {
  const colors = Buffer.alloc(3 * 128);
  colors.writeUIntBE(0xff0000, 0, 3);
  colors.writeUIntBE(0x0000ff, 3, 3);
  const size = Buffer.from([width & 0xff, width >> 8, 1, 0]);
  const frame = (color: number) => {
    // Codes of eight bits stay such as long as the table they build is cleared in time; so nothing is compressed.
    const codes = [128, ...Array(width).fill(color), 129].flatMap((code, at) =>
      at % 100 === 99 ? [128, code] : [code],
    );
    const blocks: number[] = [];
    for (let at = 0; at < codes.length; at += 255) {
      const block = codes.slice(at, at + 255);
      blocks.push(block.length, ...block);
    }
    return Buffer.from([0x2c, 0, 0, 0, 0, ...size, 0, 7, ...blocks, 0]);
  };
  const head = Buffer.concat([Buffer.from('GIF89a'), size, Buffer.from([0xf6, 0, 0]), colors]);
  return Buffer.concat([head, frame(0), frame(1), Buffer.from([0x3b])]);
}

function hugePng(): Buffer {
  const bytes = Buffer.from(onePixelPng);
  bytes.writeUInt32BE(60_000, 16);
  bytes.writeUInt32BE(60_000, 20);
  return bytes;
}
