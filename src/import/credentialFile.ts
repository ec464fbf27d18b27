import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { entriesIn } from './credentialEntries';
import { type CredentialProblem, parseFields } from './credentialFields';
import { decryption } from './exportFile';
import { importFailed, isAbsent } from './importFailure';
import { withClient } from './kiroIde/kiroIdeClient';
import { type Credential, parseCredential } from './parseCredential';
import { readTextFile } from './textFile';

/** A login in a file. */
export interface FileLogin {
  /** What tells the entry apart: its e-mail address, or `#2`. */
  where: string;
  credential: Credential;
}

interface FileLogins {
  logins: FileLogin[];
  problems: CredentialProblem[];
}

// What is shown must not be a secret in the wrong place.
const named = v.object({ email: v.pipe(v.string(), v.regex(/^[^\s@]{1,64}@[^\s@]{1,190}$/)) });

/**
 * Every login in a file another program has exported, in any form that `entriesIn` knows. A client that only lies beside
 * the file is found there. An entry that cannot be used becomes a problem and never hides the others. A symbolic link is
 * followed: the person chose the file. A file that `encrypted` made needs its passphrase. Throws KiroError `import-failed` with one of `importFailures` as reason, or the
 * signal's reason.
 */
export async function readCredentialFile(
  path: string,
  { now, signal, passphrase }: { now: () => number; signal: AbortSignal; passphrase?: string },
): Promise<FileLogins> {
  const real = await resolved(path);
  const file = await readTextFile(real, signal);
  if (file.kind === 'absent') throw importFailed('no-file');
  if (file.kind !== 'text') throw importFailed('unreadable');
  const decrypt = decryption(file.text);
  if (decrypt && passphrase === undefined) throw importFailed('encrypted');
  const text = decrypt ? await decrypt(passphrase ?? '') : file.text;
  if (text === undefined) throw importFailed('wrong-passphrase');
  const entries = entriesIn(text);
  if (!entries) throw importFailed('not-json');
  const found: FileLogins = { logins: [], problems: [] };
  for (const [index, entry] of entries.entries()) {
    const where = v.is(named, entry) ? entry.email : `#${index + 1}`;
    const fields = parseFields(entry);
    const outcome =
      fields.kind === 'problem'
        ? fields
        : parseCredential(await withClient(fields.value, dirname(real), signal), now());
    if (outcome.kind === 'ok') found.logins.push({ where, credential: outcome.value });
    else found.problems.push({ where, reason: outcome.reason, field: outcome.field });
  }
  if (!found.logins.length && !found.problems.length) throw importFailed('no-logins');
  return found;
}

async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw importFailed(isAbsent(error) ? 'no-file' : 'unreadable', error);
  }
}
