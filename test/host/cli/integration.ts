import { join } from 'node:path';
import { runIntegration } from '../integrationRun';
import { main } from '../main';

main(async () => {
  const extension = process.cwd();
  await runIntegration({ extension, tests: join(extension, 'dist/test/integration/index.js') });
});
