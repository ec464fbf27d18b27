import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PLAIN_LOG } from './plainLog';
import { PLAIN_SQLITE } from './plainSqlite';
import { run } from './run';

/** The newest VS Code that the tests know. */
export const newest = '1.139.1';

/** The oldest VS Code that the extension can be installed in. */
export function floor(): string {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { vscode: string } };
  return engines.vscode.replace('^', '');
}

/** The package that carries a VS Code has its number, with 4 in front of the minor: 4.139.1 carries 1.139.1. */
const carrierOf = (version: string) => version.replace(/^1/, '4');
/** Part of the stamp's name: raise it when the steps below change, and older copies are replaced. */
const RECIPE = 1;

const NPM_INSTALL = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

export interface Installation {
  readonly version: string;
  readonly folder: string;
  readonly serverMain: string;
  /** The folder of the built-in extensions. */
  readonly builtIn: string;
}

/** Gives a complete VS Code server, installing it into the cache folder when it is not there yet. */
export async function ensureInstalled(
  version = process.env['KIRO_TEST_VSCODE'] || newest,
): Promise<Installation> {
  const folder =
    process.env['KIRO_TEST_HOST_DIR'] || join(cacheHome(), 'kiro-chat-models', `vscode-${version}`);
  if (!isComplete(folder)) await install(folder, version);
  const vscode = vscodeOf(folder);
  return {
    ...{ version, folder },
    serverMain: join(vscode, 'out', 'server-main.js'),
    builtIn: join(vscode, 'extensions'),
  };
}

/** Makes what VS Code's agent host needs beyond the rest. */
export async function ensureAgentHost({ folder }: Installation): Promise<void> {
  const module = join(vscodeOf(folder), 'node_modules', '@vscode', 'sqlite3', 'lib', 'sqlite3.js');
  await writeFile(module, PLAIN_SQLITE);
}

function cacheHome(): string {
  return process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
}

function vscodeOf(folder: string): string {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

function stampOf(folder: string): string {
  return join(folder, `installed-${RECIPE}.json`);
}

function isComplete(folder: string): boolean {
  return existsSync(stampOf(folder));
}

/** Everything happens in a sibling folder that is renamed at the end: whatever carries the final name is complete. */
async function install(folder: string, version: string): Promise<void> {
  const carrier = carrierOf(version);
  console.log(`Installing VS Code ${version} for the tests into ${folder}, once.`);
  await removeAbandoned(folder);
  const draft = `${folder}.draft-${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    await writeFile(join(draft, 'package.json'), '{ "private": true }\n');
    await npmInstall(draft, `code-server@${carrier}`);
    await npmInstall(vscodeOf(draft), '--omit=dev');
    await npmInstall(join(vscodeOf(draft), 'extensions'), '--omit=dev');
    await writeFile(join(vscodeOf(draft), 'node_modules', '@vscode', 'spdlog', 'index.js'), PLAIN_LOG);
    await writeFile(stampOf(draft), `${JSON.stringify({ codeServer: carrier, vscode: version })}\n`);
    await moveIntoPlace(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Another run may have finished first; its copy is as good as ours. A folder without the stamp is no one's copy. */
async function moveIntoPlace(draft: string, folder: string): Promise<void> {
  if (isComplete(folder)) return;
  if (existsSync(folder)) {
    const broken = `${folder}.draft-${process.pid}-replaced`;
    await rename(folder, broken);
    await rm(broken, { recursive: true, force: true });
  }
  try {
    await rename(draft, folder);
  } catch (error) {
    if (!isComplete(folder)) throw error;
  }
}

/** Removes what interrupted runs left behind: drafts are named after the process that makes them. */
async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const prefix = `${basename(folder)}.draft-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function npmInstall(folder: string, ...args: string[]): Promise<void> {
  // `--prefix`, because a surrounding `npm run` hands down its own project's folder in the environment.
  await run('npm', [...NPM_INSTALL, '--prefix', folder, ...args], { cwd: folder });
}
