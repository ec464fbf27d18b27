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
    return { kind: 'text', text: decoded(await readFile(path, { signal })) };
  } catch (cause) {
    signal.throwIfAborted();
    return isAbsent(cause) ? { kind: 'absent' } : { kind: 'unreadable', cause };
  }
}

// PowerShell's `>` writes UTF-16, and editors on Windows put a byte order mark first, which is no JSON.
function decoded(bytes: Buffer): string {
  const isLittle = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] !== 0 && bytes[1] === 0);
  const isBig = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0 && bytes[1] !== 0);
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}
