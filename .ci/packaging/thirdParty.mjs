// What other people have made of what is in the package.
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Not bundled, because it has a native part; it lies in the package as it is. */
const besides = ['node_modules/better-sqlite3/package.json'];

/** The packages of which anything is in the package: their folder, name, version, and license. Only after a build. */
export function shippedPackages() {
  const inputs = globSync('dist/*metafile.json').flatMap((file) =>
    sourcesOf(JSON.parse(readFileSync(file, 'utf8'))),
  );
  const folders = new Set([...inputs, ...besides].map(packageOf).filter((folder) => folder !== undefined));
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { folder, name, version, license };
  });
}

/** Names, versions and the texts of the licenses, as they ask for. */
export function notices() {
  const parts = shippedPackages().map(({ folder, name, version, license }) => {
    const texts = licenseFiles(folder).map((file) => readFileSync(file, 'utf8').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  const line = '-'.repeat(80);
  return `Kiro Models for Chat contains the following software of others.\n\n${line}\n\n${parts.join(`\n\n${line}\n\n`)}\n`;
}

/** What was bundled, and left more than nothing behind. */
function sourcesOf({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

function packageOf(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function licenseFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(basename(file)) && !file.includes('node_modules'))
    .filter((file) => !/\.[cm]?[jt]s$/.test(file))
    .map((file) => join(folder, file))
    .sort();
}
