import type { WireDocument } from './wire';

// The service takes csv, html, md and txt, too; but those are texts, which any model can read.
const formats: Readonly<Record<string, WireDocument['format']>> = {
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

/** The service's name of a document's format; undefined for files that are sent as no document. */
export function documentFormat(mimeType: string): WireDocument['format'] | undefined {
  return Object.hasOwn(formats, mimeType) ? formats[mimeType] : undefined;
}

const textTypes =
  /^text\/|\+(json|xml|yaml)$|^application\/(x-)?(json|json5|jsonl|ndjson|xml|yaml|toml|javascript|ecmascript|typescript|sql|graphql|sh|csh|php|httpd-php|python|perl|ruby|latex|tex)$/;

/** True for files that are texts, and are sent as such. */
export function isTextual(mimeType: string): boolean {
  return textTypes.test(mimeType);
}
