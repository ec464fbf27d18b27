import { join } from 'node:path';
import { floor, newest } from '../install';
import { runIntegration } from '../integrationRun';
import { main } from '../main';

/** Runs the tests of the extension host in these versions of VS Code; `floor` is the oldest supported, the newest is the default. */
main(async () => {
  const extension = process.cwd();
  const asked = process.argv.slice(2);
  const versions = asked.map((version) => (version === 'floor' ? floor() : version));
  for (const version of versions.length > 0 ? versions : [newest]) {
    console.log(`\nIn VS Code ${version}:`);
    await runIntegration({ extension, tests: join(extension, 'dist/test/integration/index.js'), version });
  }
});
