import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';

/**
 * Draws a part of the window as an SVG: its texts, lines and boxes where they are, in the theme's colors by their names, so
 * that one picture of a few kilobytes fits every theme. `tops` lie over it, such as a menu.
 */
export async function drawingOf(base: Locator, ...tops: Locator[]): Promise<string> {
  const parts: Part[] = [];
  await base.page().evaluate(readFileSync(join('test', 'host', 'drawnShapes.js'), 'utf8'));
  for (const part of [base, ...tops]) {
    parts.push(await part.evaluate((root) => (globalThis as unknown as InPage).shapesOf(root)));
  }
  const shapes = parts.flatMap((part) => part.shapes);
  const left = Math.min(...parts.map(({ box }) => box.left)) - MARGIN;
  const top = Math.min(...parts.map(({ box }) => box.top)) - MARGIN;
  const right = Math.max(...parts.map(({ box }) => box.right)) + MARGIN;
  const bottom = Math.max(...parts.map(({ box }) => box.bottom)) + MARGIN;
  const size = [right - left, bottom - top].map(Math.ceil);
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${[left, top].map(Math.floor).join(' ')} ${size.join(' ')}" font-family="var(--vscode-font-family)">`;
  return `${[open, ...shapes, '</svg>'].join('\n')}\n`;
}

const MARGIN = 4;

interface Part {
  readonly shapes: string[];
  readonly box: { left: number; top: number; right: number; bottom: number };
}

/** What `drawnShapes.js` brings into the page. */
interface InPage {
  shapesOf(root: unknown): Part;
}
