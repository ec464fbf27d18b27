import type { Tokens } from '../../auth/credentials';
import type { Renewed } from '../../auth/tokenEndpoint';
import type { Account } from '../account';
import { healthy, isSignedOut } from '../health';
import { sameTokens } from '../identity';

/** A change of one account by what it is at that moment, for `AccountStore.update`. */
type Change = (account: Account) => Account;

/**
 * New tokens for an account that still has the ones they were made from; otherwise somebody was faster, and theirs stay.
 * `by` says who got them: after a refresh of ours, the source is left with a refresh token that is used up.
 */
export function withTokens(madeFrom: Tokens, renewed: Renewed, by: 'us' | 'source'): Change {
  return (account) => {
    if (!sameTokens(account.tokens, madeFrom)) return account;
    const usesUp = by === 'us' && account.origin.kind !== 'own';
    return {
      ...(isSignedOut(account) ? healthy(account) : account),
      tokens: renewed.tokens,
      profileArn: renewed.profileArn ?? account.profileArn,
      sourceHolds: usesUp ? (account.sourceHolds ?? madeFrom.refresh) : undefined,
      sourceProblem: by === 'us' ? account.sourceProblem : undefined,
    };
  };
}

/** The source needs no more writing of what it held: it has what is newest, or somebody else's. */
export function withoutPendingWriteBack(held: string): Change {
  return (account) => (account.sourceHolds === held ? { ...account, sourceHolds: undefined } : account);
}
