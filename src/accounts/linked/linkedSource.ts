/**
 * Accounts that share their login with another program: what its source holds now (this module), how that is watched and
 * read, and how tokens that we refreshed get back there. The formats of the sources stand in `import/`.
 */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Login } from '../../auth/credentials';
import { systemCodeOf } from '../../base/errors';
import { type ReadOptions, rereadKiroCliLogin } from '../../import/kiroCli/kiroCliDatabase';
import { writeBackToKiroCli } from '../../import/kiroCli/kiroCliWriteBack';
import { rereadKiroIdeLogin } from '../../import/kiroIde/kiroIdeFiles';
import { writeBackToKiroIde } from '../../import/kiroIde/kiroIdeWriteBack';
import { kiroIdePaths, type Machine } from '../../import/paths';
import type { TokenUpdate, WriteBackOutcome } from '../../import/tokenMerge';
import type { Account, Origin } from '../account';

/** The file of the other program that an account shares its login with, which is its source; undefined for a login of our own. */
export function sourceFile(origin: Origin): string | undefined {
  if (origin.kind === 'own') return undefined;
  return origin.kind === 'kiro-cli' ? origin.database : origin.file;
}

/**
 * The login that the source of an account holds now; undefined where the account is not linked or the source holds none.
 * Throws KiroError `import-failed`. Whether that login is still the account's own is for the caller to judge.
 */
export async function readSource(
  { origin }: Pick<Account, 'origin'>,
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

/**
 * Puts new tokens into the source of an account, if that still holds the refresh token they were made from. Throws
 * KiroError `import-failed`, or the signal's reason.
 */
export async function writeToSource(
  { origin }: Pick<Account, 'origin'>,
  update: TokenUpdate,
  options: Omit<ReadOptions, 'now'>,
): Promise<WriteBackOutcome> {
  switch (origin.kind) {
    case 'own':
      return 'gone';
    case 'kiro-cli':
      return await writeBackToKiroCli(origin.database, origin.key, update, options);
    case 'kiro-ide':
      return await writeBackToKiroIde(origin.file, update);
  }
}

/**
 * Whether new tokens can be put into a source, as far as that can be known without writing: SQLite needs the folder of its
 * database, too, and a file of the IDE's can be replaced or written in place.
 */
export async function isWritable(origin: Origin): Promise<boolean> {
  const file = sourceFile(origin);
  if (file === undefined) return true;
  const [itself, folder] = await Promise.all([mayWrite(file), mayWrite(dirname(file))]);
  return origin.kind === 'kiro-cli' ? itself && folder : itself || folder;
}

async function mayWrite(path: string): Promise<boolean> {
  return await access(path, constants.W_OK).then(
    () => true,
    // What is not there is no matter of permissions.
    (error: unknown) => !['EACCES', 'EPERM', 'EROFS'].includes(systemCodeOf(error)),
  );
}
