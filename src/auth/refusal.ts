import { factsOf, readErrorResponse } from '../base/errorResponse';
import type { ErrorFacts } from '../base/errors';
import type { TextResponse } from '../base/http';

/** A response of a sign-in service that is not 2xx, read but not yet judged. */
export interface Refusal {
  status: number;
  /** The service's error code in one spelling: `invalid_grant` and `InvalidGrantException` are both `invalidgrant`. */
  code: string | undefined;
  /** Whether the body is JSON, as the service's own are; a proxy or a hotel's sign-in page answers HTML. */
  serviceSpoke: boolean;
  /** For a KiroError: the reason is the error code as the service spelled it, or `http-<status>`. */
  facts: ErrorFacts & { reason: string };
}

/** What an error response says. `now` is in epoch milliseconds, for a dated `Retry-After`. */
export function readRefusal(response: TextResponse, now: number): Refusal {
  const read = readErrorResponse(response, now);
  const { status } = response;
  return {
    status,
    code: read.code && plain(read.code),
    serviceSpoke: read.isJson,
    facts: { ...factsOf(read), reason: read.code ?? `http-${status}` },
  };
}

function plain(code: string): string {
  return code
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/exception$/, '');
}
