import { basename, dirname } from 'node:path';
import * as v from 'valibot';
import { isBuilderId, type Login, profileRegion } from '../../auth/credentials';
import { sleep } from '../../base/async';
import { KiroError } from '../../base/errors';
import { parseJson } from '../../base/json';
import { type CredentialFields, credentialFields, methodOf } from '../credentialFields';
import { credentialOf } from '../credentialOf';
import { type FileOutcome, type FileProblem, problem } from '../fileProblems';
import { parseFields, profileRow } from '../kiroCli/rowShapes';
import type { KiroIdePaths } from '../paths';
import { readTextFile } from '../textFile';
import { clientOf } from './kiroIdeClient';

/** Why the IDE's files give no login at all: the reasons of KiroError `import-failed`. */
export const ideFailures = ['no-file', 'symlink', 'unreadable'] as const;

export type IdeFailure = (typeof ideFailures)[number];

/** What Kiro's IDE is signed in with. */
export interface KiroIdeLogin {
  /** The file that was read. */
  file: string;
  /** Absent where the file holds none that can be used; then there is a problem. */
  login?: Login | undefined;
  /** The name of the selected profile, where the IDE knows it. */
  profileName?: string | undefined;
  problems: FileProblem[];
}

export interface IdeReadOptions {
  /** Epoch milliseconds. */
  now: () => number;
  signal: AbortSignal;
  /** The pause between two tries at a file that is being written. */
  wait?: typeof sleep;
}

// Only `arn` is certain; the name is shown where there is one.
const ideProfile = v.object({ ...profileRow.entries, name: profileRow.entries.profile_name });

const tries = 4;
const pauseMs = 120;

/**
 * The login of Kiro's IDE, read at this moment; nothing is written. A file that is half written is read again, a few
 * times. The file itself must not be a symbolic link: the IDE writes a plain one, and whoever writes a renewed token
 * back would replace the link; a linked folder above it is fine. Throws KiroError `import-failed` with one of
 * `ideFailures` as reason, or the signal's reason.
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
  const { arn, name, profile_name: profileName = name } = profile.value ?? {};
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
): Promise<FileOutcome<Login>> {
  const parsed = parseFields(credentialFields, json);
  if (parsed.kind === 'problem') return parsed;
  if (parsed.kind === 'absent') return problem('not-json');
  const fields = await withClient(parsed.value, folder, signal);
  const credential = credentialOf(fields, now());
  if (credential.kind === 'problem') return credential;
  if (credential.value.kind === 'candidate') return problem('missing-field', 'access_token');
  return { kind: 'ok', value: credential.value.login };
}

async function withClient(
  fields: CredentialFields,
  folder: string,
  signal: AbortSignal,
): Promise<CredentialFields> {
  if (methodOf(fields) !== 'oidc' || (fields.client_id && fields.client_secret)) return fields;
  const client = await clientOf(fields, folder, signal);
  return client ? { ...fields, ...client } : fields;
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
): Promise<FileOutcome<v.InferOutput<typeof ideProfile> | undefined>> {
  const none = { kind: 'ok', value: undefined } as const;
  const file = await readTextFile(path, signal);
  if (file.kind !== 'text') return none;
  const profile = parseFields(ideProfile, parseJson(file.text));
  if (profile.kind !== 'ok') return none;
  if (!profileRegion(profile.value.arn)) return problem('bad-region', 'arn');
  const isOrganization = grant.kind === 'externalIdp' || (grant.kind === 'oidc' && !isBuilderId(grant));
  const isIts = profileArn ? profileArn === profile.value.arn : isOrganization;
  return isIts ? { kind: 'ok', value: profile.value } : none;
}

function importFailed(reason: IdeFailure, cause?: unknown): KiroError {
  return new KiroError('import-failed', { reason, cause });
}
