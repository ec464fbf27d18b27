import { type HttpReply, json } from './reply';

/** OAuth's error codes, and the exceptions that AWS's own client makes of them. */
export const exceptions = {
  access_denied: 'AccessDeniedException',
  authorization_pending: 'AuthorizationPendingException',
  expired_token: 'ExpiredTokenException',
  invalid_client: 'InvalidClientException',
  invalid_client_metadata: 'InvalidClientMetadataException',
  invalid_grant: 'InvalidGrantException',
  invalid_request: 'InvalidRequestException',
  invalid_scope: 'InvalidScopeException',
  server_error: 'InternalServerException',
  slow_down: 'SlowDownException',
  unauthorized_client: 'UnauthorizedClientException',
  unsupported_grant_type: 'UnsupportedGrantTypeException',
} as const;

export type OidcErrorCode = keyof typeof exceptions;

/** An error as SSO OIDC answers it. */
export function oidcError(code: OidcErrorCode, description?: string): HttpReply {
  const status = code === 'invalid_client' ? 401 : code === 'server_error' ? 500 : 400;
  return json(
    status,
    { error: code, ...(description === undefined ? {} : { error_description: description }) },
    { 'x-amzn-errortype': exceptions[code] },
  );
}
