import type { Login } from '../auth/credentials';
import { type ReadOptions, rereadKiroCliLogin } from '../sources/kiroCliDatabase';
import { rereadKiroIdeLogin } from '../sources/kiroIdeFiles';
import { kiroIdePaths, type Machine } from '../sources/paths';
import type { Account } from './account';

/**
 * The login that the place an account is linked to holds now; undefined where the account is not linked or the place
 * holds none. Throws KiroError `import-failed`. Whether that login is still the account's own is for the caller to judge.
 */
export async function rereadLinkedLogin(
  { origin }: Account,
  options: ReadOptions & { machine: Machine; now: () => number },
): Promise<Login | undefined> {
  switch (origin.kind) {
    case 'own':
      return undefined;
    case 'kiro-cli':
      return (await rereadKiroCliLogin(origin.database, origin.key, options))?.login;
    case 'kiro-ide': {
      const { now, signal, machine } = options;
      return await rereadKiroIdeLogin({ ...kiroIdePaths(machine), token: origin.file }, { now, signal });
    }
  }
}
