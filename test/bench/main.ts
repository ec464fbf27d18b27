/** `npm run bench [-- --json]`: what the answer's way through us costs, beside others where there are any. */
import { building } from './building';
import { counting } from './counting';
import { decoding } from './decoding';
import { drawing } from './drawing';
import { latency } from './latency';
import type { Figure } from './measure';
import { memory } from './memory';

async function main(): Promise<void> {
  const figures: Figure[] = [];
  for (const measure of [decoding, latency, building, counting, memory, drawing])
    figures.push(...(await measure()));
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  else for (const figure of figures) process.stdout.write(`${lineOf(figure)}\n`);
}

function lineOf({ name, value, unit, atMost }: Figure): string {
  const goal = atMost === undefined ? '' : `  ${value <= atMost ? 'ok' : 'ABOVE'} (at most ${atMost})`;
  return `${name.padEnd(40)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(13)}${goal}`;
}

void main();
