import { imageFacts } from '../imageFormat';
import { limits } from '../limits';
import type { WireImage, WireRequest } from '../wire';
import { placed } from './placedMessages';
import type { Rule } from './rules';

const usersOf = (body: WireRequest) =>
  placed(body).flatMap(({ path, user }) =>
    user ? [{ path, images: user.images ?? [], documents: user.documents ?? [] }] : [],
  );
const imagesOf = (body: WireRequest): { path: string; image: WireImage; bytes: Buffer }[] =>
  usersOf(body).flatMap(({ path, images }) =>
    images.map((image, at) => ({
      path: `${path}.images[${at}]`,
      image,
      bytes: Buffer.from(image.source.bytes, 'base64'),
    })),
  );
const documentsOf = (body: WireRequest) =>
  usersOf(body).flatMap(({ path, documents }) =>
    documents.map((document, at) => ({ path: `${path}.documents[${at}]`, document })),
  );
/** Pictures that are not refused for their size before anyone looks into them. */
const readable = (body: WireRequest) =>
  imagesOf(body).filter(({ bytes }) => bytes.length <= limits.imageBytes);
const pathsOf = (found: { path: string }[]): string[] => found.map(({ path }) => path);

/** Pictures and documents: whether the model takes them, how many, how large, and that they are what they say. */
export const attachmentRules: readonly Rule[] = [
  {
    name: 'image-unsupported',
    broken: (body, model) => (model.images ? [] : pathsOf(imagesOf(body).slice(0, 1))),
  },
  {
    name: 'image-count',
    broken: (body) => [
      ...pathsOf(imagesOf(body).slice(limits.images)),
      ...pathsOf(usersOf(body).filter(({ images }) => images.length > limits.imagesPerMessage)),
    ],
  },
  {
    name: 'image-size',
    broken: (body) => pathsOf(imagesOf(body).filter(({ bytes }) => bytes.length > limits.imageBytes)),
  },
  {
    name: 'image-mime-mismatch',
    broken: (body) =>
      pathsOf(readable(body).filter(({ image, bytes }) => imageFacts(bytes)?.format !== image.format)),
  },
  {
    name: 'image-dimension',
    broken: (body) =>
      pathsOf(
        readable(body).filter(({ image, bytes }) => {
          const { format, size } = imageFacts(bytes) ?? {};
          return format === image.format && size && Math.max(size.width, size.height) > limits.imagePixels;
        }),
      ),
  },
  {
    name: 'document-unsupported',
    broken: (body, model) => (model.documents ? [] : pathsOf(documentsOf(body).slice(0, 1))),
  },
  { name: 'document-count', broken: (body) => pathsOf(documentsOf(body).slice(limits.documents)) },
  {
    name: 'document-size',
    broken: (body) =>
      pathsOf(
        documentsOf(body).filter(
          ({ document }) => Buffer.byteLength(document.source.bytes, 'base64') > limits.documentBytes,
        ),
      ),
  },
  {
    name: 'document-duplicate-name',
    broken: (body) => {
      const names = documentsOf(body).map(({ document }) => document.name);
      return pathsOf(documentsOf(body).filter(({ document }, at) => names.indexOf(document.name) < at));
    },
  },
];
