import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { agentSessions } from '../../src/vscode/host/agentHost';
import { offerAgentSessions, tellOfAgentSessions } from '../../src/vscode/host/agentSessions';
import { MemoryMemento } from '../fixtures/memoryMemento';
import { Person } from './person';

const names = ['chat.agentHost.byokModels.enabled', 'chat.agentHost.allowSignedOutWhenUsable'];
const defaultKind = 'chat.defaultToCopilotHarness';
const desktop = { isPage: false };

describe('agent sessions', () => {
  let person: Person;
  before(function () {
    // An older VS Code lacks them, or reloads the window when one of them changes, which would end the tests.
    if (vscode.version.localeCompare('1.139', 'en', { numeric: true }) < 0) this.skip();
    person = new Person();
  });
  after(() => person?.leave());
  afterEach(async () => {
    person.presses.clear();
    person.heard();
    for (const name of [...names, defaultKind]) await choose(name, undefined);
  });

  const offer = async (memento: vscode.Memento, where = desktop) => {
    await offerAgentSessions(memento, where);
    return person.heard();
  };

  it('show Kiro models after one click, which names the settings, and another click takes that back', async () => {
    const memento = new MemoryMemento();
    assert.match(
      (await offer(memento)).join(),
      /^Kiro models are hidden in this kind of chat.* turns on chat\.agentHost\.byokModels\.enabled and chat\.agentHost\.allowSignedOut.*reloaded/,
    );
    assert.deepEqual(chosen(), [undefined, undefined]);
    assert.equal(agentSessions(desktop).models, 'hidden');
    person.presses.add('Show Them Here');
    assert.match((await offer(memento)).at(-1) ?? '', /are shown in agent sessions/);
    assert.deepEqual(chosen(), [true, true]);
    assert.equal(agentSessions(desktop).models, 'shown');
    person.presses.add('Undo');
    assert.match((await offer(memento)).at(-1) ?? '', /what they were before/);
    assert.deepEqual(chosen(), [undefined, undefined]);
  });

  it('leave the file of settings as it was, to the byte, once what was set is taken back', async function () {
    const file = join(homedir(), '..', 'server', 'data', 'User', 'settings.json');
    // A desktop VS Code keeps it elsewhere.
    if (!existsSync(file)) this.skip();
    const before = readFileSync(file, 'utf8');
    person.presses.add('Show Them Here');
    const memento = new MemoryMemento();
    await offer(memento);
    assert.notEqual(readFileSync(file, 'utf8'), before);
    person.presses.add('Undo');
    await offer(memento);
    assert.equal(readFileSync(file, 'utf8'), before);
  });

  it('stay as the person has chosen', async () => {
    const memento = new MemoryMemento();
    await choose(names[0] ?? '', false);
    person.presses.add('Show Them Here');
    await offer(memento);
    assert.deepEqual(chosen(), [false, true]);
    person.presses.add('Undo');
    await offer(memento);
    assert.deepEqual(chosen(), [false, undefined]);
  });

  it('are told of once where chats begin there, and not where the models are shown', async () => {
    assert.equal(agentSessions(desktop).areDefault, false);
    await choose(defaultKind, true);
    assert.deepEqual(agentSessions(desktop), { models: 'hidden', areDefault: true });
    const memento = new MemoryMemento();
    await tellOfAgentSessions(memento, desktop);
    await tellOfAgentSessions(memento, desktop);
    assert.equal(person.count(/hidden in this kind of chat/), 1);
  });

  it('cannot show them in a browser, so that nothing is set there', async () => {
    person.presses.add('Show Them Here');
    const [said, ...more] = await offer(new MemoryMemento(), { isPage: true });
    assert.match(said ?? '', /in a browser, VS Code shows no models of extensions/);
    assert.deepEqual(more, []);
    assert.deepEqual(chosen(), [undefined, undefined]);
  });
});

const configuration = () => vscode.workspace.getConfiguration();
const chosen = () => names.map((name) => configuration().inspect(name)?.globalValue);
const choose = (name: string, value: unknown) =>
  configuration().update(name, value, vscode.ConfigurationTarget.Global);
