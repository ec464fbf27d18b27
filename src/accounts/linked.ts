import type { Login } from '../auth/credentials';
import { type ReadOptions, rereadKiroCliLogin } from '../sources/kiroCliDatabase';
import type { Account } from './account';

/**
 * The login that the place an account is linked to holds now; undefined where the account is not linked or the place
 * holds none. Throws KiroError `import-failed`. Whether that login is still the account's own is for the caller to judge.
 */
export async function rereadLinkedLogin(account: Account, options: ReadOptions): Promise<Login | undefined> {
  if (account.origin.kind !== 'kiro-cli') return undefined;
  const found = await rereadKiroCliLogin(account.origin.database, account.origin.key, options);
  return found?.login;
}
