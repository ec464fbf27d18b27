import { type Browser, chromium } from 'playwright-core';
import { ensureBrowser } from './installedBrowser';

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
