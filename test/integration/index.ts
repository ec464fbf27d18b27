import { appendFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Each file is loaded only after mocha's globals exist. */
const SUITES: ReadonlyArray<() => Promise<unknown>> = [
  () => import('./activation.test'),
  () => import('./silentStorage.test'),
  () => import('./state.test'),
  () => import('./accounts.test'),
  () => import('./listing.test'),
  () => import('./waysIn.test'),
  () => import('./accountRescue.test'),
  () => import('./exportAccounts.test'),
  () => import('./dataRemoval.test'),
  () => import('./chatReadiness.test'),
  () => import('./chat.test'),
  () => import('./aliases.test'),
  () => import('./utilityModels.test'),
  () => import('./webSearch.test'),
  () => import('./commitMessage.test'),
  () => import('./agentSessions.test'),
  () => import('./profiles.test'),
  () => import('./messages.test'),
  () => import('./workspaceSettings.test'),
];

/** Runs every integration test inside the extension host; rejects when one fails. */
export async function run(): Promise<void> {
  const output = process.env['KIRO_TEST_OUTPUT'];
  if (output) {
    Mocha.reporters.Base.consoleLog = (...data) => appendFileSync(output, `${format(...data)}\n`);
  }
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of SUITES) await load();

  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run((failures) => {
      Mocha.reporters.Base.consoleLog(`${runner.stats?.passes ?? 0} passed, ${failures} failed`);
      resolve(failures);
    });
  });
  if (failed > 0) throw new Error(`${failed} failed`);
}
