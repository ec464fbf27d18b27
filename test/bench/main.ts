/** `npm run bench`: what the product costs, beside others where there are any. Prints it, and writes docs/performance.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { activating } from './activating';
import { building } from './building';
import { counting } from './counting';
import { decoding } from './decoding';
import { drawing } from './drawing';
import { importing } from './importing';
import { latency } from './latency';
import type { Figure } from './measure';
import { memory } from './memory';
import { opening } from './opening';
import { together } from './together';

// Memory comes before what leaves much of its own behind, and the windows, which are slow, come last.
const measures = {
  'Reading an answer': decoding,
  'From the wire to the chat': latency,
  'Building a request': building,
  'Counting tokens': counting,
  Memory: memory,
  'Several chats at once': together,
  'Importing a login': importing,
  'Usage page': drawing,
  'Usage page in a window': opening,
  'Start-up': activating,
};

async function main(): Promise<void> {
  const sections: string[] = [];
  for (const [title, measure] of Object.entries(measures)) {
    const figures = await measure();
    for (const figure of figures) process.stdout.write(`${lineOf(figure)}\n`);
    sections.push(`## ${title}\n\n| | | At most |\n|---|--:|--:|\n${figures.map(rowOf).join('\n')}\n`);
  }
  mkdirSync('docs', { recursive: true });
  writeFileSync('docs/performance.md', `${preface()}\n${sections.join('\n')}`);
}

function preface(): string {
  const [cpu] = cpus();
  return `# Performance

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpu?.model ?? 'unknown processor'}, Node ${process.version}.
Times are medians and differ from machine to machine; a ratio (×) compares what ran side by side, and holds anywhere. *At
most* is the goal, bold where it is missed.
`;
}

function lineOf({ name, value, unit, atMost }: Figure): string {
  const goal = atMost === undefined ? '' : `  ${value <= atMost ? 'ok' : 'ABOVE'} (at most ${atMost})`;
  return `${name.padEnd(46)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(13)}${goal}`;
}

function rowOf({ name, value, unit, atMost }: Figure): string {
  const goal = atMost === undefined ? '' : value <= atMost ? `${atMost}` : `**${atMost}**`;
  const digits = Number.isInteger(value) ? 0 : 2;
  return `| ${name} | ${value.toFixed(digits)} ${unit} | ${goal} |`;
}

void main();
