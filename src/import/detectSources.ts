import { stat } from 'node:fs/promises';
import { type CredentialVariable, variablesWithCredential } from './credentialVariables';
import { kiroCliDatabaseCandidates, kiroIdePaths, type Machine } from './paths';

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
