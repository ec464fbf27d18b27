import { GifReader } from 'omggif';

/** GIF as jimp reads it, the first picture; nothing is written in it, which jimp's own brings 60 KB for. */
export default function gif() {
  return {
    mime: 'image/gif' as const,
    decode(bytes: Buffer) {
      const picture = new GifReader(bytes);
      const { width, height } = picture;
      const data = Buffer.alloc(width * height * 4);
      picture.decodeAndBlitFrameRGBA(0, data);
      return { data, width, height };
    },
    async encode(): Promise<Buffer> {
      throw new TypeError('no picture is written as GIF');
    },
  };
}
