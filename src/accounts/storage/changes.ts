import type { Login } from '../../auth/credentials';
import type { Account, AccountsDocument, Origin } from '../account';
import { healthy, isSignedOut } from '../health';
import { compareLogins, findAccountOf, sameClient, sameOrigin } from '../identity';
import { baseName, isRenamed, labelFor } from '../label';

/** A login that came to us, with what is known about it. */
export interface Arrival {
  login: Login;
  origin: Origin;
  profileName?: string | undefined;
}

/** What the service told about the person behind an account. */
export interface PersonFacts {
  email?: string | undefined;
  userId?: string | undefined;
  profileArn?: string | undefined;
  profileName?: string | undefined;
}

/** The document with a login as the account it belongs to: an existing one, or `fresh` (its id and time). The first account becomes active. */
export function withLogin(
  document: AccountsDocument,
  arrival: Arrival,
  fresh: { id: string; addedAt: number },
): { document: AccountsDocument; account: Account } {
  const { login, origin, profileName } = arrival;
  const existing = findAccountOf(login, origin, document.accounts);
  const account: Account = existing
    ? relabelled(existing, renewedBy(existing, arrival), document.accounts)
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
  const others = unlinked(document.accounts, account.id, origin);
  const accounts = existing ? replaced(others, account) : [...others, account];
  return { document: { ...document, activeId: document.activeId ?? account.id, accounts }, account };
}

/** The document without an account. Where it was active, the next one in the list becomes active. */
export function withoutAccount(document: AccountsDocument, id: string): AccountsDocument {
  const index = document.accounts.findIndex((account) => account.id === id);
  if (index < 0) return document;
  const accounts = document.accounts.toSpliced(index, 1);
  const next = accounts[index] ?? accounts[0];
  return { ...document, activeId: document.activeId === id ? next?.id : document.activeId, accounts };
}

/** What came of giving an account another login. */
export type Replacement =
  | { outcome: 'replaced'; account: Account }
  /** The login is known to be another person's, or was made another way: the account keeps its own. */
  | { outcome: 'different-person' }
  | { outcome: 'gone' };

const nobody: Pick<Login, 'profileArn' | 'email' | 'userId'> = {};

/** Whom a replacing login may belong to. */
export type Whose = 'same-person' | 'anyone';

/**
 * The document with another login for an account, which keeps its id, its label and its place. `anyone`: the person has
 * said that it may be somebody else's; then a label we made ourselves follows.
 */
export function withReplacedLogin(
  document: AccountsDocument,
  id: string,
  { login, origin, profileName }: Arrival,
  whose: Whose,
): { document: AccountsDocument; result: Replacement } {
  const existing = document.accounts.find((one) => one.id === id);
  if (!existing) return { document, result: { outcome: 'gone' } };
  const isOther = compareLogins(existing, login) === 'different';
  if (isOther && whose === 'same-person') return { document, result: { outcome: 'different-person' } };
  const { profileArn, email, userId } = isOther ? nobody : existing;
  const replacing: Account = {
    ...healthy(existing),
    grant: login.grant,
    tokens: login.tokens,
    profileArn: login.profileArn ?? profileArn,
    profileName: profileName ?? (isOther ? undefined : existing.profileName),
    email: login.email ?? email,
    userId: login.userId ?? userId,
    origin,
    sourceHolds: undefined,
    sourceProblem: undefined,
  };
  const account = isOther ? relabelled(existing, replacing, document.accounts) : replacing;
  const accounts = replaced(unlinked(document.accounts, id, origin), account);
  return { document: { ...document, accounts }, result: { outcome: 'replaced', account } };
}

/**
 * An account with what the service told about its person. An account that turns out to be an older one's is folded into
 * that one, which keeps its id and label and takes the newer login.
 */
export function withFacts(
  document: AccountsDocument,
  id: string,
  facts: PersonFacts,
): { document: AccountsDocument; account: Account | undefined } {
  const described = document.accounts.find((one) => one.id === id);
  if (!described) return { document, account: undefined };
  const known = relabelled(described, { ...described, ...defined(facts) }, document.accounts);
  const older = document.accounts.find((one) => one.id !== id && compareLogins(one, known) === 'same');
  if (!older)
    return { document: { ...document, accounts: replaced(document.accounts, known) }, account: known };
  const activeId = document.activeId === id ? older.id : document.activeId;
  const rest = withoutAccount({ ...document, activeId }, id);
  const folded = {
    ...renewedBy(older, { login: known, origin: known.origin }),
    health: known.health,
    condition: known.condition,
  };
  const account = relabelled(older, folded, rest.accounts);
  return { document: { ...rest, accounts: replaced(rest.accounts, account) }, account };
}

// A database may hold older tokens than we do: its program keeps some refreshes in memory, and a refresh of ours leaves
// its row behind. Going back to a rotated-away refresh token would end a login that works.
function renewedBy(existing: Account, { login, origin, profileName }: Arrival): Account {
  const outdated = !isSignedOut(existing) && login.tokens.expiresAt <= existing.tokens.expiresAt;
  const vague = login.grant.kind === 'social' && login.grant.provider === 'unknown';
  return {
    ...healthy(existing),
    grant: vague ? existing.grant : login.grant,
    tokens: outdated && sameClient(existing.grant, login.grant) ? existing.tokens : login.tokens,
    profileArn: login.profileArn ?? existing.profileArn,
    profileName: profileName ?? existing.profileName,
    email: login.email ?? existing.email,
    userId: login.userId ?? existing.userId,
    origin,
    // The place has just told what it holds.
    sourceHolds: outdated ? existing.sourceHolds : undefined,
    sourceProblem: undefined,
  };
}

// The place holds this login now: an account that was linked to it would otherwise pick up somebody else's tokens.
function unlinked(accounts: readonly Account[], ownerId: string, origin: Origin): Account[] {
  return accounts.map((one) =>
    one.id !== ownerId && sameOrigin(one.origin, origin)
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
