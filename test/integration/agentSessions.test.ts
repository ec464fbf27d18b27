import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Person } from './person';

const names = ['chat.agentHost.byokModels.enabled', 'chat.agentHost.allowSignedOutWhenUsable'];

describe('agent sessions', () => {
  let person: Person;
  before(function () {
    // The oldest supported VS Code lacks one of them, or both.
    if (names.some((name) => configuration().inspect(name)?.defaultValue === undefined)) this.skip();
    person = new Person();
  });
  after(() => person?.leave());
  afterEach(async () => {
    person.presses.clear();
    await choose(undefined, undefined);
  });

  const run = async () => {
    await vscode.commands.executeCommand('kiroModels.showInAgentSessions');
    return person.heard();
  };

  it('show Kiro models after one click, which names the settings, and another click takes that back', async () => {
    assert.match(
      (await run()).join(),
      /turns on chat\.agentHost\.byokModels\.enabled and chat\.agentHost\.allowSignedOut/,
    );
    assert.deepEqual(chosen(), [undefined, undefined]);
    person.presses.add('Show Them There');
    assert.match((await run()).at(-1) ?? '', /are shown in agent sessions/);
    assert.deepEqual(chosen(), [true, true]);
    person.presses.add('Undo');
    assert.match((await run()).at(-1) ?? '', /what they were before/);
    assert.deepEqual(chosen(), [undefined, undefined]);
  });

  it('stay as the person has chosen', async () => {
    await choose(false, undefined);
    person.presses.add('Show Them There');
    await run();
    assert.deepEqual(chosen(), [false, true]);
    person.presses.add('Undo');
    await run();
    assert.deepEqual(chosen(), [false, undefined]);
  });
});

const configuration = () => vscode.workspace.getConfiguration();
const chosen = () => names.map((name) => configuration().inspect(name)?.globalValue);

async function choose(...values: (boolean | undefined)[]): Promise<void> {
  for (const [at, name] of names.entries()) {
    await configuration().update(name, values[at], vscode.ConfigurationTarget.Global);
  }
}
