import { errors } from 'playwright-core';

const DEADLINE_MS = 30_000;

/** Does something again for as long as it runs into its own short timeouts, up to a deadline. */
export async function repeatUntil(attempt: () => Promise<void>, deadlineMs = DEADLINE_MS): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || Date.now() > deadline) throw error;
    }
  }
}
