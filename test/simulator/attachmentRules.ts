/** Images: count, size, dimensions, and that they are what they say. */
import { type ChatBody, messagesOf, type WireDocument } from './chatBody';
import type { Limits } from './limits';
import { type Violation, violation } from './violations';

/** What the service refuses about a request's images and documents. */
export function checkAttachments(body: ChatBody, inputTypes: readonly string[], limits: Limits): Violation[] {
  const users = messagesOf(body).flatMap(({ path, message }) =>
    message.userInputMessage ? [{ path: `${path}.userInputMessage`, user: message.userInputMessage }] : [],
  );
  const images = users.flatMap(({ path, user }) =>
    (user.images ?? []).map((image, index) => ({ path: `${path}.images[${index}]`, image })),
  );
  const found: Violation[] = [];
  const first = images[0];
  if (first && !inputTypes.includes('IMAGE')) {
    found.push(violation('image-unsupported', first.path, 'the model takes text only'));
  }
  if (images.length > limits.images) {
    found.push(violation('image-count', 'conversationState', `${images.length} images`));
  }
  for (const { path, user } of users) {
    const count = user.images?.length ?? 0;
    if (count > limits.imagesPerMessage) found.push(violation('image-count', path, `${count} images`));
    if (user.documents?.length && !inputTypes.includes('DOCUMENT')) {
      found.push(violation('document-unsupported', `${path}.documents`, 'the model takes no documents'));
    }
  }
  return [
    ...found,
    ...images.flatMap(({ path, image }) => checkImage(image, path, limits)),
    ...checkDocuments(
      users.flatMap(({ user }) => user.documents ?? []),
      limits,
    ),
  ];
}

function checkDocuments(documents: WireDocument[], limits: Limits): Violation[] {
  const path = 'conversationState';
  const found: Violation[] = [];
  if (documents.length > limits.documents) {
    found.push(violation('document-count', path, `${documents.length} documents`));
  }
  const names = documents.map(({ name }) => name);
  for (const [index, { name, source }] of documents.entries()) {
    if (names.indexOf(name) < index) found.push(violation('document-duplicate-name', path, name));
    const bytes = Buffer.byteLength(source.bytes, 'base64');
    if (bytes > limits.documentBytes) found.push(violation('document-size', path, `${name}: ${bytes} bytes`));
  }
  return found;
}

function checkImage(
  image: { format: string; source: { bytes: string } },
  path: string,
  limits: Limits,
): Violation[] {
  const bytes = Buffer.from(image.source.bytes, 'base64');
  if (bytes.length > limits.imageBytes) return [violation('image-size', path, `${bytes.length} bytes`)];
  const actual = formatOf(bytes);
  if (actual !== image.format) {
    return [
      violation('image-mime-mismatch', path, `says ${image.format}, is ${actual ?? 'no image we know'}`),
    ];
  }
  const size = dimensionsOf(bytes, actual);
  if (size && Math.max(...size) > limits.imagePixels) {
    return [violation('image-dimension', path, size.join(' × '))];
  }
  return [];
}

function formatOf(bytes: Buffer): 'png' | 'jpeg' | 'gif' | 'webp' | undefined {
  if (bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return 'png';
  if (bytes.subarray(0, 3).toString('hex') === 'ffd8ff') return 'jpeg';
  if (/^GIF8[79]a/.test(bytes.subarray(0, 6).toString('latin1'))) return 'gif';
  const riff = bytes.subarray(0, 12).toString('latin1');
  if (riff.startsWith('RIFF') && riff.endsWith('WEBP')) return 'webp';
  return undefined;
}

// PNG and GIF say it at a fixed place, which is enough for a test to run into the limit.
function dimensionsOf(bytes: Buffer, format: string): [number, number] | undefined {
  if (format === 'png' && bytes.length >= 24) return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (format === 'gif' && bytes.length >= 10) return [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  return undefined;
}
