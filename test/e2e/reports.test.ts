import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSavedRequest } from '../../src/kiro/chat/recording/savedRequest';
import { replay } from '../fixtures/replay';
import type { ChatView } from '../host/chatView';
import { eventually } from '../host/retry';
import type { Workbench } from '../host/workbench';
import { closing, reasoning, text } from '../simulator/steps';
import { extensionLogs } from './evidence';
import { useWorld, type World } from './world';

const prompt = 'Where is the treasure?';
const reply = 'Under the old oak.';

describe('a person who reports a problem', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;

  useWorld({}, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
  });

  const log = () => [...extensionLogs(world.host.root).values()].join('\n');

  const told = () => log().match(/Claude Sonnet 5 \(account/g) ?? [];
  /** Each answer of which the figures are kept. */
  const kept = () => {
    const folder = join(world.host.storageOf('kiro-chat-models.kiro-chat-models'), 'usage');
    return globSync('*.jsonl', { cwd: folder }).flatMap((name) =>
      readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean),
    );
  };

  async function asked(): Promise<void> {
    world.simulator.script(
      reasoning(['Oak.']),
      text(reply),
      closing({ input: 900, output: 100, cacheRead: 2700 }, 1.25),
    );
    await chat.ask(prompt);
    await chat.waitForAnswer();
  }

  it('finds one line in the log for their answer, and neither their words nor their address', async () => {
    await asked();
    assert.match(
      log(),
      /Claude Sonnet 5 \(account [0-9a-f]{8}\): 3,600 tokens in, 75% of them from the cache, 100 out, 1\.25 credits, first token after .* request [\w-]+\./,
    );
    assert.doesNotMatch(log(), /treasure|old oak|dev@example/);
  });

  it('saves the request for an issue, and whoever has the file sees the same parts come of it', async () => {
    await window.runCommand('Kiro Models: Save Last Request…');
    const file = join(world.host.home, 'kiro-request.json');
    await window.quickInput.saveOffered(file);
    await window.notification('The request was saved to');
    await window.screenshot('request-saved');
    const saved = readFileSync(file, 'utf8');
    assert.doesNotMatch(saved, /treasure|old oak|dev@example/);
    for (const secret of world.simulator.issuedSecrets) assert.ok(!saved.includes(secret));
    const { parts, failure, violations } = await replay(parseSavedRequest(saved));
    assert.deepEqual(
      parts.map(({ kind }) => kind),
      ['thinking', 'thinkingEnd', 'text', 'usage'],
    );
    assert.equal(failure, undefined);
    assert.deepEqual(violations, []);
  });

  it('reads in the status bar that the log has their words, as long as it has', async () => {
    world.host.changeMachineSettings({ 'kiroModels.log.requests': 'full' });
    const item = window.statusBarItem('Logging prompts');
    await item.waitFor();
    await window.screenshot('log-full');
    await asked();
    assert.match(log(), /Sent: \{"conversationState".*treasure/);
    assert.match(log(), /Received: Under the old oak\./);
    for (const secret of world.simulator.issuedSecrets) assert.ok(!log().includes(secret));
    world.host.changeMachineSettings({ 'kiroModels.log.requests': 'figures' });
    await item.waitFor({ state: 'hidden' });
  });

  it('finds neither a line nor a figure of an answer while they have turned both off', async () => {
    const figures = () => [told().length, kept().length];
    await asked();
    await eventually(() => assert.equal(kept().length, told().length));
    const before = told().length;
    await world.changeMachineSettings({
      'kiroModels.log.requests': 'off',
      'kiroModels.usage.keepHistory': false,
    });
    await asked();
    await world.changeMachineSettings({
      'kiroModels.log.requests': 'figures',
      'kiroModels.usage.keepHistory': true,
    });
    await asked();
    await eventually(() => assert.deepEqual(figures(), [before + 1, before + 1]));
  });
});
