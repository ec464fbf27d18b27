import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundledFile, bundledFiles, filesOfActivation } from '../../fixtures/bundle';

/** What activation loads at most, minified, in bytes. */
const mostBytes = 130_000;

/** What listing the models has no use for. */
const onFirstUse = [
  /node_modules\/(oauth4webapi|proper-lockfile|graceful-fs|jsonc-parser)\//,
  /src\/auth\/(awsSsoOidc|deviceFlow|externalIdp|kiroSocial|loopback|portal|refresh|ssoRegion)\.ts/,
  /src\/import\//,
  /src\/kiro\/chat\//,
  /src\/kiro\/transport\//,
  /src\/usage\/(page\/|usageExport)/,
  /src\/accounts\/(tokens\/tokenRefresher|linked\/(linkedSource|sourceReader|sourceWatcher|newLogins))/,
  /src\/vscode\/accounts\/(accountPicker|accountSwitcher|exportAccounts|repairStorage)/,
  /src\/vscode\/signIn\/(?!signInMethods|browser)/,
  /src\/vscode\/usage\//,
];

describe('the extension as it is packaged', () => {
  let folder: string;
  let atOnce: BundledFile[];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-bundle-'));
    execFileSync(process.execPath, ['esbuild.mjs', '--minify', `--outdir=${folder}`]);
    atOnce = filesOfActivation(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('loads little when it activates', () => {
    const bytes = atOnce.reduce((sum, { path }) => sum + statSync(path).size, 0);
    console.log(`      ${bytes} bytes in ${atOnce.length} files`);
    assert.ok(bytes <= mostBytes, `${bytes} bytes`);
  });

  it('loads on first use what no list of models needs', () => {
    const sources = atOnce.flatMap((file) => file.sources);
    assert.ok(sources.includes('src/vscode/chat/chatProvider.ts'));
    assert.deepEqual(
      sources.filter((source) => onFirstUse.some((pattern) => pattern.test(source))),
      [],
    );
    const all = bundledFiles(folder).flatMap((file) => file.sources);
    const stale = onFirstUse.filter((pattern) => !all.some((source) => pattern.test(source)));
    assert.deepEqual(stale, []);
  });

  it('has each module once, so that an error of one part is an error to the others', () => {
    const all = bundledFiles(folder).flatMap((file) => file.sources);
    assert.deepEqual(
      all.filter((source, index) => all.indexOf(source) !== index),
      [],
    );
  });

  it('has no source maps, which would be read at each start', () => {
    for (const { path } of bundledFiles(folder))
      assert.doesNotMatch(readFileSync(path, 'utf8'), /sourceMappingURL/);
  });
});
