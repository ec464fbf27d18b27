import type { KiroError, SizePart } from '../../base/errors';

// Sentences about requests that cannot be sent as they are. The numbers in them are estimates, and said to be.

/** What to say about an attachment that cannot be sent; undefined for other reasons. */
export function attachmentSentence({ reason, detail }: KiroError): string | undefined {
  switch (reason) {
    case 'image':
      return 'This model does not accept images. Choose one that does, or send the message without them.';
    case 'image-format':
      return `Images of the type ${detail} are not supported. Attach a PNG, JPEG, GIF, WebP, BMP, or TIFF image.`;
    case 'image-size':
      return `An attached image is too large: ${detail}. Attach a smaller one.`;
    case 'image-dimension':
      return `An attached image is too large: ${detail}. Attach a smaller one.`;
    case 'image-count':
      return `There are too many images: ${detail}. Attach fewer.`;
    case 'document':
      return `This model does not accept ${filesOf(detail)}. Paste the text that matters, or choose a model that does.`;
    case 'document-size':
      return `An attached document is too large: ${detail}. Attach a smaller one, or paste the part that matters.`;
    case 'document-count':
      return `There are too many documents: ${detail}. Attach fewer.`;
    default:
      return undefined;
  }
}

function filesOf(mimeType: string | undefined): string {
  return mimeType === 'application/pdf' ? 'PDF files' : `files of the type ${mimeType}`;
}

/** A part with a smaller share of the whole is not what is large. */
const worthNaming = 0.05;

/** What to say about a conversation that does not fit: what it consists of, and what makes it smaller. */
export function tooLongSentence({ sizes = [] }: KiroError): string {
  const [largest] = sizes;
  const opening = 'The conversation is too long for this model.';
  if (!largest) return `${opening} Start a new chat, attach less, or turn off tools you do not need.`;
  const all = sizes.reduce((sum, { tokens }) => sum + tokens, 0);
  const parts = sizes
    .filter(({ tokens }) => tokens >= all * worthNaming)
    .slice(0, 3)
    .map((size) => `${nameOf(size)} (about ${rounded(size.tokens)} tokens)`);
  return `${opening} Its largest parts: ${parts.join(', ')}. ${adviceFor(largest)}`;
}

function nameOf({ part, count, name }: SizePart): string {
  switch (part) {
    case 'tools':
      return count === 1 ? 'a tool’s description' : `the descriptions of ${count} tools`;
    case 'images':
      return count === 1 ? 'one image' : `${count} images`;
    case 'documents':
      return count === 1 ? 'one document' : `${count} documents`;
    case 'history':
      return 'the conversation so far';
    case 'message':
      return 'the last message';
    case 'toolResult':
      return name ? `a result of \`${name}\`` : 'a tool result';
  }
}

function adviceFor({ part }: SizePart): string {
  switch (part) {
    case 'tools':
      return 'Turn off tools you do not need.';
    case 'images':
    case 'documents':
      return 'Start a new chat and attach fewer files.';
    case 'history':
      return 'Start a new chat, or summarize this one with `/compact`.';
    case 'message':
      return 'Attach less, or send it in parts.';
    case 'toolResult':
      return 'Start a new chat and ask for a smaller piece, such as a part of the file.';
  }
}

function rounded(tokens: number): string {
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(tokens)) - 1);
  return (Math.round(tokens / digits) * digits).toLocaleString('en-US');
}
