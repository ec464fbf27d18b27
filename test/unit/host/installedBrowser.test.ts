import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ensureBrowser } from '../../host/installedBrowser';

/** As apt-get does: a second one at the same time is refused with 100. */
const APT_GET = `#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >> calls
mkdir lock || exit 100
case "$*" in *install*) touch browser ;; esac
rmdir lock
`;

describe('the browser of the tests, where none is installed', () => {
  const { env, getuid } = process;
  let folder: string;

  before(function () {
    if (!getuid) this.skip();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-browser-'));
    writeFileSync(join(folder, 'apt-get'), APT_GET);
    chmodSync(join(folder, 'apt-get'), 0o755);
    const path = [folder, env['PATH']].join(delimiter);
    process.env = { ...env, PATH: path, KIRO_TEST_BROWSER: join(folder, 'browser') };
    process.getuid = () => 0;
  });

  afterEach(() => {
    process.env = env;
    if (getuid) process.getuid = getuid;
    rmSync(folder, { recursive: true });
  });

  it('is installed once when two ask for it at once', async () => {
    const executablePath = join(folder, 'browser');
    assert.deepEqual(await Promise.all([ensureBrowser(), ensureBrowser()]), [
      { executablePath },
      { executablePath },
    ]);
    const calls = readFileSync(join(folder, 'calls'), 'utf8');
    assert.deepEqual(calls.match(/^(update|install)\b/gm), ['update', 'install']);
  });
});
