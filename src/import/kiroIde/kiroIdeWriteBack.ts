import { lstat, readFile } from 'node:fs/promises';
import { KiroError } from '../../base/errors';
import { replaceFile } from '../../base/replaceFile';
import { importFailed, isAbsent } from '../importFailure';
import { mergeTokens, type TokenUpdate, type WriteBackOutcome } from '../tokenMerge';

const tries = 3;

/**
 * Puts renewed tokens into the IDE's file, as a whole and with the mode it has, if it still holds the refresh token they
 * were made from. A symbolic link is refused: renaming would replace it. Throws KiroError `import-failed` with reason
 * `symlink` or `unreadable` (which is also what a file that cannot be written says).
 */
export async function writeBackToKiroIde(file: string, update: TokenUpdate): Promise<WriteBackOutcome> {
  try {
    for (let tried = 1; tried <= tries; tried++) {
      const outcome = await attempt(file, update);
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
async function attempt(file: string, update: TokenUpdate): Promise<WriteBackOutcome | 'changed'> {
  const found = await lstat(file);
  if (found.isSymbolicLink()) throw importFailed('symlink');
  const before = await readFile(file);
  const merge = mergeTokens(textOf(before), update);
  if (merge.kind === 'unusable') throw importFailed('unreadable');
  if (merge.kind !== 'merged') return merge.kind;
  const isWritten = await replaceFile(file, merge.text, {
    mode: found.mode & 0o777,
    mayReplace: async () => Buffer.compare(await readFile(file), before) === 0,
  });
  return isWritten ? 'written' : 'changed';
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (Buffer.compare(Buffer.from(text, 'utf8'), bytes) === 0) return text;
  throw importFailed('unreadable');
}
