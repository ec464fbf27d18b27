import { parentPort } from 'node:worker_threads';
import { fitPictures } from './fitPictures';

// The entry of a thread of its own, with a bundle of its own: what reads and writes pictures is loaded when the first one
// does not fit, and keeps nobody waiting while it works.

/** What the thread answers to the files of a picture, or of several that are to be one. */
export type Fitting =
  | { kind: 'fitted'; mimeType: string; bytes: Uint8Array }
  | { kind: 'unreadable'; why: string };

parentPort?.on('message', async (files: Uint8Array[]) => {
  parentPort?.postMessage(await fitting(files));
});

async function fitting(files: Uint8Array[]): Promise<Fitting> {
  try {
    return { kind: 'fitted', ...(await fitPictures(files)) };
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}
