import type { Grant, Login } from '../../auth/credentials';
import type { Account, Origin, StoredAccounts } from '../account';
import { healthy, isSignedOut } from '../health';
import { compareLogins, ownerOf, type Person, sameClient, sameOrigin, sameTokens } from '../identity';
import { baseName, isRenamed, labelFor } from '../label';

/** A login that came to us, with what is known about it. */
export interface Arrival {
  login: Login;
  origin: Origin;
  profileName?: string | undefined;
}

/** What the service told about the person behind an account. */
export interface PersonFacts extends Person {
  profileArn?: string | undefined;
  profileName?: string | undefined;
}

/** The document with a login as the account it belongs to: an existing one, or `fresh` (its id and time). The first account becomes active. */
export function withLogin(
  document: StoredAccounts,
  arrival: Arrival,
  fresh: { id: string; addedAt: number },
): { document: StoredAccounts; account: Account } {
  const { login, origin, profileName } = arrival;
  const existing = ownerOf(login, document.accounts);
  const account: Account = existing
    ? relabelled(existing, withArrival(existing, arrival), document.accounts)
    : {
        ...fresh,
        label: labelFor(
          { ...login, profileName },
          document.accounts.map((one) => one.label),
        ),
        profileName,
        ...login,
        origin,
        health: 'active',
      };
  const others = unlinked(document.accounts, account);
  const accounts = existing ? replaced(others, account) : [...others, account];
  return { document: { ...document, activeId: document.activeId ?? account.id, accounts }, account };
}

/** The document without an account. Where it was active, the next one in the list becomes active. */
export function withoutAccount(document: StoredAccounts, id: string): StoredAccounts {
  const index = document.accounts.findIndex((account) => account.id === id);
  if (index < 0) return document;
  const accounts = document.accounts.toSpliced(index, 1);
  const next = accounts[index] ?? accounts[0];
  return { ...document, activeId: document.activeId === id ? next?.id : document.activeId, accounts };
}

/** What came of giving an account another login. */
export type Replacement =
  | { outcome: 'replaced'; account: Account }
  /** The login is another person's, or was made another way: the account keeps its own. */
  | { outcome: 'different-person' }
  /** Nobody could tell whose the login is: the account keeps its own. */
  | { outcome: 'unknown-person' }
  | { outcome: 'gone' };

/** The document with another login of its person for an account, which keeps its id, its label and its place in the list. */
export function withReplacedLogin(
  document: StoredAccounts,
  id: string,
  arrival: Arrival,
): { document: StoredAccounts; result: Replacement } {
  const existing = document.accounts.find((one) => one.id === id);
  if (!existing) return { document, result: { outcome: 'gone' } };
  const likeness = compareLogins(existing, arrival.login);
  if (likeness === 'different') return { document, result: { outcome: 'different-person' } };
  // Where nobody has ever asked whose the account is, the person's word for it counts, and no fact of the old login stays.
  if (likeness === 'unknown' && existing.userId) return { document, result: { outcome: 'unknown-person' } };
  const replacing = withTaken(existing, arrival, likeness === 'same' ? existing : {});
  const account = relabelled(existing, replacing, document.accounts);
  const accounts = replaced(unlinked(document.accounts, account), account);
  return { document: { ...document, accounts }, result: { outcome: 'replaced', account } };
}

/**
 * An account with what the service told about its person. An account that turns out to be an older one's is folded into
 * that one, which keeps its id and label and takes the newer login.
 */
export function withFacts(
  document: StoredAccounts,
  id: string,
  facts: PersonFacts,
): { document: StoredAccounts; account: Account | undefined } {
  const described = document.accounts.find((one) => one.id === id);
  if (!described) return { document, account: undefined };
  const known = relabelled(described, { ...described, ...defined(facts) }, document.accounts);
  const older = document.accounts.find((one) => one.id !== id && compareLogins(one, known) === 'same');
  if (!older)
    return { document: { ...document, accounts: replaced(document.accounts, known) }, account: known };
  const activeId = document.activeId === id ? older.id : document.activeId;
  const rest = withoutAccount({ ...document, activeId }, id);
  const folded = {
    ...withArrival(older, { login: known, origin: known.origin }),
    health: known.health,
    condition: known.condition,
  };
  const account = relabelled(older, folded, rest.accounts);
  return { document: { ...rest, accounts: replaced(rest.accounts, account) }, account };
}

/** A grant with what the one before knew and this one's source does not say. */
export function withKnownGrant(before: Grant, grant: Grant): Grant {
  if (grant.kind === 'social' && grant.provider === 'unknown' && before.kind === 'social') return before;
  if (grant.kind !== 'oidc' || grant.organization !== 'unnamed' || before.kind !== 'oidc') return grant;
  const { startUrl, organization } = before;
  return { ...grant, startUrl, organization };
}

// Tokens, origin, and what is pending for the source travel together. A database may hold older tokens than we do: its
// program keeps some refreshes in memory, and a refresh of ours leaves its row behind. Going back to a rotated-away
// refresh token would end a login that works.
function withArrival(existing: Account, arrival: Arrival): Account {
  const { login, origin } = arrival;
  const isCopy = sameTokens(existing.tokens, login.tokens);
  // A sign-in of our own is never older: where it gives way to a login that was ended meanwhile, the person has none.
  const mayBeOlder = origin.kind !== 'own' || origin.isCopy === true;
  const isOlder =
    mayBeOlder &&
    !isSignedOut(existing) &&
    login.tokens.expiresAt < existing.tokens.expiresAt &&
    sameClient(existing.grant, login.grant);
  const taken = withTaken(existing, arrival, existing);
  if (!isOlder && !isCopy) return taken;
  const { tokens, sourceHolds, sourceProblem } = existing;
  const isLinkedNow = existing.origin.kind === 'own' && isCopy && origin.kind !== 'own';
  return { ...taken, tokens, sourceHolds, sourceProblem, origin: isLinkedNow ? origin : existing.origin };
}

/** The account with another login, and what is `known` of its person beside that. */
function withTaken(
  existing: Account,
  { login, origin, profileName }: Arrival,
  known: PersonFacts & Partial<Pick<Login, 'grant'>>,
): Account {
  return {
    ...healthy(existing),
    grant: known.grant ? withKnownGrant(known.grant, login.grant) : login.grant,
    tokens: login.tokens,
    profileArn: login.profileArn ?? known.profileArn,
    profileName: profileName ?? known.profileName,
    email: login.email ?? known.email,
    userId: login.userId ?? known.userId,
    origin,
    sourceHolds: undefined,
    sourceProblem: undefined,
  };
}

// The source holds this login now: an account that was linked to it has its own from then on.
function unlinked(accounts: readonly Account[], { id, origin }: Account): Account[] {
  return accounts.map((one) =>
    one.id !== id && sameOrigin(one.origin, origin)
      ? { ...one, origin: { kind: 'own' } satisfies Origin, sourceHolds: undefined, sourceProblem: undefined }
      : one,
  );
}

function relabelled(before: Account, after: Account, all: readonly Account[]): Account {
  if (baseName(before) === baseName(after) || isRenamed(before)) return after;
  const taken = all.filter((one) => one.id !== after.id).map((one) => one.label);
  return { ...after, label: labelFor(after, taken) };
}

function replaced(accounts: readonly Account[], account: Account): Account[] {
  return accounts.map((one) => (one.id === account.id ? account : one));
}

function defined(facts: PersonFacts): PersonFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
