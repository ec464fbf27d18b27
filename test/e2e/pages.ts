import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Frame, FrameLocator } from 'playwright-core';
import type { Workbench } from '../host/workbench';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** The page of ours inside of its tab, once it shows this. */
export async function pageWith(window: Workbench, text: string, timeout?: number): Promise<FrameLocator> {
  const page = window.webview();
  await page
    .getByText(text, { exact: text.endsWith('.') })
    .first()
    .waitFor(timeout === undefined ? {} : { timeout });
  return page;
}

/** The page's own frame, in which a text of code can run. */
export async function frameOf(page: FrameLocator): Promise<Frame> {
  return (await (await page.locator('body').elementHandle())?.ownerFrame()) ?? assert.fail('no frame');
}

/** Asserts that axe-core finds nothing that would keep somebody from reading or using the page. */
export async function assertAccessible(page: FrameLocator): Promise<void> {
  const frame = await frameOf(page);
  await frame.evaluate(axe);
  const { violations } = await frame.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    [],
  );
}
