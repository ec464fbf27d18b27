import { lstat, readFile } from 'node:fs/promises';
import { isAbsent } from './importFailure';

/** What a file came to; none of these is an error of ours. */
type TextFile =
  | { kind: 'text'; text: string }
  | { kind: 'absent' }
  | { kind: 'symlink' }
  | { kind: 'unreadable'; cause?: unknown };

// No file with logins comes near it; a mistaken choice may.
const mostBytes = 2 * 1024 * 1024;

/** A small regular file as text. A symbolic link at the very end of the path is named, not followed. */
export async function readTextFile(path: string, signal: AbortSignal): Promise<TextFile> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return { kind: 'symlink' };
    if (!found.isFile() || found.size > mostBytes) return { kind: 'unreadable' };
    const text = await readFile(path, { encoding: 'utf8', signal });
    // Some editors on Windows put a byte order mark first, which is no JSON.
    return { kind: 'text', text: text.replace(/^\uFEFF/, '') };
  } catch (cause) {
    signal.throwIfAborted();
    return isAbsent(cause) ? { kind: 'absent' } : { kind: 'unreadable', cause };
  }
}
