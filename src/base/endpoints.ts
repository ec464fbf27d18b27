/** Base URLs that replace the service's own hosts, for corporate gateways and for tests. */
export interface Endpoints {
  runtime?: string;
  management?: string;
  oidc?: string;
  social?: string;
  portal?: string;
}

const regionPattern = /^[a-z]{2}-[a-z]+-\d{1,2}$/;

/** True for the shape of an AWS region. Checked before a region becomes part of a host name, so that no token can be sent astray. */
export function isRegion(value: string): boolean {
  return regionPattern.test(value);
}
