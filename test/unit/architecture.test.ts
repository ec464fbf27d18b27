import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** What each folder of `src` may import, besides itself and `node:` builtins. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  auth: ['base'],
  import: ['auth/credentials', 'auth/pastedCredentials', 'auth/startUrl', 'base'],
  kiro: ['base'],
  usage: ['base'],
  scm: [],
  accounts: ['auth', 'import', 'base', 'type kiro/transport/session'],
  doctor: ['accounts', 'import', 'auth', 'kiro', 'base'],
  vscode: ['doctor', 'accounts', 'import', 'auth', 'kiro', 'usage', 'scm', 'base', 'vscode'],
};

/** Packages that only one place may know. */
const soleImporters: Readonly<Record<string, string>> = {
  'better-sqlite3': 'import/kiroCli/sqlite',
  'node:sqlite': 'import/kiroCli/sqlite',
  '@jimp/core': 'kiro/chat/request/pictures/fitPictures',
  '@jsquash/webp/decode.js': 'kiro/chat/request/pictures/webp',
  oauth4webapi: 'auth/externalIdp',
  '@smithy/core/event-streams': 'kiro/chat/response/frames',
};

/** What stands at the edge and uses nothing of VS Code, and why it stands there. */
const withoutVsCode: Readonly<Record<string, string>> = {
  'vscode/messages/': 'sentences are shown by the edge only, and tested as texts',
  'vscode/chat/conversationId':
    'what it knows is how the host names a conversation, and it is tested by requests alone',
  'vscode/chat/requestKinds': 'what it knows is how the host asks, and it is tested by requests alone',
  'vscode/chat/turnWatcher': 'it is a part of the provider, and tested by requests and replies alone',
  'vscode/settingOverrides': 'the manifest and the documents are tested against it',
  'vscode/signIn/organizationSignIn':
    'what it shows comes in as functions, so that it is tested without a window',
  'vscode/signIn/signInMethods': 'the manifest is tested against it',
};

/** Texts that a person reads and that stand elsewhere than in `vscode/messages/`, and why. By the beginning of a module's name. */
const ownTexts: Readonly<Record<string, string>> = {
  'vscode/chat/modelInformation': 'what a model can be set to, beside the values that are sent',
  'vscode/scm/git': 'the words of Git’s own diffs, for a model to read',
  'vscode/signIn/signInMethods': 'the one list of the methods, which the manifest is tested against',
};

/** Names that are the same in every language. */
const properNames = ['Kiro Models', 'Kiro Models for Chat', 'GitHub.copilot-chat'];

/** More is a question: whether what came replaced something, and what can go. */
const mostFilesInAFolder = 15;
const mostLines = 24_500;

