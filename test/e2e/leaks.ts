import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Workbench } from '../host/workbench';
import { extensionLogs } from './evidence';
import type { World } from './world';

const extensionId = 'kiro-chat-models.kiro-chat-models';

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

/** What the extension keeps for later, and its logs, as texts by name. The secrets, which are kept sealed, are apart. */
export async function keptByExtension({ host }: World, { page }: Workbench): Promise<Map<string, string>> {
  const storage = host.storageOf(extensionId);
  const files = filesBelow(storage).map(
    (path) => [relative(storage, path), readFileSync(path, 'utf8')] as const,
  );
  const globalState = String(await page.evaluate(readGlobalState));
  return new Map([...files, ...extensionLogs(host.root), ['globalState', globalState]]);
}

/** Runs in the page, as text: these files know no DOM. */
const readGlobalState = `(async () => {
  const kept = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    for (const store of database.objectStoreNames) {
      const reading = database.transaction(store).objectStore(store).get('${extensionId}');
      await new Promise((resolve) => { reading.onsuccess = reading.onerror = resolve; });
      if (reading.result !== undefined) kept.push(reading.result);
    }
    database.close();
  }
  return kept.join();
})()`;

/** Links are not followed: the extension under test is one, and leads to the whole project. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
