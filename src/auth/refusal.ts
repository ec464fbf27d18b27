import * as v from 'valibot';
import type { ErrorFacts } from '../base/errors';
import { type Answer, parseJson } from '../base/http';
import { redact } from '../base/redact';

/** An answer of a sign-in service that is not 2xx, read but not yet judged. */
export interface Refusal {
  status: number;
  /** The service's error code in one spelling: `invalid_grant` and `InvalidGrantException` are both `invalidgrant`. */
  code: string | undefined;
  /** Whether the body is JSON, as the service's own are; a proxy or a hotel's sign-in page answers HTML. */
  serviceSpoke: boolean;
  /** For a KiroError: the reason is the error code as the service spelled it, or `http-<status>`. */
  facts: ErrorFacts & { reason: string };
}

const body = v.object({
  error: v.optional(v.string()),
  __type: v.optional(v.string()),
  error_description: v.optional(v.string()),
  message: v.optional(v.string()),
});

/** What a refusing answer says. `now` is in epoch milliseconds, for a dated `Retry-After`. */
export function readRefusal(answer: Answer, now: number): Refusal {
  const { status, headers } = answer;
  const parsed = v.safeParse(body, parseJson(answer.text));
  const said = parsed.success ? parsed.output : {};
  const reason = errorCode(said.error ?? said.__type ?? headers.get('x-amzn-errortype') ?? undefined);
  const detail = said.error_description ?? said.message;
  return {
    status,
    code: reason === undefined ? undefined : plain(reason),
    serviceSpoke: parsed.success,
    facts: {
      status,
      reason: reason ?? `http-${status}`,
      detail: detail === undefined ? undefined : redact(detail),
      requestId: headers.get('x-amzn-requestid') ?? undefined,
      retryAfterMs: retryAfterMs(headers.get('retry-after'), now),
    },
  };
}

// `com.amazonaws.ssooidc#InvalidGrantException:http://…` → `InvalidGrantException`. Anything unlike a code is not repeated.
function errorCode(text: string | undefined): string | undefined {
  const code = text?.split(':')[0]?.split('#').at(-1);
  return code && /^[A-Za-z][A-Za-z_.]{1,63}$/.test(code) ? code : undefined;
}

function plain(code: string): string {
  return code
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/exception$/, '');
}

/** The `Retry-After` header (seconds or an HTTP date) in milliseconds; undefined where it is absent or unreadable. */
function retryAfterMs(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : undefined;
  const ms = seconds === undefined ? Date.parse(header) - now : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
