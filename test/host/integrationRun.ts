import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { Host, type HostOptions } from './host';
import { Tail } from './tail';

export interface IntegrationRun extends Omit<HostOptions, 'payloads'> {
  /** Folder of the extension under test. */
  readonly extension: string;
  /** The bundle that exports `run()`. */
  readonly tests: string;
  /** Shows the report, as it comes. */
  readonly show: (bytes: Buffer) => void;
  readonly timeoutMs?: number;
}

/** What the bundle prints last. */
const CLOSING_LINE = /^\d+ passed, (\d+) failed$/m;

/** Runs a test bundle inside the extension host of a fresh VS Code, shows its report, and rejects unless all passed. */
export async function runIntegration(options: IntegrationRun): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'kiro-integration-'));
  // What an extension host prints goes to the window's own log; the report takes the short way.
  const output = join(scratch, 'output');
  const tail = new Tail(output, options.show);
  let exitCode = 1;
  let report = '';
  try {
    const host = await Host.start({
      ...options,
      payloads: true,
      env: { ...options.env, KIRO_TEST_OUTPUT: output },
    });
    try {
      exitCode = await runIn(host, options);
    } finally {
      await host.stop();
    }
  } finally {
    tail.close();
    report = readFileSync(output, 'utf8');
    rmSync(scratch, { recursive: true, force: true });
  }
  const failed = CLOSING_LINE.exec(report)?.[1];
  // An extension host that dies at its start makes the window report success.
  if (failed === undefined) throw new Error('The tests ended without saying how.');
  if (failed !== '0' || exitCode !== 0) throw new Error(`Failed tests: ${failed}. Exit code: ${exitCode}.`);
}

async function runIn(
  host: Host,
  { extension, tests, timeoutMs = 1_200_000 }: IntegrationRun,
): Promise<number> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const exit = exitOf(page, host, timeoutMs);
    const payload = [
      ['extensionDevelopmentPath', host.uri(extension)],
      ['extensionTestsPath', host.uri(tests)],
      ['skipWelcome', 'true'],
    ] as const;
    const [code] = await Promise.all([exit, page.goto(host.url({ payload }))]);
    return code;
  } finally {
    await browser.close();
  }
}

/** The window says how the tests ended; whatever else ends the window is a failure. */
function exitOf(page: Page, host: Host, timeoutMs: number): Promise<number> {
  const windowLog: string[] = [];
  const because = (reason: string) => new Error([reason, ...windowLog.slice(-20), host.log()].join('\n'));
  let timer: NodeJS.Timeout | undefined;
  const finished = new Promise<number>((resolve, reject) => {
    page
      .exposeFunction('codeAutomationLog', (type: string, args: unknown) => {
        if (type === 'error' || type === 'warn') windowLog.push(JSON.stringify(args));
      })
      .catch(reject);
    page.exposeFunction('codeAutomationExit', resolve).catch(reject);
    page.once('crash', () => reject(because('The page of the test window crashed.')));
    page.once('close', () =>
      reject(because('The page of the test window was closed before the tests ended.')),
    );
    void host.ended.then(() => reject(because('The VS Code server ended before the tests did.')));
    timer = setTimeout(
      () => reject(because(`The tests did not end within ${timeoutMs / 1000} s.`)),
      timeoutMs,
    );
  });
  return finished.finally(() => clearTimeout(timer));
}
