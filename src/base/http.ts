import { KiroError } from './errors';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How we talk to the outside: the host's `fetch` (it knows proxies and certificates) and our own name. */
export interface Http {
  fetch: Fetch;
  userAgent: string;
}

interface Exchange {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
}

/**
 * One HTTP exchange up to the response's headers. Redirects are refused: a token must not travel to a host nobody
 * chose. Throws KiroError `network` (with the system's error code as reason); an abort throws the signal's own reason.
 */
export async function exchange(http: Http, request: Exchange): Promise<Response> {
  const { method, url, headers, body, signal } = request;
  try {
    return await http.fetch(url, {
      method,
      headers: { 'user-agent': http.userAgent, ...headers },
      redirect: 'error',
      signal,
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    throw networkError(error, signal);
  }
}

/** A response read to its end. */
export interface TextResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** An exchange read to its end, at most `timeoutMs` long. Throws KiroError `network` or `timeout`, or the signal's reason. */
export async function request(http: Http, options: Exchange & { timeoutMs: number }): Promise<TextResponse> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  try {
    const response = await exchange(http, { ...options, signal });
    return { status: response.status, headers: response.headers, text: await readText(response) };
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason;
    if (timeout.aborted) throw new KiroError('timeout', { reason: 'no-answer', cause: error });
    throw networkError(error, signal);
  }
}

/** No response of these services has a hundredth of it. A host that never ends one must not fill the memory meanwhile. */
const mostBytes = 16 * 1024 * 1024;

/** The whole body of a response. Throws KiroError `protocol` (reason `too-long`) beyond 16 MB, or what the body breaks with. */
export async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new KiroError('protocol', { reason: 'too-long' });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** What a failed `fetch` or a broken body means: the signal's reason if it was aborted, otherwise KiroError `network`. */
export function networkError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof KiroError) return error;
  return new KiroError('network', { reason: systemCode(error), cause: error });
}

// No connection was made: nobody there, no way there, or nobody to be trusted.
const unconnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL|EPROTO|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_(TLS|SSL)_\w+|UNABLE_TO_\w+|\w*SELF_SIGNED\w*)$/;

/** True for a KiroError `network` whose request was never written, so that nobody can be at work on it. */
export function isUnsent({ code, reason }: KiroError): boolean {
  return code === 'network' && reason !== undefined && unconnected.test(reason);
}

// Node's fetch hides the interesting part (ECONNREFUSED, CERT_HAS_EXPIRED…) in `cause`, sometimes two levels down.
function systemCode(error: unknown): string | undefined {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 4;
    current = current.cause, depth++
  ) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return undefined;
}
