// Makes packages in `artifacts/packages/`: `node .ci/packaging/package.mjs [--target TARGET | --all]`, by default the one for every
// platform. Beside each lies what it is made of (CycloneDX).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { shippedPackages } from './thirdParty.mjs';

/** VS Code's names of platforms, and those of the SQLite binaries for them. */
const binaries = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'alpine-x64': 'linuxmusl-x64',
  'alpine-arm64': 'linuxmusl-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
};
const everywhere = undefined;
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const folder = join('artifacts', 'packages');

const [option, value] = process.argv.slice(2);
const targets = chosenTargets();
mkdirSync(folder, { recursive: true });
const files = [];
for (const target of targets) files.push(await make(target));
for (const file of files)
  console.log(`${(statSync(file).size / 2 ** 20).toFixed(2).padStart(6)} MB  ${file}`);

function chosenTargets() {
  if (option === undefined) return [everywhere];
  if (option === '--all') return [everywhere, ...Object.keys(binaries)];
  if (option === '--target' && value in binaries) return [value];
  throw new Error(`The options are --all, and --target with one of: ${Object.keys(binaries).join(', ')}`);
}

async function make(target) {
  const base = join(folder, [name, target, version].filter(Boolean).join('-'));
  const scratch = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    const ignoreFile = join(scratch, '.vscodeignore');
    writeFileSync(ignoreFile, ignoredFor(target));
    await createVSIX({ packagePath: `${base}.vsix`, ignoreFile, ...(target && { target }) });
  } finally {
    rmSync(scratch, { recursive: true });
  }
  writeFileSync(`${base}.cdx.json`, `${JSON.stringify(billOfMaterials(), undefined, 2)}\n`);
  return `${base}.vsix`;
}

/** The list of what is packaged, with the one binary of a platform, and the loader's way to it. */
function ignoredFor(target) {
  const list = readFileSync('.vscodeignore', 'utf8');
  return target ? list.replace('prebuilds/**', `prebuilds/${binaries[target]}.node`) : list;
}

function billOfMaterials() {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
  const sbom = JSON.parse(execFileSync('npm', args, { shell: process.platform === 'win32', maxBuffer: 1e8 }));
  const shipped = new Set(shippedPackages().map((one) => `${one.name}@${one.version}`));
  const isIn = (ref) => shipped.has(ref);
  const root = sbom.metadata.component;
  return {
    ...sbom,
    metadata: { ...sbom.metadata, component: { ...root, name } },
    // Most of it is bundled, so that npm takes it for a tool of the development.
    components: sbom.components
      .filter((one) => isIn(one['bom-ref']))
      .map((one) => ({ ...one, scope: 'required', properties: [] })),
    dependencies: [
      { ref: root['bom-ref'], dependsOn: [...shipped] },
      ...sbom.dependencies
        .filter(({ ref }) => isIn(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isIn) })),
    ],
  };
}
