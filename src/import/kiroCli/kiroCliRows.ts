import { isOrganization, type Login, profileRegion } from '../../auth/credentials';
import { parseJson } from '../../base/json';
import {
  type CredentialFields,
  type CredentialProblem,
  type Parsed,
  parseFields,
  parseProfile,
  parseRegistration,
  type SelectedProfile,
} from '../credentialFields';
import { parseLogin } from '../parseCredential';

/** A login as it lies in the database. */
export interface FoundLogin {
  /** The row's key in `auth_kv`. */
  key: string;
  login: Login;
  /** The name of the selected profile, where the database knows it. */
  profileName?: string | undefined;
  /** What an earlier sign-in left behind: its token ended days ago, and another row has a later one. */
  isStale?: boolean;
}

export interface FoundLogins {
  logins: FoundLogin[];
  problems: CredentialProblem[];
}

/** The row of table `state` that holds the profile the person selected. */
export const selectedProfileKey = 'api.codewhisperer.profile';

// Kiro CLI really writes `odic`; `oidc` is accepted in case the slip is ever corrected.
const methods: readonly (readonly [RegExp, string])[] = [
  [/^(?:kirocli|codewhisperer):(?:odic|oidc):token$/, 'idc'],
  [/^kirocli:social:token$/, 'social'],
  [/^kirocli:external-idp:token$/, 'external_idp'],
];

const staleMs = 2 * 86_400_000;

/**
 * The logins in the rows of `auth_kv` (key → JSON text), with the selected profile's JSON from `state` where there is
 * one. A row that cannot be used becomes a problem and never hides the others. `now` is in epoch milliseconds.
 */
export function loginsInRows(
  rows: ReadonlyMap<string, string>,
  selectedProfile: string | undefined,
  now: number,
): FoundLogins {
  const logins: FoundLogin[] = [];
  const problems: CredentialProblem[] = [];
  for (const [key, text] of rows) {
    const method = methods.find(([keys]) => keys.test(key))?.[1];
    // `null` is what a sign-out leaves behind.
    if (!method || parseJson(text) === null) continue;
    const outcome = loginInRow(key, method, rows, now);
    if (outcome.kind === 'ok') logins.push({ key, login: outcome.value });
    else problems.push({ where: outcome.where ?? key, reason: outcome.reason, field: outcome.field });
  }
  const latest = Math.max(...logins.map(({ login }) => login.tokens.expiresAt));
  for (const found of logins) {
    const { expiresAt } = found.login.tokens;
    found.isStale = expiresAt < latest && expiresAt < now - staleMs;
  }
  const profile = selectedProfile === undefined ? undefined : parseProfile(parseJson(selectedProfile));
  if (profile?.kind === 'ok') {
    if (profileRegion(profile.value.arn)) attachProfile(logins, profile.value);
    else problems.push({ where: selectedProfileKey, reason: 'bad-region' });
  }
  return { logins, problems };
}

function loginInRow(
  key: string,
  method: string,
  rows: ReadonlyMap<string, string>,
  now: number,
): Parsed<Login> & { where?: string } {
  const token = parseFields(parseJson(rows.get(key) ?? ''));
  if (token.kind === 'problem') return token;
  const fields: CredentialFields = { ...token.value, auth_method: method };
  if (method !== 'idc') return parseLogin(fields, now);
  const clientKey = key.replace(/token$/, 'device-registration');
  const json = parseJson(rows.get(clientKey) ?? 'null');
  const client = json === null ? undefined : parseRegistration(json);
  if (client?.kind === 'problem') return { ...client, where: clientKey };
  const { region = 'us-east-1', start_url, oauth_flow: flow } = fields;
  // A registration of another region or flow was made for another sign-in; a refresh with it would kill the token.
  const isIts =
    client && (client.value.region ?? region) === region && sameFlow(client.value.oauthFlow, flow);
  const none = { client_id: undefined, client_secret: undefined };
  // Without a start URL it is a Builder ID to Kiro CLI, whatever the region.
  const provider = start_url ? fields.provider : 'BuilderId';
  return parseLogin({ ...fields, provider, ...(isIts ? client.value.client : none) }, now);
}

/**
 * The selected profile belongs to an organization's login: Kiro CLI stores one for Identity Center and external identity
 * providers, never for Builder ID, and social tokens carry their own. Where both kinds lie in the database, or two
 * Identity Centers, nothing says whose it is; it is then attached to none and discovered from the service later.
 */
function attachProfile(logins: FoundLogin[], { arn, name }: SelectedProfile): void {
  for (const found of logins) {
    if (found.login.profileArn === arn) found.profileName = name;
  }
  const claimants = logins.filter(({ login }) => !login.profileArn && isOrganization(login.grant));
  // Rows of the older program are leftovers beside those of the current one.
  const current = claimants.filter(({ key }) => key.startsWith('kirocli:'));
  const [owner, ...others] = current.length ? current : claimants;
  if (!owner || others.length) return;
  owner.login.profileArn = arn;
  owner.profileName = name;
}

// Written as `PKCE` and as `Pkce`, depending on the version.
function sameFlow(one: string | undefined, other: string | undefined): boolean {
  return !one || !other || one.toLowerCase() === other.toLowerCase();
}
