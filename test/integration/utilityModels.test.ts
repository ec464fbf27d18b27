import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closing, text } from '../simulator/steps';
import { eventually, model, World } from './world';

const names = ['utilityModel', 'utilitySmallModel'] as const;
const use = 'Use Claude Haiku 4.5';
const offer =
  /Use Claude Haiku 4.5 from Kiro \(0\.4×\)\? This changes chat\.utilityModel and chat\.utilitySmallModel/;

describe('the models that VS Code asks for titles, summaries and commit messages', () => {
  let world: World;
  const chosenBefore = chosen();
  before(async () => {
    world = await World.create();
    await world.import(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    world.person.heard();
  });
  beforeEach(() => choose(undefined, undefined));
  afterEach(() => world.person.presses.clear());
  after(async () => {
    await choose(...chosenBefore);
    await world.end();
  });

  const reply = async () => {
    world.simulator.script(text('Hello.'), closing());
    const opus = await model('claude-opus-4.8');
    const response = await opus.sendRequest([vscode.LanguageModelChatMessage.User('Hi')]);
    for await (const part of response.text) assert.equal(part, 'Hello.');
  };
  const run = () => vscode.commands.executeCommand('kiroModels.setUtilityModels');

  it('are offered once after a reply in chat, the cheapest, and nothing changes unless the person says so', async () => {
    const { person } = world;
    await reply();
    await eventually(person.onDidHear, async () => person.count(offer) === 1);
    await reply();
    // Asks anew, and after whatever the second reply would have brought.
    await run();
    assert.equal(person.count(offer), 2);
    assert.deepEqual(chosen(), [undefined, undefined]);
  });

  it('are set by one click, and a second one takes them back', async () => {
    world.person.presses.add(use);
    await run();
    assert.deepEqual(chosen(), ['kiroModels/claude-haiku-4.5', 'kiroModels/claude-haiku-4.5']);
    assert.match(world.person.heard().at(-1) ?? '', /^Claude Haiku 4.5 from Kiro now writes/);
    world.person.presses.add('Undo');
    await run();
    assert.deepEqual(chosen(), [undefined, undefined]);
    assert.equal(world.person.heard().at(-1), 'VS Code’s utility models are what they were before.');
  });

  it('stay the person’s own where they chose one, and what they changed later is not taken back', async () => {
    await choose('copilot/gpt', undefined);
    world.person.presses.add(use);
    await run();
    assert.deepEqual(chosen(), ['copilot/gpt', 'kiroModels/claude-haiku-4.5']);
    await choose('copilot/gpt', 'copilot/small');
    world.person.heard();
    await run();
    assert.deepEqual(world.person.heard(), [
      'You have chosen VS Code’s utility models yourself. They stay as they are.',
    ]);
    assert.deepEqual(chosen(), ['copilot/gpt', 'copilot/small']);
  });
});

function chosen(): [string | undefined, string | undefined] {
  const [large, small] = names.map(
    (name) => vscode.workspace.getConfiguration('chat').inspect<string>(name)?.globalValue,
  );
  return [large, small];
}

async function choose(...values: (string | undefined)[]): Promise<void> {
  for (const [at, name] of names.entries()) {
    await vscode.workspace
      .getConfiguration('chat')
      .update(name, values[at], vscode.ConfigurationTarget.Global);
  }
}
