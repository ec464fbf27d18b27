import { parentPort } from 'node:worker_threads';
import { fitPicture } from './fitPicture';

// The entry of a thread of its own, with a bundle of its own: what reads and writes pictures is loaded when the first one
// does not fit, and keeps nobody waiting while it works.

/** What the thread answers to the bytes of a picture. */
export type Fitting =
  | { kind: 'fitted'; mimeType: string; bytes: Uint8Array }
  | { kind: 'unreadable'; why: string };

parentPort?.on('message', async (bytes: Uint8Array) => {
  parentPort?.postMessage(await fitting(bytes));
});

async function fitting(bytes: Uint8Array): Promise<Fitting> {
  try {
    return { kind: 'fitted', ...(await fitPicture(bytes)) };
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}
