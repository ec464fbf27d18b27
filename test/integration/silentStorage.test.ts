import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { AccountStore, accountKey } from '../../src/accounts/storage/accountStore';
import { activate } from '../../src/extension';
import { MemoryMemento } from '../fixtures/memoryMemento';
import { Person } from './person';

type Command = (...args: unknown[]) => Promise<void>;

/** What answers from accounts, or makes one. */
const commandsOfAccounts = [
  'kiroModels.addAccount',
  'kiroModels.signInGoogle',
  'kiroModels.importFromKiroCli',
  'kiroModels.switchAccount',
  'kiroModels.signInAgain',
  'kiroModels.checkAccounts',
  'kiroModels.removeSignedOutAccounts',
  'kiroModels.signOut',
  'kiroModels.exportAccounts',
  'kiroModels.repairStorage',
];

/** A keyring that asks for its password on another screen: it lists what it keeps, and never hands it over. */
const silentSecrets: vscode.SecretStorage = {
  keys: async () => [`${accountKey}ana`],
  get: () => new Promise(() => undefined),
  store: () => new Promise(() => undefined),
  delete: () => new Promise(() => undefined),
  onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
};

function ownExtension(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('kiro-chat-models.kiro-chat-models');
  assert.ok(extension, 'not found');
  return extension;
}

/** What VS Code gives the extension, with another secret storage. */
function contextIn(folder: string): vscode.ExtensionContext {
  const extension = ownExtension();
  const globalState = new MemoryMemento();
  const globalStorageUri = vscode.Uri.file(folder);
  const given = { extension, globalState, globalStorageUri, secrets: silentSecrets, subscriptions: [] };
  return given as unknown as vscode.ExtensionContext;
}

/** What `work` registers. It is not passed on: the extension that runs in this window has those names. */
async function registeredBy(work: () => void | Promise<void>) {
  const commands = new Map<string, Command>();
  const providers = new Map<string, vscode.LanguageModelChatProvider>();
  const { registerCommand } = vscode.commands;
  const { registerLanguageModelChatProvider } = vscode.lm;
  const taken = new vscode.Disposable(() => undefined);
  Object.assign(vscode.commands, {
    registerCommand: (id: string, run: Command) => commands.set(id, run) && taken,
  });
  Object.assign(vscode.lm, {
    registerLanguageModelChatProvider: (vendor: string, provider: vscode.LanguageModelChatProvider) =>
      providers.set(vendor, provider) && taken,
  });
  try {
    await work();
  } finally {
    Object.assign(vscode.commands, { registerCommand });
    Object.assign(vscode.lm, { registerLanguageModelChatProvider });
  }
  return { commands, providers };
}

describe('an extension whose secret storage never answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-silent-'));
  const context = contextIn(folder);
  let person: Person;
  let registered: Awaited<ReturnType<typeof registeredBy>>;
  let first: string;

  before(async () => {
    // What registers meanwhile is ours alone.
    await ownExtension().activate();
    person = new Person();
    // Begun before, so that whatever `activate` reads of the storage is given up later.
    const givenUp = new AccountStore(silentSecrets, () => Date.now())
      .list()
      .catch(() => 'a reading was given up');
    registered = await registeredBy(async () => {
      const activated = Promise.resolve(activate(context)).then(() => 'activated');
      first = String(await Promise.race([activated, givenUp]));
    });
  });
  after(() => {
    person.leave();
    // VS Code has one log of that name, which the extension of this window goes on writing to.
    const own = context.subscriptions.filter((one) => !('logLevel' in one));
    for (const one of own.toReversed()) one.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is activated without waiting for it', () => {
    assert.equal(first, 'activated');
  });

  it('has its models’ provider and every command of the manifest registered', () => {
    const { contributes } = context.extension.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const declared = contributes.commands.map(({ command }) => command);
    assert.deepEqual([...registered.providers.keys()], ['kiroModels']);
    assert.deepEqual([...registered.commands.keys()].sort(), declared.sort());
  });

  it('says why where a person asks for something, and lists no model', async function () {
    // It gives up a reading after ten seconds.
    this.timeout(40_000);
    const provider = registered.providers.get('kiroModels');
    const listed = provider?.provideLanguageModelChatInformation(
      { silent: true },
      new vscode.CancellationTokenSource().token,
    );
    await Promise.all(commandsOfAccounts.map((id) => registered.commands.get(id)?.()));
    assert.deepEqual(await listed, []);
    const heard = person.heard();
    assert.equal(heard.length, commandsOfAccounts.length, heard.join('\n'));
    for (const sentence of heard) assert.match(sentence, /^VS Code’s secret storage is not available/);
  });
});
