import type { Login, Tokens } from '../../auth/credentials';
import type { Renewed } from '../../auth/tokenEndpoint';
import type { Account } from '../account';
import { healthy, isSignedOut } from '../health';
import { sameTokens } from '../identity';
import { withKnownGrant } from '../storage/changes';

/** A change of one account by what it is at that moment, for `AccountStore.update`. */
type Change = (account: Account) => Account;

/**
 * What a refresh of ours brought, for an account that still has the tokens it was made from; otherwise somebody was
 * faster, and theirs stay. A source is left with a refresh token that is used up.
 */
export function withRefreshed(madeFrom: Tokens, renewed: Renewed): Change {
  return (account) => {
    if (!sameTokens(account.tokens, madeFrom)) return account;
    const isLinked = account.origin.kind !== 'own';
    return {
      ...(isSignedOut(account) ? healthy(account) : account),
      tokens: renewed.tokens,
      profileArn: renewed.profileArn ?? account.profileArn,
      sourceHolds: isLinked ? (account.sourceHolds ?? madeFrom.refresh) : undefined,
    };
  };
}

/** The login of its source, for an account that still has the tokens it had when that was found to be its own. */
export function withAdopted(before: Tokens, { grant, tokens, profileArn }: Login): Change {
  return (account) => {
    if (!sameTokens(account.tokens, before)) return account;
    return {
      ...(isSignedOut(account) ? healthy(account) : account),
      grant: withKnownGrant(account.grant, grant),
      tokens,
      profileArn: profileArn ?? account.profileArn,
      sourceHolds: undefined,
      sourceProblem: undefined,
    };
  };
}

/** The source needs no more writing of what it held: it has what is newest, or somebody else's. */
export function withoutPendingWriteBack(held: string | undefined): Change {
  return (account) => (account.sourceHolds === held ? { ...account, sourceHolds: undefined } : account);
}
