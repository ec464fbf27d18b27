/** Makes every package there is, and looks into each. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readZip } from '../fixtures/zip';

const folder = join('artifacts', 'packages');
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;

/** VS Code's name of each platform, and the SQLite binary for it. */
const platforms = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'alpine-x64': 'linuxmusl-x64',
  'alpine-arm64': 'linuxmusl-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
};

/** As `vsce` counts. */
const MB = 2 ** 20;

/** What a package holds for every platform: what runs, what VS Code and the Marketplace show, and the licenses. */
function filesForAll(): string[] {
  const ours = ['extension.js', 'pictureWorker.js', 'webp_dec.wasm', 'ThirdPartyNotices.txt'];
  const chunks = globSync('dist/chunks/*.js').map((file) => `chunks/${basename(file)}`);
  const driver = globSync('node_modules/better-sqlite3/lib/**/*.js').map((file) =>
    file.replaceAll('\\', '/'),
  );
  const drawings = globSync('media/walkthrough/*.svg').map((file) => file.replaceAll('\\', '/'));
  return [
    '[Content_Types].xml',
    'extension.vsixmanifest',
    ...[
      'package.json',
      ...globSync('package.nls*.json'),
      ...globSync('l10n/*.json').map((file) => file.replaceAll('\\', '/')),
      'readme.md',
      'changelog.md',
      'LICENSE.txt',
      'media/icon.png',
    ].map(inExtension),
    ...[...ours, ...chunks].map((file) => inExtension(`dist/${file}`)),
    ...drawings.map(inExtension),
    ...driver.map(inExtension),
    ...['package.json', 'LICENSE'].map((file) => inExtension(`node_modules/better-sqlite3/${file}`)),
  ];
}

const inExtension = (file: string) => `extension/${file}`;
const binary = (platform: string) => inExtension(`node_modules/better-sqlite3/prebuilds/${platform}.node`);
const pathOf = (target: string | undefined) =>
  join(folder, [name, target, version].filter(Boolean).join('-'));

describe('the packages', () => {
  let said: string;
  before(() => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['.ci/packaging/package.mjs', '--all'], {
      encoding: 'utf8',
    });
    said = stdout + stderr;
    assert.equal(status, 0, said);
  });

  it('are made without a warning', () => {
    assert.match(said, /Packaged/);
    assert.doesNotMatch(said, /warn/i);
  });

  it('are for the platforms that there is an SQLite binary for', () => {
    const prebuilt = globSync('node_modules/better-sqlite3/prebuilds/*.node').map((file) =>
      basename(file, '.node'),
    );
    assert.deepEqual(Object.values(platforms).toSorted(), prebuilt.toSorted());
  });

  it('for every platform at once has what runs, and nothing else', () => {
    const files = readZip(`${pathOf(undefined)}.vsix`);
    const expected = [...filesForAll(), ...Object.values(platforms).map(binary)];
    assert.deepEqual([...files.keys()].toSorted(), expected.toSorted());
    assert.ok(sizeOf(undefined) <= 9 * MB, `${sizeOf(undefined)} bytes`);
  });

  for (const [target, platform] of Object.entries(platforms)) {
    it(`for ${target} has its own SQLite binary alone`, () => {
      const files = readZip(`${pathOf(target)}.vsix`);
      assert.deepEqual([...files.keys()].toSorted(), [...filesForAll(), binary(platform)].toSorted());
      assert.match(String(files.get('extension.vsixmanifest')), new RegExp(`TargetPlatform="${target}"`));
      // The aim is 1.6 MB. The binary for Alpine alone takes 1.2 of it: those two packages are above the aim.
      const most = target.startsWith('alpine') ? 1.7 : 1.6;
      assert.ok(sizeOf(target) <= most * MB, `${sizeOf(target)} bytes`);
    });
  }

  it('say of all that is in them whose it is, in words and for programs', () => {
    const files = readZip(`${pathOf(undefined)}.vsix`);
    const words = String(files.get(inExtension('dist/ThirdPartyNotices.txt')));
    const bill = JSON.parse(readFileSync(`${pathOf(undefined)}.cdx.json`, 'utf8')) as {
      bomFormat: string;
      metadata: { component: { name: string } };
      components: { name: string; version: string }[];
    };
    assert.equal(bill.bomFormat, 'CycloneDX');
    assert.equal(bill.metadata.component.name, name);
    const named = bill.components.map((one) => `${one.name} ${one.version}`);
    const told = [...words.matchAll(/^-{80}\n\n(\S+ \S+) \(/gm)].map(([, one]) => one);
    assert.deepEqual(named.toSorted(), told.toSorted());
    for (const one of ['better-sqlite3', 'valibot', 'oauth4webapi', '@jsquash/webp', 'proper-lockfile']) {
      assert.ok(
        named.some((other) => other.startsWith(`${one} `)),
        one,
      );
    }
    assert.match(words, /Permission is hereby granted/);
  });
});

function sizeOf(target: string | undefined): number {
  return statSync(`${pathOf(target)}.vsix`).size;
}
