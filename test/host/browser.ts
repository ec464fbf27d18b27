import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
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

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page asks for outside this machine fails at once, without a name look-up.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Finds an installed Chrome, Chromium or Edge; on a Debian machine without one, and with root, installs it. */
export async function ensureBrowser(): Promise<InstalledBrowser> {
  const found = installedBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env });
    const install = ['install', '-y', '-qq', '--no-install-recommends'];
    // Older releases of Debian have the whole browser only.
    await run('apt-get', [...install, HEADLESS_SHELL], { env }).catch(() =>
      run('apt-get', [...install, 'chromium'], { env }),
    );
    const installed = installedBrowser();
    if (installed) return installed;
  }
  throw new Error(
    'No browser found: install Chromium, Google Chrome or Microsoft Edge (Debian: apt-get install chromium).',
  );
}

/** Starts the browser without a window and without a way to the internet. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath } = await ensureBrowser();
  // Signals are the host's business: it closes the browser in the right order.
  return chromium.launch({
    executablePath,
    args: ARGS,
    headless: true,
    handleSIGINT: false,
    handleSIGTERM: false,
  });
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
