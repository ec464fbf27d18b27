import type { WireDocument } from './wire';

const formats: Readonly<Record<string, WireDocument['format']>> = {
  'application/pdf': 'pdf',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'text/plain': 'txt',
};

/** The service's name of a document's format; undefined for files it takes as no document. */
export function documentFormat(mimeType: string): WireDocument['format'] | undefined {
  return Object.hasOwn(formats, mimeType) ? formats[mimeType] : undefined;
}

/** True for documents that are texts, and can be sent as such. */
export function isTextFormat(mimeType: string): boolean {
  return mimeType.startsWith('text/') && documentFormat(mimeType) !== undefined;
}
