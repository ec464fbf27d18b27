/**
 * The Kiro IDE's files: its login, the client registration beside it, the selected profile, and how tokens are put back.
 */
import { basename, dirname } from 'node:path';
import { isOrganization, type Login, profileRegion } from '../../auth/credentials';
import { sleep } from '../../base/async';
import { KiroError } from '../../base/errors';
import { parseJson } from '../../base/json';
import {
  type CredentialProblem,
  type Parsed,
  parseFields,
  parseProfile,
  problem,
  type SelectedProfile,
} from '../credentialFields';
import { importFailed } from '../importFailure';
import { parseLogin } from '../parseCredential';
import type { KiroIdePaths } from '../paths';
import { readTextFile } from '../textFile';
import { withClient } from './kiroIdeClient';

/** What Kiro's IDE is signed in with. */
interface KiroIdeLogin {
  /** The file that was read. */
  file: string;
  /** Absent where the file holds none that can be used; then there is a problem. */
  login?: Login | undefined;
  /** The name of the selected profile, where the IDE knows it. */
  profileName?: string | undefined;
  problems: CredentialProblem[];
}

interface IdeReadOptions {
  /** Epoch milliseconds. */
  now: () => number;
  signal: AbortSignal;
  /** The pause between two tries at a file that is being written. */
  wait?: typeof sleep;
}

const tries = 4;
const pauseMs = 120;

/**
 * The login of Kiro's IDE, read at this moment; nothing is written. A file that is half written is read again, a few
 * times. The file itself must not be a symbolic link: the IDE writes a plain one, and whoever writes a renewed token
 * back would replace the link; a linked folder above it is fine. Throws KiroError `import-failed` with one of
 * `importFailures` as reason, or the signal's reason.
 */
export async function readKiroIdeLogin(paths: KiroIdePaths, options: IdeReadOptions): Promise<KiroIdeLogin> {
  const file = paths.token;
  const outcome = await loginOf(await patientJson(file, options), dirname(file), options);
  if (outcome.kind === 'problem') {
    const { reason, field } = outcome;
    return { file, problems: [{ where: basename(file), reason, field }] };
  }
  const login = outcome.value;
  const profile = await selectedProfile(paths.profile, login, options.signal);
  if (profile.kind === 'problem') {
    const problems = [{ where: basename(paths.profile), reason: profile.reason, field: profile.field }];
    return { file, login, problems };
  }
  const { arn, name: profileName } = profile.value ?? {};
  return { file, login: { ...login, profileArn: login.profileArn ?? arn }, profileName, problems: [] };
}

/**
 * The login the IDE has now, for an account that is linked to it; undefined where it is signed out or its login cannot be
 * used. Throws KiroError `import-failed` where the file cannot be read.
 */
export async function rereadKiroIdeLogin(
  paths: KiroIdePaths,
  options: IdeReadOptions,
): Promise<Login | undefined> {
  try {
    return (await readKiroIdeLogin(paths, options)).login;
  } catch (error) {
    if (error instanceof KiroError && error.reason === 'no-file') return undefined;
    throw error;
  }
}

async function loginOf(
  json: unknown,
  folder: string,
  { now, signal }: IdeReadOptions,
): Promise<Parsed<Login>> {
  const parsed = parseFields(json);
  return parsed.kind === 'problem'
    ? parsed
    : parseLogin(await withClient(parsed.value, folder, signal), now());
}

// The IDE may be writing at this very moment: what is no JSON yet is looked at again.
async function patientJson(path: string, { signal, wait = sleep }: IdeReadOptions): Promise<unknown> {
  for (let tried = 1; ; tried++) {
    const file = await readTextFile(path, signal);
    if (file.kind === 'absent') throw importFailed('no-file');
    if (file.kind !== 'text')
      throw importFailed(file.kind, file.kind === 'unreadable' ? file.cause : undefined);
    const json = parseJson(file.text);
    if (json !== undefined || tried === tries) return json;
    await wait(pauseMs, signal);
  }
}

// Only an organization has profiles to choose from. Beside a Builder ID or a social login the file is a leftover, unless
// it names the very profile the login has.
async function selectedProfile(
  path: string,
  { grant, profileArn }: Login,
  signal: AbortSignal,
): Promise<Parsed<SelectedProfile | undefined>> {
  const none = { kind: 'ok', value: undefined } as const;
  const file = await readTextFile(path, signal);
  if (file.kind !== 'text') return none;
  const profile = parseProfile(parseJson(file.text));
  if (profile.kind === 'problem') return none;
  if (!profileRegion(profile.value.arn)) return problem('bad-region', 'arn');
  const isIts = profileArn ? profileArn === profile.value.arn : isOrganization(grant);
  return isIts ? { kind: 'ok', value: profile.value } : none;
}
