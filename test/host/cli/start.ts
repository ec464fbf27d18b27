import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { kiroCliDatabaseCandidates } from '../../../src/import/paths';
import { rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { Simulator } from '../../simulator/simulator';
import { demoBrain } from '../demo/brain';
import { EXAMPLE_PROJECT } from '../demo/project';
import { Host } from '../host';
import { main } from '../main';
import { makeExtension } from '../testExtension';

interface Service {
  readonly sentence: string;
  readonly online: boolean;
  readonly settings: Record<string, unknown>;
  readonly machineSettings: Record<string, unknown>;
}

/** The extension of the demonstration shows the chat once it can answer, and a model is picked there from the start. */
const FIRST_VIEW = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.defaultModel': 'auto',
};

/**
 * Opens VS Code with this extension and a simulated Kiro: `start.js [--real] [--no-open] [folder]`. With `--real` it is
 * the real Kiro, with the login of Kiro CLI on this machine.
 */
main(async () => {
  const args = process.argv.slice(2);
  const folder = args.find((arg) => !arg.startsWith('--'));
  const scratch = mkdtempSync(join(tmpdir(), 'kiro-start-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

  let opened = folder ?? '';
  const service = args.includes('--real') ? realKiro() : await simulatedKiro(scratch, () => opened);
  const host = await Host.start({
    ...(folder === undefined ? { files: EXAMPLE_PROJECT } : { folder }),
    extensions: [process.cwd(), demoExtension(scratch)],
    online: service.online,
    settings: { ...FIRST_VIEW, ...service.settings },
    machineSettings: service.machineSettings,
  });
  opened = host.folder;

  console.log(
    `\nVS Code with Kiro Models for Chat: ${host.url()}\n${service.sentence} The chat opens there as soon as the account is in. Ctrl-C ends it.`,
  );
  if (!args.includes('--no-open')) openInBrowser(host.url());
  await host.ended;
  throw new Error(`The VS Code server ended:\n${host.log()}`);
});

async function simulatedKiro(scratch: string, folder: () => string): Promise<Service> {
  const simulator = await Simulator.start({ answer: demoBrain(folder) });
  const account = simulator.addAccount({ method: 'google', email: 'demo@example.com', used: 312 });
  const database = join(scratch, 'kiro-cli', 'data.sqlite3');
  writeKiroCliDatabase(database, { mode: 'wal', ...rowsOfAccount(account) });
  return {
    sentence: 'Its Kiro is simulated: nothing leaves this machine.',
    online: false,
    settings: {
      // Titles and the like then come from the simulated models too, and cost nothing.
      'chat.byokUtilityModelDefault': 'mainAgent',
    },
    machineSettings: {
      'kiroModels.endpoints': simulator.endpoints,
      'kiroModels.kiroCli.databasePath': database,
    },
  };
}

function realKiro(): Service {
  // The window has a home of its own, so that it must be told where the person's is.
  const { platform, env } = process;
  const database = kiroCliDatabaseCandidates({ platform, env, homedir: homedir() }, '').find((path) =>
    existsSync(path),
  );
  if (!database) throw new Error('There is no Kiro CLI login on this machine: run `kiro-cli login` first.');
  return {
    sentence: `It uses the real Kiro with the login in ${database}, and spends its credits.`,
    online: true,
    settings: {},
    machineSettings: { 'kiroModels.kiroCli.databasePath': database },
  };
}

/** A second extension, for this window only. */
function demoExtension(scratch: string): string {
  const manifest = {
    ...{ name: 'demo', displayName: 'Demonstration', publisher: 'kiro-chat-models' },
    activationEvents: ['onStartupFinished'],
  };
  return makeExtension(scratch, manifest, 'demoExtension');
}

function openInBrowser(url: string): void {
  const [command, ...args] = opener(url);
  if (!command) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.once('error', (error) => console.log(`Open the address in a browser yourself (${error.message}).`));
  child.unref();
}

function opener(url: string): string[] {
  switch (process.platform) {
    case 'darwin':
      return ['open', url];
    case 'win32':
      return ['explorer.exe', url];
    default:
      return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open', url] : [];
  }
}
