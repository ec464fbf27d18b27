import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundledFile, bundledFiles, bytesOf, filesOfActivation } from '../../fixtures/bundle';

/** What activation loads at most, minified, in bytes. */
const mostBytes = 130_000;

/** What listing the models has no use for. */
const onFirstUse = [
  /node_modules\/(oauth4webapi|proper-lockfile|graceful-fs|jsonc-parser)\//,
  /src\/auth\/(awsSsoOidc|deviceFlow|externalIdp|kiroSocial|loopback|portal|refresh|ssoRegion)\.ts/,
  /src\/import\//,
  // Sentences name the limits, which are a few numbers.
  /src\/kiro\/chat\/(?!request\/limits)/,
  /src\/kiro\/transport\//,
  /src\/usage\/(page\/|usageExport|usageHistory)/,
  /src\/accounts\/(tokens\/tokenRefresher|linked\/(linkedSource|sourceReader|sourceWatcher|newLogins))/,
  /src\/vscode\/accounts\/(accountPicker|accountSwitcher|dataRemoval|exportAccounts|repairStorage)/,
  /src\/vscode\/chat\/chatReadiness/,
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
    const bytes = bytesOf(atOnce);
    console.log(`      ${bytes} bytes in ${atOnce.length} files`);
    assert.ok(bytes <= mostBytes, `${bytes} bytes`);
  });

  it('takes VS Code’s API as it is: a copy of all its names for each file cost a quarter of the time to load', () => {
    const codes = bundledFiles(folder).map(({ path }) => readFileSync(path, 'utf8'));
    assert.ok(codes.some((code) => code.includes('require("vscode")')));
    assert.deepEqual(
      codes.flatMap((code) => code.match(/[\w$]+\(require\("vscode"\)/g) ?? []),
      [],
    );
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

  it('makes no code of texts, but for the rows of a database, and loads none but its own files', () => {
    const chunks = bundledFiles(folder).map(({ path }) => path);
    const driver = globSync('node_modules/better-sqlite3/lib/**/*.js');
    const found = [...chunks, join(folder, 'pictureWorker.js'), ...driver].flatMap((path) => {
      const code = readFileSync(path, 'utf8');
      const made = /\b(?:eval|Function)\(.{10}|\brequire\(["'](?:node:)?(?:vm|child_process)["']\)/g;
      // What is built of pieces could be anything.
      const built = /\b(?:require|import)\((?!["'`])[^)]*\)/g;
      return [...(code.match(made) ?? []), ...(code.match(built) ?? [])];
    });
    assert.deepEqual(found.toSorted(), [
      // The driver makes it of the names of columns, quoted; those are of our own queries.
      'Function(`return ($',
      // Its own binary, of the platform.
      'require(filename)',
      'require(getPrebuildPath()',
    ]);
  });

  it('has no source maps, which would be read at each start', () => {
    for (const { path } of bundledFiles(folder))
      assert.doesNotMatch(readFileSync(path, 'utf8'), /sourceMappingURL/);
  });
});
