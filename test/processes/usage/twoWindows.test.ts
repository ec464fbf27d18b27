import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageHistory } from '../../../src/usage/usageHistory';
import { OtherProcess } from '../../fixtures/otherProcess';
import { silentLogger } from '../../fixtures/silentLogger';

const program = `
import { UsageHistory } from './src/usage/usageHistory';
import { silentLogger } from './test/fixtures/silentLogger';
const [folder, model] = process.argv.slice(-2);
const history = new UsageHistory({ folder, now: Date.now, logger: silentLogger });
let credits = 0;
process.on('message', async ({ turns }) => {
  for (let turn = 0; turn < turns; turn++) {
    await history.record({ at: Date.now(), accountId: 'a', model, kind: 'chat', credits: credits++ });
  }
  process.send(credits);
});
process.send('ready');
`;

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('The history of what chats cost, written by several processes', () => {
  let folder: string;
  let windows: OtherProcess[];
  const open = async (model: string) => {
    const window = await OtherProcess.start(program, folder, model);
    windows.push(window);
    return window;
  };
  const kept = async () => {
    const history = new UsageHistory({ folder, now: Date.now, logger: silentLogger });
    const { turns, unreadable } = await history.read();
    const byModel = Map.groupBy(turns, ({ model }) => model);
    const creditsOf = (model: string) => byModel.get(model)?.map(({ credits }) => credits) ?? [];
    return { creditsOf, unreadable };
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-usage-'));
    windows = [];
  });
  afterEach(async () => {
    for (const window of windows) await window.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has each of 10,000 turns once, where one process is killed in the middle of its own', async () => {
    const [first, second] = [await open('first'), await open('second')];
    const writing = first.ask({ turns: 5000 });
    for (let batch = 0; batch < 25; batch++) await second.ask({ turns: 100 });
    const cutOff = second.ask({ turns: 100_000 });
    await second.kill();
    await Promise.race([cutOff, second.end()]);
    const third = await open('third');
    await Promise.all([writing, third.ask({ turns: 2500 })]);

    const { creditsOf, unreadable } = await kept();
    assert.deepEqual(creditsOf('first'), upTo(5000));
    assert.deepEqual(creditsOf('third'), upTo(2500));
    const ofKilled = creditsOf('second');
    assert.ok(ofKilled.length >= 2500);
    assert.deepEqual(ofKilled, upTo(ofKilled.length));
    assert.ok(unreadable <= 1, `${unreadable} lines are damaged`);
  });
});
