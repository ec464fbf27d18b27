import type { WireImage } from '../wire';

interface ImageFacts {
  format: WireImage['format'];
  /** In pixels; unknown where the file is cut off or of a rare kind. */
  size?: { width: number; height: number } | undefined;
}

/** What a picture is by its own bytes, whatever it is said to be. Undefined for formats the service does not take. */
export function imageFacts(bytes: Uint8Array): ImageFacts | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = file.subarray(0, 16).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return { format: 'png', size: pngSize(file) };
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return { format: 'gif', size: gifSize(file) };
  if (head.startsWith('\xff\xd8\xff')) return { format: 'jpeg', size: jpegSize(file) };
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP')
    return { format: 'webp', size: webpSize(file) };
  return undefined;
}

type Size = ImageFacts['size'];

function pngSize(file: Buffer): Size {
  return file.length < 24 ? undefined : { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
}

function gifSize(file: Buffer): Size {
  return file.length < 10 ? undefined : { width: file.readUInt16LE(6), height: file.readUInt16LE(8) };
}

// A chain of segments; the one that starts a frame has the size.
function jpegSize(file: Buffer): Size {
  const notFrames = [0xc4, 0xc8, 0xcc];
  for (let at = 2; at + 9 <= file.length; ) {
    if (file[at] !== 0xff) return undefined;
    const marker = file[at + 1] ?? 0;
    // Fill bytes may precede a marker.
    if (marker === 0xff) at++;
    else if (marker >= 0xc0 && marker <= 0xcf && !notFrames.includes(marker)) {
      return { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    } else at += 2 + file.readUInt16BE(at + 2);
  }
  return undefined;
}

function webpSize(file: Buffer): Size {
  if (file.length < 30) return undefined;
  switch (file.subarray(12, 16).toString('latin1')) {
    case 'VP8X':
      return { width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1 };
    case 'VP8 ':
      return { width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = file.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return undefined;
  }
}
