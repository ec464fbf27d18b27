import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floor, newest } from '../install';
import { runIntegration } from '../integrationRun';
import { main } from '../main';
import { makeExtension } from '../testExtension';

/**
 * Runs the tests of the extension host in these versions of VS Code, all at once; by default the newest and `floor`, the
 * oldest that is supported. Each report is shown when it is whole.
 */
main(async () => {
  const asked = process.argv.slice(2);
  const versions = asked.length > 0 ? asked : [newest, 'floor'];
  const runs = await Promise.allSettled(
    versions.map((version) => reported(version === 'floor' ? floor() : version)),
  );
  const failed = runs.find((run) => run.status === 'rejected');
  if (failed) throw failed.reason;
});

async function reported(version: string): Promise<void> {
  const extension = process.cwd();
  const tests = join(extension, 'dist/test/integration/index.js');
  const scratch = mkdtempSync(join(tmpdir(), 'kiro-beside-'));
  const beside = makeExtension(scratch, { name: 'state', publisher: 'somebody' }, 'stateExtension');
  const report: Buffer[] = [];
  try {
    const show = (bytes: Buffer) => report.push(bytes);
    await runIntegration({ extension, tests, extensions: [beside], version, show });
  } catch (error) {
    throw new Error(`VS Code ${version}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    console.log(`\nIn VS Code ${version}:\n${Buffer.concat(report)}`);
  }
}
