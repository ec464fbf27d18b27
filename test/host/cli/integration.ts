import { join } from 'node:path';
import { floor, newest } from '../install';
import { runIntegration } from '../integrationRun';
import { main } from '../main';

/** Runs the tests of the extension host in these versions of VS Code, by default the oldest supported and the newest. */
main(async () => {
  const extension = process.cwd();
  const asked = process.argv.slice(2);
  for (const version of asked.length > 0 ? asked : [floor(), newest]) {
    console.log(`\nIn VS Code ${version}:`);
    await runIntegration({ extension, tests: join(extension, 'dist/test/integration/index.js'), version });
  }
});
