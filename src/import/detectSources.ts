import { stat } from 'node:fs/promises';
import { kiroCliDatabaseCandidates, kiroIdePaths, type Machine } from './paths';

/** The environment variables that may hold a Kiro credential; no general name such as `REFRESH_TOKEN` is ever read. */
const credentialVariables = ['KIRO_API_KEY', 'KIRO_REFRESH_TOKEN'] as const;

export type CredentialVariable = (typeof credentialVariables)[number];

/** Where this machine has, or may have, a login already. */
export type DetectedSource =
  | { kind: 'kiro-cli'; path: string }
  | { kind: 'kiro-ide'; path: string }
  | { kind: 'environment'; variable: CredentialVariable };

/**
 * The sources there are on this machine, by name only: files are looked for and not opened, so it is cheap, and nothing
 * secret is in the answer. Whether a source really holds a login shows when it is read. `configuredDatabase` is the
 * setting's path of Kiro CLI's database, empty for the usual places. Never rejects.
 */
export async function detectSources(
  machine: Machine,
  configuredDatabase: string,
  exists: (path: string) => Promise<boolean> = isFile,
): Promise<DetectedSource[]> {
  const database = await firstOf(kiroCliDatabaseCandidates(machine, configuredDatabase), exists);
  const ide = await firstOf([kiroIdePaths(machine).token], exists);
  return [
    ...(database === undefined ? [] : [{ kind: 'kiro-cli', path: database } as const]),
    ...(ide === undefined ? [] : [{ kind: 'kiro-ide', path: ide } as const]),
    ...variablesWithCredential(machine).map((variable) => ({ kind: 'environment', variable }) as const),
  ];
}

async function firstOf(
  paths: readonly string[],
  exists: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  const found = await Promise.all(paths.map(exists));
  return paths.find((_path, index) => found[index]);
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The variable's text as it stands, for `checkApiKey` or `checkPastedToken`; undefined where it is not set or blank. */
export function credentialInEnvironment(
  { env }: Pick<Machine, 'env'>,
  variable: CredentialVariable,
): string | undefined {
  return env[variable]?.trim() || undefined;
}

/**
 * The variables that hold a credential of Kiro. Some gateways use `KIRO_API_KEY` for a password of their own: it counts
 * only where it has a Kiro key's form.
 */
export function variablesWithCredential(machine: Pick<Machine, 'env'>): CredentialVariable[] {
  return credentialVariables.filter((variable) => {
    const text = credentialInEnvironment(machine, variable);
    return text !== undefined && (variable !== 'KIRO_API_KEY' || /^["']?ksk_/.test(text));
  });
}
