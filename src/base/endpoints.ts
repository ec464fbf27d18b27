/** Base URLs that replace the service's own hosts, for corporate gateways and for tests. */
export interface Endpoints {
  runtime?: string;
  management?: string;
  oidc?: string;
  social?: string;
  portal?: string;
}

const regionPattern = /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/;

/** True for the shape of an AWS region. Checked before a region becomes part of a host name, so that no token can be sent astray. */
export function isRegion(value: string): boolean {
  return regionPattern.test(value);
}

/** The domain of AWS's hosts in a region: China and the European Sovereign Cloud have their own, GovCloud has not. */
export function awsDomain(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.com.cn';
  return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com';
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

// This very machine, where plain http is as good as https.
function isLoopback(url: string): boolean {
  return URL.canParse(url) && loopback.test(new URL(url).hostname);
}

/**
 * Whether an address that a service named may be opened or called: https without a user name in it. Plain http passes
 * only on loopback, and only where the service that named it was itself put on loopback (`named`, its base URL).
 */
export function isTrustedAddress(address: string, named: string | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  if (username || password) return false;
  if (protocol === 'https:') return true;
  return protocol === 'http:' && isLoopback(address) && named !== undefined && isLoopback(named);
}
