import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Calendar } from '../../src/usage/calendar';
import { recentMs } from '../../src/usage/page/creditsByModel';
import { type UsagePage, usageDocument, usageRest } from '../../src/usage/page/usagePage';
import { UsageHistory } from '../../src/usage/usageHistory';
import { silentLogger } from '../fixtures/silentLogger';
import { writeTurns, yearOfTurns } from '../fixtures/usageTurns';
import { cpuOf, type Figure, median } from './measure';

const turns = 50_000;
const rounds = 7;

/** The page of a year's usage, from the files of its history to its two parts. */
export async function drawing(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-usage-'));
  const now = Date.now();
  try {
    writeTurns(folder, yearOfTurns(now, ['ann', 'bob'], turns));
    const pageSince = async (since: number): Promise<UsagePage> => {
      const history = new UsageHistory({ folder, now: () => now, logger: silentLogger });
      return {
        ...{ ...(await history.read(since)), now, calendar: new Calendar(), nameOf: String, labelOf: String },
        limits: { accountId: 'ann', left: 500, resetsAt: now + 10 * 86_400_000 },
      };
    };
    const first = async () => void usageDocument(await pageSince(now - recentMs), 'nonce');
    const rest = async () => {
      const page = await pageSince(0);
      usageRest(page);
      if (page.turns.length !== turns) throw new Error(`${page.turns.length} turns were read.`);
    };
    const times = { first: [] as number[], rest: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.first.push((await cpuOf(first)) / 1000);
      times.rest.push((await cpuOf(rest)) / 1000);
    }
    return [
      { name: 'usage of 50,000 turns, first part', value: median(times.first), unit: 'ms CPU', atMost: 60 },
      { name: 'usage of 50,000 turns, the rest', value: median(times.rest), unit: 'ms CPU', atMost: 250 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
