import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chatOf, lineOf, type Turn } from '../../../src/usage/turn';
import { UsageHistory } from '../../../src/usage/usageHistory';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 26, 12);
const turn: Turn = { at: now, accountId: 'account-1', model: 'claude-sonnet-5', kind: 'chat', credits: 0.5 };

describe('the history of what chats cost', () => {
  let folder: string;
  let warnings: string[];
  function history(more: { now?: () => number; mostBytes?: number } = {}): UsageHistory {
    const say = () => undefined;
    const logger = {
      trace: say,
      debug: say,
      info: say,
      warn: (text: string) => warnings.push(text),
      error: say,
    };
    return new UsageHistory({ folder, now: () => now, logger, ...more });
  }
  const today = () => join(folder, '2026-11-26.jsonl');

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'kiro-usage-')), 'usage');
    warnings = [];
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  it('is empty before the first turn, and makes no folder until there is one', async () => {
    assert.deepEqual(await history().read(), { turns: [], unreadable: 0 });
    assert.deepEqual(readdirSync(join(folder, '..')), []);
    assert.deepEqual(warnings, []);
  });

  it('gives back every figure of a turn, and leaves out what is not known', async () => {
    const whole: Turn = {
      ...turn,
      ...{ effort: 'high', kind: 'subagent', chat: chatOf('conversation'), input: 1, output: 2, cached: 3 },
      ...{ firstPartMs: 4, durationMs: 5 },
    };
    const kept = history();
    await kept.record(whole);
    await kept.record(turn);
    assert.deepEqual((await kept.read()).turns, [whole, turn]);
    assert.deepEqual((await history().read()).turns, [whole, turn]);
  });

  it('takes nothing that is no figure of a turn', async () => {
    const secret = 'a word of a prompt';
    const more = { ...turn, prompt: secret, path: secret, token: secret, input: secret };
    await history().record(more as unknown as Turn);
    assert.ok(!readFileSync(today(), 'utf8').includes(secret));
    assert.deepEqual((await history().read()).turns, [turn]);
    assert.ok(!chatOf(secret).includes(secret));
  });

  it('loses one line to a crash in the middle of it, and none to what came before or after', async () => {
    await history().record(turn);
    appendFileSync(today(), `\n${lineOf(turn).slice(0, 40)}`);
    await history().record({ ...turn, credits: 2 });
    assert.deepEqual(await history().read(), { turns: [turn, { ...turn, credits: 2 }], unreadable: 1 });
  });

  it('passes over lines of a newer version and figures that are none, and keeps the lines', async () => {
    const lines = [
      { ...turn, v: 2 },
      { ...turn, v: 1, credits: -1, input: 'many', durationMs: null, cached: '1e999' },
      { ...turn, v: 1, at: now + 3 * day },
      { ...turn, v: 1, at: 'yesterday' },
    ].map((line) => JSON.stringify(line).replace('"1e999"', '1e999'));
    mkdirSync(folder);
    writeFileSync(today(), `${lines.join('\n')}\nno JSON\n\0\0`);
    const { credits: _credits, ...bare } = turn;
    const { turns, unreadable } = await history().read();
    assert.deepEqual([turns.map(lineOf), unreadable], [[lineOf(bare)], 4]);
    await history().record(turn);
    assert.ok(readFileSync(today(), 'utf8').startsWith(lines[0] ?? '?'));
  });

  it('sets aside what stands where its file should, and begins anew', async () => {
    mkdirSync(today(), { recursive: true });
    await history().record(turn);
    assert.deepEqual((await history().read()).turns, [turn]);
    assert.deepEqual(readdirSync(folder).sort(), ['2026-11-26.jsonl', '2026-11-26.jsonl.set-aside']);
  });

  it('says once in the log that nothing can be kept, and never rejects', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    const kept = history();
    await kept.record(turn);
    await kept.record(turn);
    assert.deepEqual(warnings, ['What chats cost could not be kept (EEXIST).']);
  });

  it('goes on after a full disk, which costs what came meanwhile, and nothing that was kept', async function () {
    // Linux has a device that is always full.
    if (!existsSync('/dev/full')) this.skip();
    const kept = history();
    await kept.record(turn);
    const aside = join(folder, 'aside');
    renameSync(today(), aside);
    symlinkSync('/dev/full', today());
    await kept.record({ ...turn, credits: 1 });
    rmSync(today());
    renameSync(aside, today());
    await kept.record({ ...turn, credits: 2 });
    assert.deepEqual((await kept.read()).turns, [turn, { ...turn, credits: 2 }]);
    assert.deepEqual(warnings, ['What chats cost could not be kept (ENOSPC).']);
  });

  it('forgets what is older than thirteen months', async () => {
    for (const age of [0, 390, 400]) {
      const at = now - age * day;
      await history({ now: () => at }).record({ ...turn, at });
    }
    await history({ now: () => now + day }).record({ ...turn, at: now + day });
    assert.deepEqual(
      (await history({ now: () => now + day }).read()).turns.map(({ at }) => (at - now) / day),
      [-390, 0, 1],
    );
  });

  it('forgets the oldest days first where it would become too large', async () => {
    const mostBytes = 2.5 * lineOf(turn).length;
    for (let at = now - 4 * day; at <= now; at += day) {
      await history({ now: () => at, mostBytes }).record({ ...turn, at });
    }
    const kept = (await history().read()).turns.map(({ at }) => (at - now) / day);
    assert.deepEqual(kept, [-2, -1, 0]);
  });

  it('reads no day before the time it is asked for', async () => {
    for (const at of [now - 2 * day, now - 3_600_000, now]) {
      await history({ now: () => at }).record({ ...turn, at });
    }
    assert.deepEqual(
      (await history().read(now - 60_000)).turns.map(({ at }) => at),
      [now],
    );
    assert.equal((await history().read(now - day)).turns.length, 2);
  });

  it('is gone once it was cleared, and goes on after that', async () => {
    const kept = history();
    await kept.record(turn);
    await kept.clear();
    assert.deepEqual((await kept.read()).turns, []);
    await kept.record(turn);
    assert.deepEqual((await kept.read()).turns, [turn]);
  });
});
