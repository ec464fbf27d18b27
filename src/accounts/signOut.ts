import type { Login } from '../auth/credentials';
import { isOurs } from './identity';
import type { AccountStore } from './storage/accountStore';

export interface SignOutDeps {
  accounts: Pick<AccountStore, 'remove'>;
  /** Ends a login of our own at the service; best effort. */
  revoke: (login: Login) => Promise<void>;
}

/** Forgets an account, and ends its login where that is ours alone. What is shared belongs to the other program, too. */
export async function signOut({ accounts, revoke }: SignOutDeps, id: string): Promise<void> {
  // As it was stored last: it may have been renewed since the person was shown it.
  const removed = await accounts.remove(id);
  if (removed && isOurs(removed)) await revoke(removed);
}
