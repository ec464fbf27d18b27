import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { floor } from '../install';
import { main } from '../main';

/** The same tests as `integration`, in the desktop VS Code: `testDesktop.js [version]`, the newest stable by default; `floor` is the oldest supported. */
main(async () => {
  const asked = process.argv[2] ?? 'stable';
  const version = asked === 'floor' ? floor() : asked;
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    throw new Error(
      'Desktop VS Code needs a display: run this under xvfb-run, or run `npm run integration`.',
    );
  }
  const vscodeExecutablePath = await download(version);
  const profile = mkdtempSync(join(tmpdir(), 'kiro-desktop-'));
  try {
    const extension = process.cwd();
    const workspace = join(profile, 'workspace');
    mkdirSync(workspace);
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: extension,
      extensionTestsPath: join(extension, 'dist/test/integration/index.js'),
      launchArgs: [
        workspace,
        `--user-data-dir=${profile}`,
        `--extensions-dir=${join(profile, 'extensions')}`,
        '--disable-telemetry',
        '--disable-workspace-trust',
        // No keyring is there on a build machine, and a person's own is not for tests.
        '--use-inmemory-secretstorage',
      ],
    });
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});

async function download(version: string): Promise<string> {
  try {
    return await downloadAndUnzipVSCode({
      version,
      cachePath: join(homedir(), '.cache', 'kiro-chat-models', 'desktop'),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Desktop VS Code could not be downloaded (${reason}); \`npm run integration\` needs only the npm registry.`,
    );
  }
}
