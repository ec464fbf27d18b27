import { isTrustedAddress } from './webAddress';

// Identity providers whose issuer and token endpoint may be on different hosts of theirs: Entra ID and its national clouds.
const families = ['microsoftonline.com', 'microsoftonline.us', 'microsoftonline.cn'];

/**
 * Whether an endpoint may be trusted with the credentials of this issuer: https without user info, and on the issuer's
 * own host or on the same known identity provider. A refresh token is never sent to any other host, whoever names it.
 * Plain http is for loopback, and only where `named`, our own override of the service, is on loopback as well.
 */
export function isEndpointOf(issuerUrl: string, endpoint: string, named?: string | undefined): boolean {
  if (!isTrustedAddress(issuerUrl, named) || !isTrustedAddress(endpoint, named)) return false;
  const issuer = new URL(issuerUrl);
  const { protocol, host } = new URL(endpoint);
  if (protocol === issuer.protocol && host === issuer.host) return true;
  return families.some((family) => isWithin(issuer.host, family) && isWithin(host, family));
}

function isWithin(host: string, family: string): boolean {
  return host === family || host.endsWith(`.${family}`);
}
