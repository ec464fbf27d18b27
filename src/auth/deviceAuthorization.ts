import { KiroError } from '../base/errors';
import type { Login } from './credentials';
import { isTrustedAddress } from './webAddress';

/** A device authorization under way (RFC 8628): what the person is shown, and what is polled with. */
export interface DeviceAuthorization {
  /** A secret: whoever has it can collect the login. */
  deviceCode: string;
  /** What the person compares with the page in the browser. */
  userCode: string;
  /** The page on which the code can be typed. */
  verificationUri: string;
  /** The page with the code filled in; the plain one where the service gives none. */
  verificationUriComplete: string;
  /** The least time between two polls, in milliseconds. */
  intervalMs: number;
  /** When the code dies, in epoch milliseconds. */
  expiresAt: number;
}

/** What one poll came to. */
export type DevicePoll =
  | { kind: 'pending' }
  | { kind: 'slow-down' }
  | { kind: 'granted'; login: Login }
  | { kind: 'denied' }
  | { kind: 'expired' };

interface Pages {
  verificationUri: string;
  verificationUriComplete?: string | null | undefined;
}

/** The pages a service at `base` names, if a browser may be sent to them. Throws KiroError `protocol` with the unfit field as reason. */
export function trustedPages({ verificationUri, verificationUriComplete }: Pages, base: string) {
  const complete = verificationUriComplete || verificationUri;
  if (!isTrustedAddress(verificationUri, base))
    throw new KiroError('protocol', { reason: 'verificationUri' });
  if (!isTrustedAddress(complete, base))
    throw new KiroError('protocol', { reason: 'verificationUriComplete' });
  return { verificationUri, verificationUriComplete: complete };
}
