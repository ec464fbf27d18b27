/** Where the service draws its lines, as far as they are known. A test may move one. */
export interface Limits {
  toolNameChars: number;
  toolDescriptionBytes: number;
  images: number;
  imagesPerMessage: number;
  imageBytes: number;
  imagePixels: number;
  documents: number;
  documentBytes: number;
  userMessageChars: number;
  toolResultChars: number;
  historyEntries: number;
}

export const defaultLimits: Limits = {
  // 64 is what the official clients allow, 63 what the service accepted.
  toolNameChars: 63,
  toolDescriptionBytes: 10_000,
  images: 20,
  imagesPerMessage: 10,
  imageBytes: 3.75 * 1024 * 1024,
  imagePixels: 8000,
  // Only the reasons are known; these are the limits of the models' own platform.
  documents: 5,
  documentBytes: 4.5 * 1024 * 1024,
  userMessageChars: 600_000,
  toolResultChars: 800_000,
  historyEntries: 10_000,
};
