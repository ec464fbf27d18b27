/** `npm run replay FILE`: plays a request that somebody saved through the product, and prints what comes of it. */
import { readFileSync } from 'node:fs';
import { parseSavedRequest } from '../../../src/kiro/chat/recording/savedRequest';
import { replay } from '../../fixtures/replay';

async function main(): Promise<void> {
  const [file] = process.argv.slice(2);
  if (!file) throw new Error('Usage: npm run replay FILE');
  const { parts, failure, violations } = await replay(parseSavedRequest(readFileSync(file, 'utf8')));
  for (const part of parts) console.log(JSON.stringify(part));
  if (failure) console.log(`Ended by ${failure.message}${failure.detail ? `: ${failure.detail}` : ''}`);
  for (const rule of violations) console.log(`The request breaks a rule of the service: ${rule}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
