import { type Grant, isBuilderIdStartUrl, type Login, profileRegion } from '../../auth/credentials';
import { emailInJwt } from '../../auth/jwt';
import { isRegion } from '../../base/endpoints';
import { epochMs } from '../expiry';
import { loginOfRow, scopeList, socialProvider } from './loginOfRow';
import {
  externalRow,
  type Outcome,
  oidcRow,
  type ProfileRow,
  parseRow,
  profileRow,
  type RowProblem,
  registrationRow,
  socialRow,
} from './rowShapes';

export { type RowProblem, rowProblems } from './rowShapes';

/** A row that could not be used; its value is never part of this. */
export interface FoundProblem {
  key: string;
  reason: RowProblem;
  /** The field, for `missing-field`. */
  field?: string | undefined;
}

/** A login as it lies in the database. */
export interface FoundLogin {
  /** The row's key in `auth_kv`. */
  key: string;
  login: Login;
  /** The name of the selected profile, where the database knows it. */
  profileName?: string | undefined;
}

export interface FoundLogins {
  logins: FoundLogin[];
  problems: FoundProblem[];
}

/** The row of table `state` that holds the profile the person selected. */
export const selectedProfileKey = 'api.codewhisperer.profile';

// Kiro CLI really writes `odic`; `oidc` is accepted in case the slip is ever corrected.
const oidcKey = /^(?:kirocli|codewhisperer):(?:odic|oidc):token$/;

/** The logins in the rows of `auth_kv` (key → JSON text), with the selected profile's JSON from `state` where there is one. */
export function loginsInRows(
  rows: ReadonlyMap<string, string>,
  selectedProfile: string | undefined,
): FoundLogins {
  const logins: FoundLogin[] = [];
  const problems: FoundProblem[] = [];
  for (const [key, value] of rows) {
    const outcome = loginInRow(key, value, rows);
    if (outcome.kind === 'ok') logins.push({ key, login: outcome.value });
    if (outcome.kind === 'problem') {
      problems.push({ key: outcome.key ?? key, reason: outcome.reason, field: outcome.field });
    }
  }
  const profile = selectedProfile === undefined ? undefined : parseRow(profileRow, selectedProfile);
  if (profile?.kind === 'ok') {
    if (profileRegion(profile.value.arn)) attachProfile(logins, profile.value);
    else problems.push({ key: selectedProfileKey, reason: 'bad-region' });
  }
  return { logins, problems };
}

function loginInRow(key: string, value: string, rows: ReadonlyMap<string, string>): Outcome<Login> {
  if (oidcKey.test(key)) return oidcLogin(value, registrationKey(key), rows);
  if (key === 'kirocli:social:token') return socialLogin(value);
  if (key === 'kirocli:external-idp:token') return externalLogin(value);
  return { kind: 'absent' };
}

function registrationKey(tokenKey: string): string {
  return tokenKey.replace(/token$/, 'device-registration');
}

function oidcLogin(value: string, clientKey: string, rows: ReadonlyMap<string, string>): Outcome<Login> {
  const token = parseRow(oidcRow, value);
  if (token.kind !== 'ok') return token;
  const region = token.value.region ?? 'us-east-1';
  if (!isRegion(region)) return { kind: 'problem', reason: 'bad-region' };
  const registration = rows.get(clientKey);
  const client = registration === undefined ? undefined : parseRow(registrationRow, registration);
  if (client?.kind === 'problem') return { ...client, key: clientKey };
  // A registration of another region or flow was made for another sign-in; a refresh with it would kill the token.
  const mismatch =
    client?.kind === 'ok' &&
    ((client.value.region ?? region) !== region ||
      !sameFlow(client.value.oauth_flow, token.value.oauth_flow));
  if (client?.kind !== 'ok' || mismatch) return { kind: 'problem', reason: 'no-registration' };
  const startUrl = token.value.start_url;
  return loginOfRow(token.value, {
    kind: 'oidc',
    region,
    startUrl: startUrl && !isBuilderIdStartUrl(startUrl) ? startUrl : undefined,
    clientId: client.value.client_id,
    clientSecret: client.value.client_secret,
    clientExpiresAt: epochMs(client.value.client_secret_expires_at),
  });
}

function socialLogin(value: string): Outcome<Login> {
  const token = parseRow(socialRow, value);
  if (token.kind !== 'ok') return token;
  return loginOfRow(token.value, { kind: 'social', provider: socialProvider(token.value.provider) });
}

function externalLogin(value: string): Outcome<Login> {
  const token = parseRow(externalRow, value);
  if (token.kind !== 'ok') return token;
  const { issuer_url, token_endpoint, client_id, scopes, access_token } = token.value;
  return loginOfRow(
    token.value,
    {
      kind: 'externalIdp',
      issuerUrl: issuer_url,
      tokenEndpoint: token_endpoint,
      clientId: client_id,
      scopes: scopeList(scopes),
    },
    emailInJwt(access_token),
  );
}

/**
 * The selected profile belongs to an organization's login: Kiro CLI stores one for Identity Center and external identity
 * providers, never for Builder ID, and social tokens carry their own. Where both kinds lie in the database, or two
 * Identity Centers, nothing says whose it is; it is then attached to none and discovered from the service later.
 */
function attachProfile(logins: FoundLogin[], profile: ProfileRow): void {
  for (const found of logins) {
    if (found.login.profileArn === profile.arn) found.profileName = profile.profile_name;
  }
  const claimants = logins.filter(({ login }) => !login.profileArn && isOrganization(login.grant));
  // Rows of the older program are leftovers beside those of the current one.
  const current = claimants.filter(({ key }) => key.startsWith('kirocli:'));
  const [owner, ...others] = current.length ? current : claimants;
  if (!owner || others.length) return;
  owner.login.profileArn = profile.arn;
  owner.profileName = profile.profile_name;
}

function isOrganization(grant: Grant): boolean {
  return grant.kind === 'externalIdp' || (grant.kind === 'oidc' && grant.startUrl !== undefined);
}

// Written as `PKCE` and as `Pkce`, depending on the version.
function sameFlow(one: string | undefined, other: string | undefined): boolean {
  return !one || !other || one.toLowerCase() === other.toLowerCase();
}
