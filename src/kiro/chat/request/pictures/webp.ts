import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import wasm from '@jsquash/webp/codec/dec/webp_dec.wasm';
import decode, { init } from '@jsquash/webp/decode.js';

let ready: Promise<void> | undefined;

/** WebP as jimp reads it; nothing is written in it. */
export default function webp() {
  return {
    mime: 'image/webp' as const,
    async decode(bytes: Buffer) {
      ready ??= readFile(join(__dirname, wasm)).then((wasmBinary) => init({ wasmBinary }));
      await ready;
      const { data, width, height } = await decode(new Uint8Array(bytes).buffer);
      return { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), width, height };
    },
    async encode(): Promise<Buffer> {
      throw new TypeError('no picture is written as WebP');
    },
  };
}
