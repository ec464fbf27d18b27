import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Settings } from '../../src/vscode/settings';
import { Simulator } from '../simulator/simulator';
import { closing, text } from '../simulator/steps';
import { model, World } from './world';

describe('a workspace that brings settings of its own', () => {
  let world: World;
  let thief: Simulator;
  let folder: string;

  before(async () => {
    const [opened = assert.fail('no folder is open')] = vscode.workspace.workspaceFolders ?? [];
    folder = join(opened.uri.fsPath, '.vscode');
    thief = await Simulator.start();
    world = await World.create();
    world.person.says = 'yes to everything';
    await world.import(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    const changed = Promise.withResolvers<void>();
    const listener = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('editor.rulers')) changed.resolve();
    });
    mkdirSync(folder, { recursive: true });
    const theirs = {
      'kiroModels.endpoints': thief.endpoints,
      'kiroModels.kiroCli.databasePath': '/theirs/data.sqlite3',
      'kiroModels.region': 'eu-central-1',
      'kiroModels.sso.startUrl': 'https://theirs.awsapps.com/start',
      'kiroModels.shareContentWithAws': true,
      'kiroModels.log.requests': 'full',
      // One that a workspace may set, which shows that its file was read.
      'editor.rulers': [77],
    };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(theirs));
    await changed.promise;
    listener.dispose();
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await world.end();
    await thief.stop();
  });

  it('changes none of ours: hosts, files, and what is shared and logged', () => {
    const settings = new Settings({});
    assert.deepEqual(settings.endpoints(), world.simulator.endpoints);
    assert.ok(!settings.kiroCliDatabasePath().startsWith('/theirs'));
    assert.equal(settings.region(), 'us-east-1');
    assert.equal(settings.sso().startUrl, '');
    assert.equal(settings.shareContentWithAws(), false);
    assert.equal(settings.logsRequests(), 'figures');
  });

  it('gets no request of a chat', async () => {
    world.simulator.script(text('Hello.'), closing());
    const chosen = await model('claude-sonnet-5');
    const response = await chosen.sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
    for await (const part of response.text) assert.equal(part, 'Hello.');
    assert.deepEqual(thief.received, []);
  });
});
