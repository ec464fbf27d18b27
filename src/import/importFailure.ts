import { KiroError, systemCodeOf } from '../base/errors';

/** Why a whole source gives no login: the reasons of KiroError `import-failed`. */
export const importFailures = [
  'no-database',
  'locked',
  'not-a-database',
  'no-auth-table',
  'no-sqlite',
  'no-file',
  'symlink',
  'unreadable',
  'not-json',
  'no-logins',
  'encrypted',
  'wrong-passphrase',
] as const;

export type ImportFailure = (typeof importFailures)[number];

export function importFailed(reason: ImportFailure, cause?: unknown): KiroError {
  return new KiroError('import-failed', { reason, cause });
}

/** Whether an error of the file system says that there is nothing of that name. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error));
}
