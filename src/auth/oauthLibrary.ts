import type * as oauth from 'oauth4webapi';
import { KiroError } from '../base/errors';
import { request, type TextResponse } from '../base/http';
import { type AuthCall, authTimeoutMs, isSuccess } from './tokenEndpoint';

/** The OAuth library, loaded when an organization's identity provider is first needed: hardly anybody has one. */
type OauthLibrary = typeof oauth;

export function oauthLibrary(): Promise<OauthLibrary> {
  return import('oauth4webapi');
}

/** The library's requests, made in our own way: our name, our time limit, no redirects, and our reading of an error response. */
export function requestOptions(
  { customFetch, allowInsecureRequests }: OauthLibrary,
  call: AuthCall,
  failureOf: (response: TextResponse, now: number) => KiroError,
) {
  return {
    // Which addresses may go unencrypted is decided before, by `isEndpointOf`.
    [allowInsecureRequests]: true,
    [customFetch]: async (
      url: string,
      init: oauth.CustomFetchOptions<string, unknown>,
    ): Promise<Response> => {
      const response = await request(call.http, {
        method: init.method === 'POST' ? 'POST' : 'GET',
        url,
        headers: withoutName(init.headers),
        ...(init.body === undefined || init.body === null ? {} : { body: String(init.body) }),
        timeoutMs: authTimeoutMs,
        signal: call.signal,
      });
      if (!isSuccess(response)) throw failureOf(response, call.now());
      const type = response.headers.get('content-type') ?? '';
      return new Response(response.text || null, {
        status: response.status,
        headers: { 'content-type': type },
      });
    },
  };
}

// The library would introduce itself; it is us who ask.
function withoutName(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'user-agent'));
}

/**
 * One step of the library. What it finds unfit is KiroError `protocol` with the step as reason, an identity provider's
 * refusal `login-denied` with its error code. The library's own errors carry tokens and codes, so they end here.
 */
export async function oauthStep<T>(
  library: OauthLibrary,
  step: string,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof library.AuthorizationResponseError) {
      const reason = /^[a-z_]{1,40}$/.test(error.error) ? error.error : 'refused';
      throw new KiroError('login-denied', { reason });
    }
    const isUnfit =
      error instanceof library.OperationProcessingError || error instanceof library.UnsupportedOperationError;
    if (!isUnfit) throw error;
    const isForeign = error.code === library.JSON_ATTRIBUTE_COMPARISON;
    throw new KiroError('protocol', { reason: isForeign ? 'issuer-mismatch' : step });
  }
}
