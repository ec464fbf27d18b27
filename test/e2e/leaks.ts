import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { World } from './world';

/** Where other programs keep their own logins, which we did not put there. */
const sources = ['home/.local/share/kiro-cli', 'home/.aws/sso/cache'];

/** The files of this VS Code, its logs and the pictures taken, in which a secret of the service stands in clear text. */
export function filesWithSecrets({ host, simulator }: World): string[] {
  const secrets = [...simulator.issuedSecrets].map((secret) => Buffer.from(secret));
  return [...filesBelow(host.root), ...filesBelow('artifacts')]
    .filter((path) => !sources.some((source) => relative(host.root, path).startsWith(source)))
    .filter((path) => {
      const bytes = contentOf(path);
      return secrets.some((secret) => bytes?.includes(secret));
    })
    .map((path) => relative(host.root, path));
}

/** What is in a file; undefined where the running VS Code has removed it since it was listed, such as a database's journal. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Links are not followed: the extension under test is one, and leads to the whole project. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
