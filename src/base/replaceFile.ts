import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface Replacement {
  /** The permissions of the new file. */
  mode: number;
  /** Whose the new file is; without it, this process's own user's. */
  owner?: { uid: number; gid: number };
  /** Asked when the new file is ready to take the other one's place; without it, it always does. */
  mayReplace?: () => Promise<boolean>;
}

/**
 * Puts a file in the place of what is at `path`, a symbolic link included, as a whole or not at all. Answers whether it
 * did. Throws what the file system throws.
 */
export async function replaceFile(
  path: string,
  text: string,
  { mode, owner, mayReplace }: Replacement,
): Promise<boolean> {
  // Never `.json` at its end: there are programs that take every such file in a folder for theirs.
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      const { uid, gid } = await handle.stat();
      if (owner && (owner.uid !== uid || owner.gid !== gid)) await handle.chown(owner.uid, owner.gid);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (mayReplace && !(await mayReplace())) return false;
    await rename(temporary, path);
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Replaces a file by one that only its owner may read, where the platform has such permissions: nothing is ever written
 * into a file that others can read. Throws as `replaceFile`.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await replaceFile(path, text, { mode: 0o600 });
}
