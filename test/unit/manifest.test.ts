import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { overrides } from '../../src/vscode/settingOverrides';
import { commandTitle, signInMethods } from '../../src/vscode/signIn/signInMethods';

interface Manifest {
  enabledApiProposals?: unknown;
  contributes: {
    commands: { command: string; category: string; title: string; enablement?: string }[];
    configuration: { properties: Record<string, { scope: string }> };
    languageModelChatProviders: { vendor: string }[];
  };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const source = globSync('src/**/*.ts')
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');
const { commands, configuration, languageModelChatProviders } = manifest.contributes;
const matches = (pattern: RegExp) => new Set([...source.matchAll(pattern)].map((match) => match[1]));

describe('the manifest', () => {
  it('declares exactly the commands that the code registers', () => {
    const registered = matches(/^ +'(kiroModels\.\w+)': (?:async )?\(\w*\) =>/gm);
    assert.ok(registered.size > 0);
    const methods = signInMethods.map(({ command }) => command);
    assert.deepEqual(
      commands.map(({ command }) => command).toSorted(),
      [...registered, ...methods].toSorted(),
    );
  });

  for (const method of signInMethods) {
    it(`gives ${method.label} the title of the list of sign-in methods, off where a site allows imports only`, () => {
      const { title, enablement } = commands.find(({ command }) => command === method.command) ?? {};
      assert.equal(title, commandTitle(method));
      const isSignIn = method.kind === 'sign-in';
      assert.equal(enablement, isSignIn ? 'config.kiroModels.login.interactive' : undefined);
    });
  }

  it('declares every command that the code mentions', () => {
    const declared = commands.map(({ command }) => command);
    const mentioned = [...matches(/(?:command: |executeCommand\()'(kiroModels\.\w+)'/g)];
    assert.deepEqual(
      mentioned.filter((name) => !declared.includes(String(name))),
      [],
    );
  });

  it('declares exactly the settings that the code reads', () => {
    const read = [...matches(/\bthis\.(?:get|number|text)(?:<.*?>)?\('([\w.]+)'[,)]/g)].map(
      (name) => `kiroModels.${name}`,
    );
    assert.ok(read.length > 0);
    assert.deepEqual(new Set(Object.keys(configuration.properties)), new Set(read));
  });

  it('puts every command under one category of the palette', () => {
    assert.deepEqual(new Set(commands.map(({ category }) => category)), new Set(['Kiro Models']));
  });

  it('lets no workspace change a setting', () => {
    const scopes = Object.values(configuration.properties).map(({ scope }) => scope);
    assert.deepEqual(
      scopes.filter((scope) => scope !== 'machine' && scope !== 'application'),
      [],
    );
  });

  it('has each of its settings in the README, with the variable that overrides it', () => {
    const rows = readFileSync('README.md', 'utf8').matchAll(/^\| (`kiroModels\..*?) \|.*\| (.*)\|$/gm);
    const explained = [...rows].flatMap(([, names = '', variables = '']) => {
      // The first name of a row is whole, those after it are its neighbors: `kiroModels.sso.startUrl`, `.region`.
      const [first = '', ...more] = [...names.matchAll(/`(.*?)`/g)].map((match) => match[1] ?? '');
      const parent = first.slice(0, first.lastIndexOf('.'));
      const all = [first, ...more.map((name) => `${parent}${name}`)];
      return all.map((name) => [name, variables] as const);
    });
    assert.deepEqual(
      new Set(explained.map(([name]) => name)),
      new Set(Object.keys(configuration.properties)),
    );
    for (const [name, variables] of explained) {
      const variable = overrides[name.replace('kiroModels.', '')]?.names[0];
      if (variable) assert.ok(variables.includes(`\`${variable}\``), name);
    }
  });

  it('registers the vendor it declares', () => {
    assert.deepEqual(
      new Set(languageModelChatProviders.map(({ vendor }) => vendor)),
      matches(/export const vendor = '(\w+)'/g),
    );
  });

  it('asks for no proposed API', () => {
    assert.equal(manifest.enabledApiProposals, undefined);
  });
});
