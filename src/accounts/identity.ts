import { type Grant, isBuilderId, type Login, type Tokens } from '../auth/credentials';
import { canonicalStartUrl } from '../auth/startUrl';
import type { Account, Origin } from './account';

export type Likeness = 'same' | 'different' | 'unknown';

/**
 * Whether two logins are one person's same login. Told by, in this order: the method (the same e-mail through Google
 * and through Builder ID is two subscriptions), a shared token, the service's user id, the e-mail. The profile ARN is
 * no identity: all Google and GitHub logins share one. `unknown` where none of these can tell.
 */
export function compareLogins(one: Login, other: Login): Likeness {
  if (!sameMethod(one.grant, other.grant)) return 'different';
  const { tokens } = one;
  if (tokens.access === other.tokens.access) return 'same';
  if (tokens.refresh !== undefined && tokens.refresh === other.tokens.refresh) return 'same';
  if (one.grant.kind === 'apiKey') return 'different';
  if (one.userId && other.userId) return one.userId === other.userId ? 'same' : 'different';
  if (one.email && other.email)
    return one.email.toLowerCase() === other.email.toLowerCase() ? 'same' : 'different';
  return 'unknown';
}

/**
 * The account a login belongs to: the one that is known to be the same, otherwise the one linked to the same place, if
 * nothing speaks against it. A new OIDC client there means that somebody signed in anew, and behind other methods it
 * may be anybody: where it is known whose the account is, such a login becomes an account of its own rather than
 * replacing one. `AccountStore.describe` makes one of the two if they turn out to be the same person's.
 */
export function findAccountOf(
  login: Login,
  origin: Origin,
  accounts: readonly Account[],
): Account | undefined {
  return (
    accounts.find((account) => compareLogins(account, login) === 'same') ??
    accounts.find((account) => sameOrigin(account.origin, origin) && mayReplace(account, login))
  );
}

function mayReplace(account: Account, login: Login): boolean {
  if (compareLogins(account, login) !== 'unknown') return false;
  return login.grant.kind === 'oidc' ? sameClient(account.grant, login.grant) : !isKnown(account);
}

/** Whether it is known whose login this is. */
export function isKnown(login: Login): boolean {
  return Boolean(login.userId || login.email);
}

/** Whether two grants use one client registration; Google and GitHub logins have none. */
export function sameClient(one: Grant, other: Grant): boolean {
  return clientOf(one) === clientOf(other);
}

/** Whether two sets of tokens are one and the same. A service that does not rotate changes only the access token. */
export function sameTokens(one: Tokens, other: Tokens): boolean {
  return one.access === other.access && one.refresh === other.refresh;
}

/** Whether two linked logins live in the same place; own logins share none. */
export function sameOrigin(one: Origin, other: Origin): boolean {
  if (one.kind === 'kiro-cli' && other.kind === 'kiro-cli') {
    return one.database === other.database && one.key === other.key;
  }
  return one.kind === 'kiro-ide' && other.kind === 'kiro-ide' && one.file === other.file;
}

function sameMethod(one: Grant, other: Grant): boolean {
  if (one.kind === 'oidc' && other.kind === 'oidc') {
    if (one.region !== other.region || isBuilderId(one) !== isBuilderId(other)) return false;
    // Some sources know that it is an organization's, but not which one's.
    const unnamed = [one, other].some(({ organization }) => organization === 'unnamed');
    return unnamed || spelling(one.startUrl) === spelling(other.startUrl);
  }
  if (one.kind === 'social' && other.kind === 'social') {
    return one.provider === other.provider || [one.provider, other.provider].includes('unknown');
  }
  if (one.kind === 'externalIdp' && other.kind === 'externalIdp') return one.issuerUrl === other.issuerUrl;
  return one.kind === other.kind;
}

// Accounts stored by earlier versions have it as their source spelled it.
function spelling(startUrl: string | undefined): string | undefined {
  return startUrl && canonicalStartUrl(startUrl);
}

function clientOf(grant: Grant): string | undefined {
  return grant.kind === 'oidc' || grant.kind === 'externalIdp' ? grant.clientId : undefined;
}
