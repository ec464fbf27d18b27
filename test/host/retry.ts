import { AssertionError } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import { errors } from 'playwright-core';

/** How long whatever a test waits for may take; only a window that hangs takes that long, also on a slow machine. */
export const PATIENCE_MS = 120_000;
const FIRST_ATTEMPT_MS = 1_500;
const BETWEEN_LOOKS_MS = 100;

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

/** Looks again until what is asserted holds: for what no event tells of, such as a file that is written a moment later. */
export async function eventually(look: () => void | Promise<void>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof AssertionError) || Date.now() > deadline) throw error;
      await pause(BETWEEN_LOOKS_MS);
    }
  }
}
