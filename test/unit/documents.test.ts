import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Hosts } from '../../src/kiro/transport/hosts';
import { overrides } from '../../src/vscode/settingOverrides';
import { readManifest } from '../fixtures/manifest';
import { sourceOf } from '../fixtures/sources';

interface Setting {
  readonly default: unknown;
  readonly enum?: readonly string[];
}
interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly { readonly title: string; readonly category: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
}

const read = (file: string) => readFileSync(file, 'utf8');
const { engines, scripts, contributes } = readManifest<Manifest>();
const { properties } = contributes.configuration;
const source = sourceOf();
/** The changelog tells of what was, the table of faults is written by a test. */
const documents = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md'],
  ...['docs/chat-kinds.md', 'docs/release.md'],
].map((name) => [name, read(name)] as const);
const readme = read('README.md');

/** What all documents have of a kind, and where. */
function found(pattern: RegExp): { document: string; parts: string[] }[] {
  const all = documents.flatMap(([document, text]) =>
    [...text.replace(/([^\n|])\n(?! *[-|#])\s*/g, '$1 ').matchAll(pattern)].map((match) => ({
      document,
      parts: [...match].slice(1).map((part) => part ?? ''),
    })),
  );
  assert.ok(all.length > 10, `${all.length} matches of ${pattern}`);
  return all;
}

/** The slug that a heading is linked by. */
const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-');

describe('the documents', () => {
  it('name commands as the palette has them, and items as the status bar has them', () => {
    const titles = new Set(contributes.commands.map(({ category, title }) => `${category}: ${title}`));
    const unknown = found(/\*(Kiro Models: [^*]+)\*/g).filter(
      ({ parts: [title = ''] }) => !titles.has(title) && !source.includes(`'${title}'`),
    );
    assert.deepEqual(unknown, []);
  });

  it('link to files, pictures, and headings that are there', () => {
    const broken = found(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g).filter(
      ({ document, parts: [path, heading] }) => {
        const file = path ? join(dirname(document), path) : document;
        if (!existsSync(file)) return true;
        const headings = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slugOf(title));
        return heading !== '' && !headings.includes(heading ?? '');
      },
    );
    assert.deepEqual(broken, []);
  });

  it('name scripts that there are', () => {
    const unknown = found(/npm (?:run )?(start|test|[\w]+:\w+|(?<=run )\w+)\b/g).filter(
      ({ parts: [name = ''] }) => !scripts[name],
    );
    assert.deepEqual(unknown, []);
  });

  it('name settings, stored keys, and environment variables that there are', () => {
    const named = found(/(?<![\w.])(kiroModels\.[a-z]\w*(?:\.[a-z]\w*)?|KIRO(?:CLI)?_[A-Z_]+\w)/g);
    const tests = sourceOf('test/host/*.ts') + sourceOf('test/{fuzz,faults}/**/*.ts');
    const unknown = named.filter(
      ({ parts: [name = ''] }) =>
        !(name in properties) && !source.includes(`'${name}`) && !tests.includes(`'${name}'`),
    );
    assert.deepEqual(unknown, []);
  });
});

describe('the README', () => {
  /** The rows of the table of settings: the names, what it says of them, and the variables. */
  const rows = [...readme.matchAll(/^\| (`kiroModels\..*?) \| (.*) \| (.*)\|$/gm)].map(
    ([, names = '', description = '', variables = '']) => {
      // The first name of a row is whole, those after it are its neighbors: `kiroModels.sso.startUrl`, `.region`.
      const [first = '', ...more] = [...names.matchAll(/`(.*?)`/g)].map((match) => match[1] ?? '');
      const parent = first.slice(0, first.lastIndexOf('.'));
      return { names: [first, ...more.map((name) => `${parent}${name}`)], description, variables };
    },
  );

  it('has each setting, with the variable that overrides it', () => {
    assert.deepEqual(new Set(rows.flatMap(({ names }) => names)), new Set(Object.keys(properties)));
    for (const { names, variables } of rows) {
      for (const name of names) {
        const variable = overrides[name.replace('kiroModels.', '')]?.names[0];
        if (variable) assert.ok(variables.includes(`\`${variable}\``), name);
      }
    }
  });

  it('says of each setting what it is where nobody set it, and all that it can be', () => {
    for (const { names, description } of rows) {
      const settings = names.map((name) => properties[name]);
      const [, said = ''] = /\(([^()]*)\)$/.exec(description) ?? [];
      const values = settings.map((setting) => sayingOf(setting?.default));
      // Where there is no value, the sentence says what that means.
      if (values.every((value) => value !== undefined)) assert.equal(said, values.join(', '), names[0]);
      // AWS's regions are too many for a table.
      const choices = names.includes('kiroModels.region')
        ? []
        : settings.flatMap((setting) => setting?.enum ?? []);
      for (const value of choices) assert.ok(description.includes(`\`${value}\``), `${names[0]}: ${value}`);
    }
  });

  it('names the hosts that the code asks', () => {
    const named = [...readme.matchAll(/`([\w.<>-]+\.(?:kiro\.dev|amazonaws\.com))`/g)].map(
      ([, host]) => host,
    );
    const session = { accountId: 'a', accessToken: '', region: 'us-east-1' };
    const hosts = new Hosts(() => ({}));
    const ofServices = (['runtime', 'management'] as const).flatMap((one) => hosts.candidates(one, session));
    const fixed = [...source.matchAll(/'https:\/\/([\w.-]+\.kiro\.dev)[/']/g)].map(([, host]) => host);
    const oidc = /`https:\/\/oidc\.\$\{region}\.\$\{awsDomain\(region\)}`/.test(source);
    assert.ok(fixed.length > 0 && oidc);
    const ofRegion = [...ofServices, 'https://oidc.us-east-1.amazonaws.com'].map((url) =>
      new URL(url).host.replace('us-east-1', '<region>'),
    );
    assert.deepEqual(new Set(named), new Set([...ofRegion, ...fixed]));
  });

  it('names the oldest VS Code that it can be installed in', () => {
    const [, version] = /^\^(\d+\.\d+)\./.exec(engines.vscode) ?? [];
    assert.ok(readme.includes(`It needs VS Code ${version} or newer`));
  });

  it('quotes what a person sees as it is said', () => {
    const quoted = [...readme.matchAll(/^\| \*(.+?)\*.* \| .* \|$/gm)].map(([, text = '']) => text);
    const ours = quoted.filter((text) => text !== 'Sign in to use GitHub Copilot');
    assert.ok(ours.length > 3);
    const said = sourceOf('src/vscode/messages/*.ts').split('\n');
    const unsaid = ours.filter((text) => {
      const parts = text.split('…').map((part) => part.trim().replace(/[.?]/g, '\\$&'));
      return !said.some((line) => new RegExp(parts.join('.+')).test(line));
    });
    assert.deepEqual(unsaid, []);
  });
});

/** How the table says a default; undefined where there is none, which the description explains. */
function sayingOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? `\`${value}\`` : undefined;
}
