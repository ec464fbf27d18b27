import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';

interface Manifest {
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, unknown> };
  };
}

const document = readFileSync('SECURITY.md', 'utf8');
const source = globSync('src/**/*.ts')
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const { commands, configuration } = (JSON.parse(readFileSync('package.json', 'utf8')) as Manifest)
  .contributes;

/** Names that nothing is stored under: of what is shown, and of groups of settings. */
const shown = ['kiroModels.account', 'kiroModels.canSearch', 'kiroModels.fullLog', 'kiroModels.usage'];
const sections = Object.keys(configuration.properties).flatMap((name) => {
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
});
const others = new Set([...shown, ...sections, ...commands.map(({ command }) => command)]);

const tablesOf = (heading: string) =>
  (document.split(`**${heading}**`)[1] ?? '')
    .split('\n\n')
    .find((part) => part.startsWith('|'))
    ?.split('\n') ?? [];
/** What stands between backticks in the first column. */
const namesIn = (heading: string) =>
  tablesOf(heading).flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(.+?)`/g)].map(([, name]) => name?.replace('…', '') ?? ''),
  );

describe('SECURITY.md', () => {
  it('names every key that something is stored under, and no other', () => {
    const literals = [...source.matchAll(/'(kiroModels\.[\w.]+)'/g)].map(([, name]) => name ?? '');
    const stored = new Set(literals.filter((name) => !others.has(name)));
    assert.ok(stored.size > 20);
    assert.deepEqual([...namesIn('Secrets'), ...namesIn('State')].toSorted(), [...stored].toSorted());
  });

  it('names every file and folder of global storage, and no other', () => {
    const joined = source.matchAll(/\((?:shared|context\.globalStorageUri(?:\.fsPath)?|folder), '(\w+)'\)/g);
    const written = new Set([...joined].map(([, name]) => name ?? ''));
    assert.ok(written.has('usage'));
    assert.deepEqual(namesIn('Files').toSorted(), [...written].toSorted());
  });

  it('says of how much is kept what the code says', () => {
    assert.match(source, /const keptDays = 396;/);
    assert.match(source, /mostBytes \?\? 20e6/);
    assert.match(source, /const mostLines = 4000;.*slice\(-mostLines \/ 2\)/s);
    assert.match(source, /const mostRequests = 5;\s+const mostBytes = 8 \* 1024 \* 1024;/);
    for (const said of ['13 months, at most 20 MB', 'the last 2,000', 'last five requests and answers, 8 MB'])
      assert.ok(document.includes(said), said);
  });

  it('names each setting of VS Code that is changed', () => {
    const changed = [...source.matchAll(/^const names = \[(.*)\] as const;/gm)].flatMap(([, list = '']) =>
      [...list.matchAll(/'(.*?)'/g)].map(([, name]) => name ?? ''),
    );
    assert.equal(changed.length, 4);
    assert.deepEqual(
      changed.filter((name) => !document.includes(`\`${name}\``)),
      [],
    );
  });
});
