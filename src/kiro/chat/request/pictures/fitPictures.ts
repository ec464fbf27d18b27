import { createJimp } from '@jimp/core';
import bmp, { msBmp } from '@jimp/js-bmp';
import jpeg from '@jimp/js-jpeg';
import png from '@jimp/js-png';
import tiff from '@jimp/js-tiff';
import { methods as resize } from '@jimp/plugin-resize';
import { limits } from '../limits';
import gif from './gif';
import { imageFacts } from './imageFormat';
import webp from './webp';

/** A picture as the service takes it. */
export interface FittedPicture {
  mimeType: 'image/png' | 'image/jpeg';
  bytes: Uint8Array;
}

const Jimp = createJimp({ formats: [bmp, msBmp, gif, jpeg, png, tiff, webp], plugins: [resize] });
type Picture = InstanceType<typeof Jimp>;

/**
 * The longest sides to try, in pixels, until the picture is small enough. The models scale to less than the first by
 * themselves, so nothing is lost that they would see.
 */
const longestSides = [3_000, 2_000, 1_400, 1_000];
const jpegQuality = 85;
/** Between two pictures of a sheet, in pixels. */
const gap = 16;
const sideOnSheet = ((longestSides[0] ?? 0) - gap) / 2;
/** What a picture may unfold to, in pixels: a few bytes can claim a size that no memory has room for. */
const mostPixels = 100e6;

/**
 * The picture, scaled and written anew so that the service takes it: PNG where that is small enough, because text stays
 * sharp in it, JPEG otherwise. Of an animation, the first picture. Of four, one that shows them all, two in a row. Throws
 * for what is no picture of a format that can be read (PNG, JPEG, GIF, WebP, BMP, TIFF), or of too many pixels.
 */
export async function fitPictures(files: readonly Uint8Array[]): Promise<FittedPicture> {
  const pictures: Picture[] = [];
  for (const file of files) {
    const picture = await read(file);
    // Before the next one is unfolded, too.
    if (files.length > 1) scaleDown(picture, sideOnSheet);
    pictures.push(picture);
  }
  const [first, ...others] = pictures;
  if (!first) throw new RangeError('no picture');
  const picture = others.length === 0 ? first : sheetOf(pictures);
  const isPhoto = files.every((file) => imageFacts(file)?.format === 'jpeg');
  for (const side of longestSides) {
    scaleDown(picture, side);
    const sharp = isPhoto ? undefined : await picture.getBuffer('image/png');
    if (sharp && sharp.length <= limits.imageBytes) return { mimeType: 'image/png', bytes: sharp };
    const compact = await picture.getBuffer('image/jpeg', { quality: jpegQuality });
    if (compact.length <= limits.imageBytes) return { mimeType: 'image/jpeg', bytes: compact };
  }
  throw new RangeError('a picture that stays too large');
}

async function read(bytes: Uint8Array): Promise<Picture> {
  const { size } = imageFacts(bytes) ?? {};
  if (size && size.width * size.height > mostPixels) throw new RangeError('a picture of too many pixels');
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (await Jimp.fromBuffer(file, { 'image/jpeg': { maxMemoryUsageInMB: 2_048 } })) as Picture;
}

function scaleDown(picture: Picture, side: number): void {
  if (Math.max(picture.width, picture.height) > side) picture.scaleToFit({ w: side, h: side });
}

function sheetOf(pictures: Picture[]): Picture {
  const cell = {
    width: Math.max(...pictures.map(({ width }) => width)) + gap,
    height: Math.max(...pictures.map(({ height }) => height)) + gap,
  };
  const rows = Math.ceil(pictures.length / 2);
  const sheet = new Jimp({
    width: 2 * cell.width - gap,
    height: rows * cell.height - gap,
    color: 0xffffffff,
  }) as Picture;
  for (const [at, picture] of pictures.entries()) {
    sheet.composite(picture, (at % 2) * cell.width, Math.floor(at / 2) * cell.height);
  }
  return sheet;
}
