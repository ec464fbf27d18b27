import { errors } from 'playwright-core';

/** How long whatever a test waits for may take; only a window that hangs takes that long, also on a slow machine. */
export const PATIENCE_MS = 120_000;
const FIRST_ATTEMPT_MS = 1_500;

/**
 * Does something again for as long as it runs into the time limit that it is given. The limit doubles with each attempt, so
 * that a slow machine gets the time that it needs.
 */
export async function repeatUntil<T>(attempt: (timeout: number) => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let timeout = FIRST_ATTEMPT_MS; ; timeout *= 2) {
    try {
      return await attempt(timeout);
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || Date.now() > deadline) throw error;
    }
  }
}
