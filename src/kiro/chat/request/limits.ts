/** Where the service draws its lines, as far as they are known: by its official clients, or by what it refused. */
export const limits = {
  /** The official clients allow 64, but requests with names of exactly 64 characters were seen refused. */
  toolNameChars: 63,
  /** It counts UTF-8 bytes. */
  toolDescriptionBytes: 10_000,
  historyEntries: 10_000,
  userMessageChars: 600_000,
  toolResultChars: 800_000,
  images: 20,
  imagesPerMessage: 10,
  imageBytes: 3.75 * 1024 * 1024,
  imagePixels: 8_000,
  /** Of documents only the reasons of its refusals are known; these are the limits of the models' own platform. */
  documents: 5,
  documentBytes: 4.5 * 1024 * 1024,
} as const;
