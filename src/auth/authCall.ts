import type { Endpoints } from '../base/endpoints';
import { type Http, request, type TextResponse } from '../base/http';

/** What a call to a sign-in service needs of the outside. */
export interface AuthCall {
  http: Http;
  endpoints: Endpoints;
  /** Epoch milliseconds. */
  now: () => number;
  signal: AbortSignal;
}

/** How long a sign-in service may take to answer, in milliseconds. */
export const authTimeoutMs = 20_000;

/** One JSON request, answered whole. Throws KiroError `network` or `timeout`, or the signal's reason. */
export function postJson(url: string, body: object, call: AuthCall): Promise<TextResponse> {
  return request(call.http, {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    timeoutMs: authTimeoutMs,
    signal: call.signal,
  });
}

/** True for a 2xx status. */
export function isSuccess({ status }: TextResponse): boolean {
  return status >= 200 && status <= 299;
}
