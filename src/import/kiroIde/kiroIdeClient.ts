import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '../../base/json';
import { type CredentialFields, parseRegistration, type Registration } from '../credentialFields';
import { methodOf } from '../parseCredential';
import { readTextFile } from '../textFile';

/**
 * The fields of a login with its client from the folder it lies in, where it needs one and does not carry it: the one in
 * the file named by `clientIdHash`, otherwise in whichever has the same `clientId`. The name is never computed, and no other
 * program's client is taken, nor one of another region.
 */
export async function withClient(
  fields: CredentialFields,
  folder: string,
  signal: AbortSignal,
): Promise<CredentialFields> {
  const { client_id_hash: hash, client_id: clientId, client_secret: secret } = fields;
  if (methodOf(fields) !== 'oidc' || (clientId && secret)) return fields;
  // The name comes from a file: it must not lead out of the folder.
  const named = hash && /^[A-Za-z0-9_-]{1,128}$/.test(hash) ? [`${hash}.json`] : [];
  for (const name of [...named, ...(clientId ? await jsonFiles(folder) : [])]) {
    const client = await clientIn(join(folder, name), fields, signal);
    if (client) return { ...fields, ...client };
  }
  return fields;
}

async function clientIn(
  path: string,
  { region = 'us-east-1', client_id: clientId }: CredentialFields,
  signal: AbortSignal,
): Promise<Registration['client'] | undefined> {
  const file = await readTextFile(path, signal);
  if (file.kind !== 'text') return undefined;
  const parsed = parseRegistration(parseJson(file.text));
  if (parsed.kind === 'problem') return undefined;
  const { client, region: itsRegion } = parsed.value;
  if (clientId && client.client_id !== clientId) return undefined;
  return itsRegion && itsRegion !== region ? undefined : client;
}

// A folder may be gone by now, or one whose files can be opened but not listed.
function noneWhereUnreadable(error: NodeJS.ErrnoException): string[] {
  if (error.code === undefined) throw error;
  return [];
}

async function jsonFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(noneWhereUnreadable);
  return names.filter((name) => name.endsWith('.json')).sort();
}
