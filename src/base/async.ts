import { KiroError } from './errors';

/** Runs one operation per key at a time; callers that come while it runs share its outcome. */
export class SingleFlight<T> {
  private readonly running = new Map<string, Promise<T>>();

  run(key: string, operation: () => Promise<T>): Promise<T> {
    const shared = this.running.get(key);
    if (shared) return shared;
    const flight = operation().finally(() => this.running.delete(key));
    this.running.set(key, flight);
    return flight;
  }
}

/** Answers what `make` gives, which runs at the first call only; where it failed, the next call tries again. */
export function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

// 24.8 days: a timer of more fires at once.
const longestTimerMs = 2 ** 31 - 1;

/** Waits `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  for (let left = ms; left >= 0; left -= longestTimerMs)
    await shortSleep(Math.min(left, longestTimerMs), signal);
}

const awakeSteps = 20;

/**
 * Waits like `sleep`, for an answer that cannot be heard while this thread does not run: the time in which the machine sleeps,
 * or something else keeps the thread busy, counts as one step of twenty.
 */
export async function sleepAwake(ms: number, signal?: AbortSignal): Promise<void> {
  for (let step = 0; step < awakeSteps; step++) await sleep(ms / awakeSteps, signal);
}

function shortSleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The promise's outcome, or the signal's reason if that comes first. The work behind the promise goes on. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * A signal that is aborted after `ms` milliseconds. Its reason is KiroError `timeout`, so that whoever rethrows a signal's
 * reason says what happened; that of `AbortSignal.timeout` would pass for a bug of ours.
 */
export function timeLimit(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new KiroError('timeout', { reason: 'no-answer' })), ms).unref();
  return controller.signal;
}
