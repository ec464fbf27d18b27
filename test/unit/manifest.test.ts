import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { commandTitle, signInMethods } from '../../src/vscode/signIn/signInMethods';
import { manifestTexts, readManifest } from '../fixtures/manifest';
import { sourceOf } from '../fixtures/sources';

interface Manifest {
  enabledApiProposals?: unknown;
  extensionKind: string[];
  browser?: string;
  scripts: Record<string, string>;
  contributes: {
    commands: { command: string; category: string; title: string; enablement?: string }[];
    configuration: { properties: Record<string, { scope: string }> };
    languageModelChatProviders: { vendor: string }[];
    walkthroughs: { steps: { description: string; media: { svg: string }; completionEvents: string[] }[] }[];
  };
}

const raw = readFileSync('package.json', 'utf8');
const manifest = readManifest<Manifest>();
const source = sourceOf();
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

  it('registers the vendor it declares', () => {
    assert.deepEqual(
      new Set(languageModelChatProviders.map(({ vendor }) => vendor)),
      matches(/export const vendor = '(\w+)'/g),
    );
  });

  it('has each text that a person reads in package.nls.json, and no other there', () => {
    const named = [...raw.matchAll(/"%(.*?)%"/g)].map(([, key]) => key);
    assert.deepEqual(new Set(named), new Set(Object.keys(manifestTexts)));
    // What a model reads of a tool is in the language of its instructions.
    const forPeople = raw.replace(/"modelDescription": .*|"inputSchema": {[\s\S]*?\n {8}}/g, '');
    const inPlace = [...forPeople.matchAll(/"(?:title|altText|\w*[dD]escription)": "(?!%)(.*)"/g)].map(
      ([, text]) => text,
    );
    assert.deepEqual(inPlace, ['Kiro Models for Chat']);
    assert.doesNotMatch(raw, /"enumDescriptions": \[\s*"(?!%)/);
  });

  it('ticks the steps of the walkthrough by what the code reaches, and shows pictures that are there', () => {
    const steps = manifest.contributes.walkthroughs.flatMap((one) => one.steps);
    assert.ok(steps.length > 0);
    const reached = [...matches(/\breached\('(\w+)'\)/g)].map((name) => `onContext:kiroModels.${name}`);
    const events = steps.flatMap(({ completionEvents }) => completionEvents);
    const contexts = events.filter((event) => event.startsWith('onContext:'));
    assert.deepEqual(new Set(contexts), new Set(reached));
    const linked = steps.flatMap(({ description }) =>
      [...description.matchAll(/\(command:(.*?)\)/g)].map(([, command = '']) => command),
    );
    const declared = commands.map(({ command }) => command);
    const ours = [...linked, ...events.map((event) => event.replace('onCommand:', ''))];
    for (const command of ours.filter((one) => one.startsWith('kiroModels.'))) {
      assert.ok(declared.includes(command), command);
    }
    for (const { media } of steps) assert.ok(existsSync(media.svg), media.svg);
  });

  it('asks for no proposed API, and to run where the files are, which takes a Node of its own', () => {
    assert.equal(manifest.enabledApiProposals, undefined);
    assert.deepEqual([manifest.extensionKind, manifest.browser], [['workspace'], undefined]);
  });

  it('runs each suite in `npm test`', () => {
    const { test = '', ...others } = manifest.scripts;
    const suites = Object.entries(others).filter(([, script]) => /mocha|integration\.js/.test(script));
    const inTest = suites.filter(([name]) => `${test} ${others['check']}`.includes(`npm run ${name}`));
    assert.deepEqual(
      suites.filter((suite) => !inTest.includes(suite)).map(([name]) => name),
      // Runs as long as one likes.
      ['fuzz'],
    );
    assert.ok(inTest.length > 5);
  });
});
