import { isRegion } from '../base/endpoints';

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
      /** Epoch milliseconds; after it the registration is dead and only a new sign-in helps. */
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

/** The start URL that AWS Builder ID uses; any other one is an organisation's IAM Identity Center. */
export const builderIdStartUrl = 'https://view.awsapps.com/start';

/** Whether a start URL is that of AWS Builder ID, however it is spelled. */
export function isBuilderIdStartUrl(startUrl: string): boolean {
  return startUrl.replace(/[/#]+$/, '').toLowerCase() === builderIdStartUrl;
}

/** Whether a login is an AWS Builder ID, for which the service lists no profiles. */
export function isBuilderId(grant: Grant): boolean {
  return grant.kind === 'oidc' && !grant.startUrl && !grant.organization;
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

/** The region in a profile ARN (`arn:aws:codewhisperer:<region>:…`): the one the service answers in. Undefined where there is no valid one. */
export function profileRegion(profileArn: string): string | undefined {
  const [scheme, , service, region] = profileArn.split(':');
  return scheme === 'arn' && service === 'codewhisperer' && region && isRegion(region) ? region : undefined;
}