/** Globals of the process; they enter in one place and are passed on. */
const processGlobals =
  /\b(Date\.now\(|process\.(env|platform)|homedir\(|globalThis\.fetch|[^.\w]fetch\(|Math\.random\()/;

interface Import {
  module: string;
  target: string;
  isType: boolean;
}

const modules = globSync('src/**/*.ts').map((file) => ({
  name: file
    .replaceAll('\\', '/')
    .replace(/^src\//, '')
    .replace(/\.ts$/, ''),
  text: readFileSync(file, 'utf8'),
}));

function importsOf(module: string, text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g);
  return [
    ...[...statements].map(([, type, target]) => ({
      module,
      target: resolve(module, target ?? ''),
      isType: !!type,
    })),
    ...[...dynamic].map(([, target]) => ({ module, target: resolve(module, target ?? ''), isType: false })),
  ];
}

function resolve(module: string, target: string): string {
  return target.startsWith('.') ? posix.join(posix.dirname(module), target) : target;
}

/** The string and template literals of a module; what is written to the log, and code inside of a template, is left out. */
function textsOf(source: string): string[] {
  const comment = /\/\*[\s\S]*?\*\/|\/\/.*/;
  const literal =
    /(?<isLogged>\blog(?:ger)?\.\w+\(\s*)?(?:(?<quote>['"])(?<text>(?:\\.|(?!\k<quote>).)*)\k<quote>|`(?<template>(?:\\.|[^`\\])*)`)/;
  const found = source.matchAll(new RegExp(`${comment.source}|${literal.source}`, 'g'));
  return [...found].flatMap(({ groups }) => {
    const text = groups?.text ?? groups?.template;
    return text === undefined || groups?.isLogged ? [] : [text.replace(/\$\{[^{}]*\}/g, '…')];
  });
}

/** Whether a text begins as a sentence or a label does, after an icon or a value, or has words with blanks between them. */
const isForPeople = (text: string) =>
  /^(?:\$\([\w-]+\) )?…?\p{Lu}\p{Ll}|[\p{Ll},] \p{Ll}/u.test(text) && !properNames.includes(text);

/** Who writes for a person: all of it goes through `t`. The log is English, and so is what leads to it. */
const translated =
  /^(?:vscode\/messages\/(?!logWords)|usage\/page\/|doctor\/doctorPage$|vscode\/chat\/modelInformation$)/;

/** Names that stand in a text, and what is English for everybody: what a model is asked, and what is copied for a report. */
const notTranslated = [
  ...['Kiro CLI', 'GitHub', 'Github', '$(error) Kiro'],
  ...['Hello', 'its place', 'the gateway of kiroModels.endpoints'],
];

/** The texts of a module that are read as they stand there, in literals and in the markup of a page. */
function untranslatedTexts(source: string): string[] {
  const code = source.replace(/\bt\(\s*(?:'(?:\\.|[^'\\])*'|"[^"]*")/g, 't(');
  const inMarkup = code.matchAll(/(?:>|aria-label=")\s*(\p{Lu}\p{Ll}[^<>${}"=]*)(?=[<"])/gu);
  return [
    ...textsOf(code).filter((text) => !/[<{]/.test(text) && isForPeople(text)),
    ...[...inMarkup].map(([, text]) => text ?? ''),
  ];
}

const imports = modules.flatMap(({ name, text }) => importsOf(name, text));
const folderOf = (module: string) => module.split('/')[0] ?? '';

describe('architecture', () => {
  it('reads the imports it is about', () => {
    assert.ok(
      imports.some(({ module, target }) => module === 'createUi' && target === 'vscode/chat/chatProvider'),
    );
    assert.ok(imports.some(({ target, isType }) => target === 'kiro/transport/session' && isType));
  });

  it('lets each folder import only what lies below it', () => {
    const wrong = imports.filter(({ module, target, isType }) => {
      const rules = allowed[folderOf(module)];
      const isOurs = folderOf(target) in allowed || target === 'vscode';
      if (!rules || !isOurs || folderOf(target) === folderOf(module)) {
        return target === 'vscode' && rules !== undefined && !rules.includes('vscode');
      }
      return !rules.some((rule) => {
        const path = rule.replace(/^type /, '');
        return (target === path || target.startsWith(`${path}/`)) && (isType || !rule.startsWith('type '));
      });
    });
    assert.deepEqual(wrong, []);
  });

  it('keeps packages that matter behind one module each', () => {
    const wrong = imports.filter(({ module, target, isType }) => {
      const sole = soleImporters[target];
      return sole !== undefined && sole !== module && !isType;
    });
    assert.deepEqual(wrong, []);
  });

  it('takes the globals of the process in extension.ts only', () => {
    const wrong = modules
      .filter(({ name }) => name !== 'extension')
      .filter(({ text }) => processGlobals.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
      .map(({ name }) => name);
    assert.deepEqual(wrong, []);
  });

  it('uses VS Code in each module of its edge, or says why one is there', () => {
    const edge = modules.filter(({ name }) => folderOf(name) === 'vscode').map(({ name }) => name);
    const users = new Set(imports.filter(({ target }) => target === 'vscode').map(({ module }) => module));
    const excused = (name: string) => Object.keys(withoutVsCode).some((reason) => name.startsWith(reason));
    assert.deepEqual(
      edge.filter((name) => !users.has(name) && !excused(name)),
      [],
    );
    const stale = Object.keys(withoutVsCode).filter(
      (reason) => !edge.some((name) => name.startsWith(reason) && !users.has(name)),
    );
    assert.deepEqual(stale, []);
  });

  it('has what a person reads in vscode/messages only, or says why it is elsewhere', () => {
    const textsIn = (name: string) =>
      textsOf(modules.find((module) => module.name === name)?.text ?? '').filter(isForPeople);
    assert.ok(textsIn('vscode/messages/accountDialogs').includes('Sign out of {0}?'));
    assert.ok(textsIn('vscode/messages/signInDialogs').includes('How do you sign in to Kiro?'));

    const edge = modules
      .map(({ name }) => name)
      .filter((name) => folderOf(name) === 'vscode' || !name.includes('/'))
      .filter((name) => !name.startsWith('vscode/messages/'));
    const excused = (name: string) => Object.keys(ownTexts).some((reason) => name.startsWith(reason));
    const wrong = edge
      .filter((name) => !excused(name))
      .flatMap((name) => textsIn(name).map((text) => `${name}: ${text}`));
    assert.deepEqual(wrong, []);
    const stale = Object.keys(ownTexts).filter(
      (reason) => !edge.some((name) => name.startsWith(reason) && textsIn(name).length > 0),
    );
    assert.deepEqual(stale, []);
  });

  it('translates what a person reads', () => {
    assert.deepEqual(untranslatedTexts("a = [t('Sign out'), 'Sign in', html`<b>Sign up</b>`]"), [
      'Sign in',
      'Sign up',
    ]);
    const wrong = modules
      .filter(({ name }) => translated.test(name))
      .flatMap(({ name, text }) =>
        untranslatedTexts(text)
          .filter((found) => !notTranslated.includes(found))
          .map((found) => `${name}: ${found}`),
      );
    assert.deepEqual(wrong, []);
  });

  it('has no two modules of one name', () => {
    const names = modules.map(({ name }) => posix.basename(name));
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  it('has small folders, each with one module that begins by saying what lives there', () => {
    const folders = Map.groupBy(modules, ({ name }) => posix.dirname(name));
    for (const [folder, inside] of folders) {
      assert.ok(inside.length <= mostFilesInAFolder, `${folder}: ${inside.length} files`);
      const main = inside.filter(({ text }) => text.startsWith('/**\n'));
      assert.equal(main.length, 1, `${folder}: ${main.map(({ name }) => name).join(', ')}`);
    }
  });

  it('does not grow unnoticed', () => {
    const lines = modules.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
    assert.ok(lines <= mostLines, `${lines} lines`);
  });

  it('has hooks inside of a describe only: outside they run around every test of the process', () => {
    const files = globSync('test/**/*.test.ts');
    assert.ok(files.length > 50);
    const wrong = files.filter((file) => /^(before|after)(Each)?\(/m.test(readFileSync(file, 'utf8')));
    assert.deepEqual(wrong, []);
  });
});
