/** One line of the result: a figure, and what it has to stay below. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  atMost?: number;
}

/** The middle of these numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Runs the candidates in turn, round after round, and gives each one's figures by round: on a machine that is busy with
 * other things too, only what ran side by side can be compared.
 */
export async function sideBySide<Name extends string>(
  candidates: Record<Name, () => Promise<number>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(candidates) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) for (let warmUp = 0; warmUp < 5; warmUp++) await candidates[name]();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) figures[name].push(await candidates[name]());
  }
  return figures;
}

/** The median of the rounds' ratios. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

/** The processor time this takes, in microseconds. */
export async function cpuOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** How long this takes, in milliseconds. */
export async function msOf(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Fails where a candidate did not do the work it is measured by. */
export function expectCount(counted: number, expected: number, who: string): void {
  if (counted !== expected) throw new Error(`${who} saw ${counted} events instead of ${expected}.`);
}
