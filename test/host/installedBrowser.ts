import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run';

export interface InstalledBrowser {
  readonly executablePath: string;
}

/** Takes a sixth less time for each window than a whole Chromium. */
const HEADLESS_SHELL = 'chromium-headless-shell';
const LINUX_NAMES = [
  HEADLESS_SHELL,
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_FOLDERS = ['LOCALAPPDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)'];
const WINDOWS_PROGRAMS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

let installing: Promise<void> | undefined;

/** Finds an installed Chrome, Chromium or Edge; on a Debian machine without one, and with root, installs it, once. */
export async function ensureBrowser(): Promise<InstalledBrowser> {
  // A program that is there may still be without its libraries while it is being installed.
  await installing;
  const found = installedBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    installing ??= installBrowser();
    await installing;
    const installed = installedBrowser();
    if (installed) return installed;
  }
  throw new Error(
    'No browser found: install Chromium, Google Chrome or Microsoft Edge (Debian: apt-get install chromium).',
  );
}

async function installBrowser(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Waits, in seconds, for another program that installs packages, as a new machine does by itself.
  const aptGet = (...args: string[]) =>
    run('apt-get', [...args, '-qq', '-o', 'DPkg::Lock::Timeout=600'], { env });
  // Another program may be updating the lists at this moment, for which apt does not wait; those that are there may do.
  await aptGet('update').catch((error: unknown) => console.warn(error));
  const install = ['install', '-y', '--no-install-recommends'];
  // Older releases of Debian have the whole browser only.
  await aptGet(...install, HEADLESS_SHELL).catch(() => aptGet(...install, 'chromium'));
}

function installedBrowser(): InstalledBrowser | undefined {
  const executablePath = candidates().find((path) => existsSync(path));
  return executablePath === undefined ? undefined : { executablePath };
}

function candidates(): string[] {
  const chosen = process.env['KIRO_TEST_BROWSER'];
  if (chosen) return [chosen];
  switch (process.platform) {
    case 'win32':
      return WINDOWS_FOLDERS.flatMap((name) =>
        WINDOWS_PROGRAMS.map((program) => join(process.env[name] ?? '', program)),
      );
    case 'darwin':
      return MAC_APPS.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
    default:
      return LINUX_NAMES.flatMap((name) => onPath(name) ?? []);
  }
}

function onPath(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/bin',
    '/usr/local/bin',
    '/snap/bin',
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
