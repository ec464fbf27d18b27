// Says whether this state is the release of a tag: `node .ci/release/verify.mjs v1.2.3`. The version in package.json, its lock file
// and the newest entry of the changelog have to agree with the tag. Fails with a line for each that does not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [tag, folder = '.'] = process.argv.slice(2);
const read = (file) => readFileSync(join(folder, file), 'utf8');
const { version } = JSON.parse(read('package.json'));
const locked = JSON.parse(read('package-lock.json'));
const [, unreleased, ...entries] = read('CHANGELOG.md').split(/^## /m);
const [newest = ''] = entries;
const heading = newest.split('\n')[0];

const problems = [
  !/^v\d+\.\d+\.\d+$/.test(tag ?? '') && `“${tag ?? ''}” is no tag of a release, such as v1.2.3.`,
  tag !== `v${version}` && `package.json has version ${version}.`,
  [locked.version, locked.packages[''].version].some((one) => one !== version) &&
    `package-lock.json has version ${locked.version}.`,
  !unreleased?.startsWith('[Unreleased]') && 'The changelog does not begin with [Unreleased].',
  unreleased?.replace('[Unreleased]', '').trim() && 'The changelog has entries under [Unreleased].',
  !(heading.startsWith(`[${version}] - `) && /\d{4}-\d{2}-\d{2}$/.test(heading)) &&
    `The newest entry of the changelog is not “[${version}] - ” and a day.`,
  !newest.slice(heading.length).trim() && 'The newest entry of the changelog says nothing.',
].filter(Boolean);

for (const problem of problems) console.error(problem);
if (problems.length) process.exitCode = 1;
else console.log(`This is the release ${tag}.`);
