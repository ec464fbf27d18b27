import { isPassing, type KiroError } from '../../base/errors';
import { isUnsent } from '../../base/http';

/** How often a request is sent again, and after what pauses. */
export interface Resending {
  times: number;
  /** The first pause, in milliseconds; each next one is twice as long. */
  delayMs: number;
}

/** Where the service asks for a longer pause than this, the person is told instead. */
const longestPauseMs = 20_000;

/**
 * How long to wait before a request is sent again that failed before anything of its reply was heard, in milliseconds;
 * none where it must not be, or where that would not help. `resends` is how often it was sent again so far, `random` from
 * 0 up to 1: clients that failed together must not come back together.
 */
export function pauseBefore(
  error: KiroError,
  resends: number,
  { times, delayMs }: Resending,
  random: number,
): number | undefined {
  if (resends >= times || !wasNotTaken(error)) return undefined;
  const usualMs = delayMs * 2 ** resends;
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= longestPauseMs ? error.retryAfterMs + random * usualMs : undefined;
  }
  // A model that is out of capacity stays so for longer than a host that is busy.
  const pauseMs = (0.5 + random) * (error.code === 'capacity' ? 4 * usualMs : usualMs);
  return Math.min(pauseMs, longestPauseMs);
}

/**
 * True where the service cannot be at work on the request, which would be paid for twice: it never left, or the service
 * itself said that it is too busy. A gateway that waited in vain, or a connection that broke, tells nothing of the kind.
 */
function wasNotTaken(error: KiroError): boolean {
  if (error.code === 'network') return isUnsent(error);
  // A day's limit does not pass in seconds.
  if (!error.isFromService || error.reason === 'DAILY_REQUEST_COUNT') return false;
  const hasWaited = error.code === 'timeout' || error.status === 502 || error.status === 504;
  return isPassing(error) && !hasWaited;
}
