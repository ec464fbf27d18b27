import type { KiroError, SizePart } from '../../base/errors';
import { languageTag, listed, sentences, t } from '../../base/words/l10n';
import { limits } from '../../kiro/chat/request/limits';

// Sentences about requests that cannot be sent as they are. The numbers in them are estimates, and said to be.

/** What to say about an attachment that cannot be sent; undefined for other reasons. */
export function attachmentSentence({ reason, detail }: KiroError): string | undefined {
  switch (reason) {
    case 'image':
      return t('This model does not accept images. Choose one that does, or send the message without them.');
    case 'image-format':
      return t(
        'Images of the type {0} are not supported. Attach a PNG, JPEG, GIF, WebP, BMP, or TIFF image.',
        detail,
      );
    case 'image-size':
      return t('An attached image is too large. Attach one of at most {0}.', size(limits.imageBytes));
    case 'image-dimension':
      return t(
        'An attached image is too large. Attach one of at most {0} pixels either way.',
        number(limits.imagePixels),
      );
    case 'image-count':
      return t('There are too many images. Attach at most {0} to a message.', limits.imagesPerMessage);
    case 'document':
      return detail === 'application/pdf'
        ? t('This model does not accept PDF files. Paste the text that matters, or choose a model that does.')
        : t(
            'This model does not accept files of the type {0}. Paste the text that matters, or choose a model that does.',
            detail,
          );
    case 'document-size':
      return t(
        'An attached document is too large. Attach one of at most {0}, or paste the part that matters.',
        size(limits.documentBytes),
      );
    case 'document-count':
      return t('There are too many documents. Attach at most {0} to a message.', limits.documents);
    default:
      return undefined;
  }
}

/** A part with a smaller share of the whole is not what is large. */
const worthNaming = 0.05;

/** What to say about a conversation that does not fit: what it consists of, and what makes it smaller. */
export function tooLongSentence({ sizes = [] }: KiroError): string {
  const [largest] = sizes;
  const opening = t('The conversation is too long for this model.');
  if (!largest)
    return sentences(opening, t('Start a new chat, attach less, or turn off tools you do not need.'));
  const all = sizes.reduce((sum, { tokens }) => sum + tokens, 0);
  const parts = sizes
    .filter(({ tokens }) => tokens >= all * worthNaming)
    .slice(0, 3)
    .map((size) => t('{0} (about {1} tokens)', nameOf(size), rounded(size.tokens)));
  return sentences(opening, t('Its largest parts: {0}.', listed(parts)), adviceFor(largest));
}

function nameOf({ part, count, name }: SizePart): string {
  switch (part) {
    case 'tools':
      return count === 1 ? t('a tool’s description') : t('the descriptions of {0} tools', count);
    case 'images':
      return count === 1 ? t('one image') : t('{0} images', count);
    case 'documents':
      return count === 1 ? t('one document') : t('{0} documents', count);
    case 'history':
      return t('the conversation so far');
    case 'message':
      return t('the last message');
    case 'toolResult':
      return name ? t('a result of `{0}`', name) : t('a tool result');
  }
}

function adviceFor({ part }: SizePart): string {
  switch (part) {
    case 'tools':
      return t('Turn off tools you do not need.');
    case 'images':
    case 'documents':
      return t('Start a new chat and attach fewer files.');
    case 'history':
      return t('Start a new chat, or summarize this one with `/compact`.');
    case 'message':
      return t('Attach less, or send it in parts.');
    case 'toolResult':
      return t('Start a new chat and ask for a smaller piece, such as a part of the file.');
  }
}

function rounded(tokens: number): string {
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(tokens)) - 1);
  return number(Math.round(tokens / digits) * digits);
}

const number = (value: number): string => value.toLocaleString(languageTag());

const size = (bytes: number): string => `${number(bytes / 1024 / 1024)} MiB`;
