import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Calendar } from '../../src/usage/calendar';
import { usageDocument } from '../../src/usage/page/usagePage';
import { UsageHistory } from '../../src/usage/usageHistory';
import { silentLogger } from '../fixtures/silentLogger';
import { writeTurns, yearOfTurns } from '../fixtures/usageTurns';
import { cpuOf, type Figure, median } from './measure';

const turns = 50_000;
const rounds = 7;

/** The page of a year's usage, from the files of its history to its document. */
export async function drawing(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-usage-'));
  const now = Date.now();
  try {
    writeTurns(folder, yearOfTurns(now, ['ann', 'bob'], turns));
    const draw = async () => {
      const history = new UsageHistory({ folder, now: () => now, logger: silentLogger });
      const read = await history.read();
      usageDocument(
        {
          ...{ ...read, now, calendar: new Calendar(), nameOf: String, labelOf: String },
          limits: { accountId: 'ann', left: 500, resetsAt: now + 10 * 86_400_000 },
        },
        'nonce',
      );
      if (read.turns.length !== turns) throw new Error(`${read.turns.length} turns were read.`);
    };
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push((await cpuOf(draw)) / 1000);
    return [
      { name: 'usage view, document of 50,000 turns', value: median(times), unit: 'ms CPU', atMost: 250 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
