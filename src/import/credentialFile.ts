import { realpath } from 'node:fs/promises';
import * as v from 'valibot';
import { parseJson } from '../base/json';
import { type CredentialProblem, type Parsed, parseFields } from './credentialFields';
import { importFailed, isAbsent } from './importFailure';
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

const list = v.array(v.unknown());
// Kiro Account Manager before 1.8.3.
const accountList = v.object({ accounts: list });
const nested = v.looseObject({ credentials: v.record(v.string(), v.unknown()) });
// What is shown must not be a secret in the wrong place.
const named = v.object({ email: v.pipe(v.string(), v.regex(/^[^\s@]{1,64}@[^\s@]{1,190}$/)) });

/**
 * Every login in a file another program has exported: Kiro Account Manager (a list, or `accounts` with `credentials`),
 * `credentials.json` of the common gateways (one or a list, camelCase), CLIProxyAPI (one, snake_case), and the IDE's own
 * file. An entry that cannot be used becomes a problem and never hides the others. A symbolic link is followed: the
 * person chose the file. Throws KiroError `import-failed` with one of `importFailures` as reason, or the signal's reason.
 */
export async function readCredentialFile(
  path: string,
  { now, signal }: { now: () => number; signal: AbortSignal },
): Promise<FileLogins> {
  const file = await readTextFile(await resolved(path), signal);
  if (file.kind === 'absent') throw importFailed('no-file');
  if (file.kind !== 'text') throw importFailed('unreadable');
  return loginsInText(file.text, now());
}

/** The same for text that is there already. `now` is in epoch milliseconds. Throws KiroError `import-failed`: `not-json`, `no-logins`. */
export function loginsInText(text: string, now: number): FileLogins {
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null) throw importFailed('not-json');
  const found: FileLogins = { logins: [], problems: [] };
  for (const [index, entry] of entriesOf(json).entries()) {
    const where = v.is(named, entry) ? entry.email : `#${index + 1}`;
    const outcome = entryCredential(entry, now);
    if (outcome.kind === 'ok') found.logins.push({ where, credential: outcome.value });
    else found.problems.push({ where, reason: outcome.reason, field: outcome.field });
  }
  if (!found.logins.length && !found.problems.length) throw importFailed('no-logins');
  return found;
}

function entriesOf(json: object): readonly unknown[] {
  if (v.is(list, json)) return json;
  return v.is(accountList, json) ? json.accounts : [json];
}

function entryCredential(entry: unknown, now: number): Parsed<Credential> {
  const fields = parseFields(v.is(nested, entry) ? { ...entry, ...entry.credentials } : entry);
  return fields.kind === 'problem' ? fields : parseCredential(fields.value, now);
}

async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw importFailed(isAbsent(error) ? 'no-file' : 'unreadable', error);
  }
}
