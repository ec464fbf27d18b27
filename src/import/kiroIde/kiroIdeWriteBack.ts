import { lstat, open, readFile } from 'node:fs/promises';
import { KiroError, systemCodeOf } from '../../base/errors';
import { replaceFile } from '../../base/replaceFile';
import { importFailed, isAbsent } from '../importFailure';
import { mergeTokens, type TokenUpdate, type WriteBackOutcome } from '../tokenMerge';

const tries = 3;

// What stands in the way of another file in the place of this one: it is mounted singly, its folder is not ours to write
// in, or its owner cannot be given to another file.
const mustStay = ['EBUSY', 'EXDEV', 'EPERM', 'EACCES', 'EROFS'];

/**
 * Puts renewed tokens into the IDE's file, if it still holds the refresh token they were made from: as a whole, with the
 * owner and the mode it has, or into the file itself where it cannot be replaced. A symbolic link is refused: renaming
 * would replace it. Throws KiroError `import-failed` with reason `symlink` or `unreadable` (which is also what a file
 * that cannot be written says).
 */
export async function writeBackToKiroIde(
  file: string,
  update: TokenUpdate,
  replace: typeof replaceFile = replaceFile,
): Promise<WriteBackOutcome> {
  try {
    for (let tried = 1; tried <= tries; tried++) {
      const outcome = await attempt(file, update, replace);
      if (outcome !== 'changed') return outcome;
    }
    throw importFailed('unreadable');
  } catch (cause) {
    if (cause instanceof KiroError) throw cause;
    if (isAbsent(cause)) return 'gone';
    throw importFailed('unreadable', cause);
  }
}

/** `changed`: somebody wrote the file while we prepared ours. */
async function attempt(
  file: string,
  update: TokenUpdate,
  replace: typeof replaceFile,
): Promise<WriteBackOutcome | 'changed'> {
  const found = await lstat(file);
  if (found.isSymbolicLink()) throw importFailed('symlink');
  const before = await readFile(file);
  const merge = mergeTokens(before, update);
  if (merge.kind !== 'merged') return merge.kind;
  const mayReplace = async () => Buffer.compare(await readFile(file), before) === 0;
  const inPlace = async () => (await mayReplace()) && (await overwrite(file, merge.text));
  // A file of several names has them all only as itself.
  const writing =
    found.nlink > 1
      ? inPlace()
      : replace(file, merge.text, { mode: found.mode & 0o777, owner: found, mayReplace }).catch(
          (error: unknown) => {
            if (!mustStay.includes(systemCodeOf(error))) throw error;
            return inPlace();
          },
        );
  return (await writing) ? 'written' : 'changed';
}

async function overwrite(file: string, text: string): Promise<true> {
  const handle = await open(file, 'r+');
  try {
    const { bytesWritten } = await handle.write(text, 0);
    await handle.truncate(bytesWritten);
    await handle.sync();
    return true;
  } finally {
    await handle.close();
  }
}
