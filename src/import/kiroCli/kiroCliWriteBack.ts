import { mergeTokens, type TokenUpdate, type WriteBackOutcome } from '../tokenMerge';
import { type ReadOptions, regularFile, transact } from './kiroCliDatabase';
import type { SqliteTransaction } from './sqlite';

/**
 * Puts renewed tokens into the row they came from, in one short transaction, if the row still holds the refresh token
 * they were made from. Nothing else in the row or the database changes, and a row that is gone is not brought back.
 * Throws KiroError `import-failed` with one of `importFailures` as reason, or the signal's reason.
 */
export async function writeBackToKiroCli(
  path: string,
  key: string,
  update: TokenUpdate,
  options: Omit<ReadOptions, 'now'>,
): Promise<WriteBackOutcome> {
  const replace = (transaction: SqliteTransaction) => replaceTokens(transaction, key, update);
  return await transact(await regularFile(path), 'write', replace, options);
}

function replaceTokens(transaction: SqliteTransaction, key: string, update: TokenUpdate): WriteBackOutcome {
  const [row] = transaction.rows('SELECT value FROM auth_kv WHERE key = ?', key);
  const value = row?.['value'];
  if (value === undefined || value === null) return 'gone';
  const merge = mergeTokens(value, update);
  if (merge.kind !== 'merged') return merge.kind;
  // UPDATE rather than REPLACE: columns a later version may have added keep what is in them.
  const stored = typeof value === 'string' ? merge.text : Buffer.from(merge.text, 'utf8');
  transaction.run('UPDATE auth_kv SET value = ? WHERE key = ?', stored, key);
  return 'written';
}
