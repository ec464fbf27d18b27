/**
 * How a login comes to us and stays alive: what it consists of (this module), and one module for each service that makes
 * and refreshes one. Protocol only: nothing here keeps a login, knows where another program keeps its own, or shows
 * anything to a person; a step takes what it needs of the outside with each call.
 */
import { isRegion, isTrustedAddress } from '../base/endpoints';
import { isRecord, parseJson } from '../base/json';
import { nameFrom } from '../base/redact';

/** How a login refreshes itself. */
export type Grant =
  | {
      kind: 'oidc';
      /** The SSO region, which is not the region of the service. */
      region: string;
      /** Absent for AWS Builder ID. */
      startUrl?: string | undefined;
      /** An organization's Identity Center whose start URL is not known: the IDE does not write it down. */
      organization?: 'unnamed' | undefined;
      clientId: string;
      clientSecret: string;
      /** Epoch milliseconds; after it the registration has ended and only a new sign-in helps. */
      clientExpiresAt?: number | undefined;
    }
  | { kind: 'social'; provider: SocialProvider }
  | {
      kind: 'externalIdp';
      issuerUrl: string;
      tokenEndpoint: string;
      clientId: string;
      scopes: string[];
    }
  | { kind: 'apiKey' };

/** Spelled as the service spells them. `unknown` where the source did not say. */
export type SocialProvider = 'Google' | 'Github' | 'unknown';

export interface Tokens {
  access: string;
  refresh?: string | undefined;
  /** The true expiry in epoch milliseconds; margins are applied by whoever reads it. */
  expiresAt: number;
}

export interface Login {
  grant: Grant;
  tokens: Tokens;
  profileArn?: string | undefined;
  email?: string | undefined;
  userId?: string | undefined;
}

/** A refresh token whose access token is yet to be asked for, as files and people hand them over. */
export interface RefreshCandidate {
  grant: Exclude<Grant, { kind: 'apiKey' }>;
  refresh: string;
  profileArn?: string | undefined;
  email?: string | undefined;
}

/** Whether a login is an AWS Builder ID, for which the service lists no profiles. */
export function isBuilderId(grant: Grant): boolean {
  return grant.kind === 'oidc' && !grant.startUrl && !grant.organization;
}

/** Whether a login is of an organization: only those have profiles to choose from. */
export function isOrganization(grant: Grant): boolean {
  return grant.kind === 'externalIdp' || (grant.kind === 'oidc' && !isBuilderId(grant));
}

/**
 * The profile that stands for every AWS Builder ID. The service lists none for them, and its newer hosts refuse
 * requests without one; whether they take this one is not certain, so it is named only when they insist.
 */
export const builderIdProfileArn = 'arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX';

/** The sign-in method as a person knows it. */
export function methodName(grant: Grant): string {
  switch (grant.kind) {
    case 'oidc':
      return isBuilderId(grant) ? 'AWS Builder ID' : 'IAM Identity Center';
    case 'social':
      return grant.provider === 'Github'
        ? 'GitHub'
        : grant.provider === 'Google'
          ? 'Google'
          : 'Google or GitHub';
    case 'externalIdp':
      return 'your organization’s identity provider';
    case 'apiKey':
      return 'Kiro API key';
  }
}

/** The region in a profile ARN (`arn:aws:codewhisperer:<region>:…`): the one the service is used in. Undefined where there is no valid one. */
export function profileRegion(profileArn: string): string | undefined {
  const [scheme, , service, region] = profileArn.split(':');
  return scheme === 'arn' && service === 'codewhisperer' && region && isRegion(region) ? region : undefined;
}

/**
 * The e-mail address in a JWT's claims, for display and for telling accounts apart; the signature is not checked.
 * Undefined for opaque tokens, which is what every Kiro login but an organization's identity provider has.
 */
export function emailInJwt(token: string): string | undefined {
  const { email, preferred_username } = claimsIn(token);
  const found = [email, preferred_username].find(
    (name): name is string => typeof name === 'string' && name.includes('@'),
  );
  return found && nameFrom(found);
}

/** The end of a JWT by its own claim, in epoch milliseconds; undefined for opaque tokens. */
export function expiryInJwt(token: string): number | undefined {
  const { exp } = claimsIn(token);
  return typeof exp === 'number' ? exp * 1000 : undefined;
}

function claimsIn(token: string): Record<string, unknown> {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return isRecord(claims) ? claims : {};
}

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

/** Whether a refresh of this login can be tried at all; one that cannot is used to the very end of its token. */
export function isRenewable({ grant, tokens }: Login): boolean {
  return grant.kind !== 'apiKey' && tokens.refresh !== undefined;
}
