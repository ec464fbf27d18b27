import { type Grant, isBuilderId, type Login, type Tokens } from '../auth/credentials';
import { canonicalStartUrl } from '../auth/startUrl';
import { KiroError } from '../base/errors';
import type { Logger } from '../base/logger';
import { Recent } from '../base/recent';
import type { Account, Origin } from './account';
import type { AccountStore } from './storage/accountStore';

/** Whom the service names for an access token. */
export interface Person {
  userId?: string | undefined;
  email?: string | undefined;
}

/** Whose a login is, as far as that is proven. */
export type Owner =
  | { kind: 'account'; account: Account }
  /** Somebody whom none of the accounts belongs to, as far as it is known whose they are. */
  | { kind: 'other'; person: Person }
  | { kind: 'unknown' };

/**
 * Whether two logins are one person's same login. Proof is a token that both have, and the service's user id where the
 * method is the same (the same person through Google and through Builder ID has two subscriptions). An e-mail address, a
 * client that both use, or the place they were found in prove nothing: an address can be another program's guess, the
 * Kiro IDE keeps one client for all of an organization, and anybody may sign in there next.
 */
export function compareLogins(one: Login, other: Login): 'same' | 'different' | 'unknown' {
  if (!sameMethod(one.grant, other.grant)) return 'different';
  if (sharesToken(one.tokens, other.tokens)) return 'same';
  if (one.grant.kind === 'apiKey') return 'different';
  if (!one.userId || !other.userId) return 'unknown';
  return one.userId === other.userId ? 'same' : 'different';
}

/** Whether two sets of tokens are one and the same. A service that does not rotate changes only the access token. */
export function sameTokens(one: Tokens, other: Tokens): boolean {
  return one.access === other.access && one.refresh === other.refresh;
}

/** Whether two grants use one client registration; Google and GitHub logins have none. */
export function sameClient(one: Grant, other: Grant): boolean {
  return clientOf(one) === clientOf(other);
}

/** Whether a login is ours alone, to be ended with the account. */
export function isOurs({ origin }: Pick<Account, 'origin'>): boolean {
  return origin.kind === 'own' && !origin.isCopy;
}

/** Whether the source of a login is on this machine: windows on several share their accounts, and no files. */
export function isHere(origin: Origin, machine: string | undefined): boolean {
  return origin.kind === 'own' || (origin.machine ?? machine) === machine;
}

/** Whether two linked logins have one source; own logins have none. */
export function sameOrigin(one: Origin, other: Origin): boolean {
  if (one.kind !== 'own' && !isHere(other, one.machine ?? (other as typeof one).machine)) return false;
  if (one.kind === 'kiro-cli' && other.kind === 'kiro-cli') {
    return one.database === other.database && one.key === other.key;
  }
  return one.kind === 'kiro-ide' && other.kind === 'kiro-ide' && one.file === other.file;
}

export interface IdentityDeps {
  accounts: Pick<AccountStore, 'list' | 'describe'>;
  /** Asks the service whose login this is. Throws KiroError. */
  identify: (login: Login, signal: AbortSignal) => Promise<Person>;
  /** Epoch milliseconds. */
  now: () => number;
  logger: Logger;
}

/** The one judge of whose a login is. */
export class Identity {
  /** Whom the service named, by access token. */
  private readonly named = new Recent<Person>(100);

  constructor(private readonly deps: IdentityDeps) {}

  /** Whose a login is. Accounts that nobody has asked about yet are asked about first. Throws KiroError `storage`. */
  async whoseIs(login: Login, signal: AbortSignal): Promise<Owner> {
    const { accounts } = this.deps;
    const holder = ownerOf(login, await accounts.list());
    if (holder) return { kind: 'account', account: holder };
    const person = await this.personOf(login, signal);
    if (!person?.userId) return { kind: 'unknown' };
    for (const account of await accounts.list()) {
      if (account.userId || !sameMethod(account.grant, login.grant)) continue;
      const theirs = await this.personOf(account, signal);
      if (theirs?.userId) await accounts.describe(account.id, theirs);
    }
    const account = ownerOf({ ...login, ...person }, await accounts.list());
    return account ? { kind: 'account', account } : { kind: 'other', person };
  }

  /** Whom the service names for a login. One whose access token has ended cannot be asked about, nor can an API key. */
  private async personOf(login: Login, signal: AbortSignal): Promise<Person | undefined> {
    const { access, expiresAt } = login.tokens;
    const { identify, now, logger } = this.deps;
    const known = this.named.get(access);
    if (known || login.grant.kind === 'apiKey' || expiresAt <= now()) return known;
    try {
      const person = await identify(login, signal);
      this.named.set(access, person);
      return person;
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      logger.info(`The service did not say whose a login is (${error.message}).`);
      return undefined;
    }
  }
}

/** The account that is proven to have this login; undefined where none is. */
export function ownerOf(login: Login, accounts: readonly Account[]): Account | undefined {
  const alike = accounts.filter((account) => compareLogins(account, login) === 'same');
  return alike.find(({ tokens }) => sharesToken(tokens, login.tokens)) ?? alike[0];
}

function sharesToken(one: Tokens, other: Tokens): boolean {
  return one.access === other.access || (one.refresh !== undefined && one.refresh === other.refresh);
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
