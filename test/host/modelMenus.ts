import type { Locator, Page } from 'playwright-core';

// The menus under the chat's input that belong to the chosen model, read as they are shown. `ChatView` opens and uses them.

/** A row of the open model picker. */
export interface PickerRow {
  readonly name: string;
  /** What stands at its right: whose model it is, and its price. */
  readonly detail: string;
}

/** The rows of the open model picker. */
export async function pickerRows(page: Page): Promise<PickerRow[]> {
  const rows = menu(page).locator('.monaco-list-row.action:not(.chat-model-picker-section-toggle)');
  return rows.evaluateAll((elements) =>
    elements.map((row) => ({
      name: row.querySelector('.title')?.textContent ?? '',
      detail: row.querySelector('.description')?.textContent ?? '',
    })),
  );
}

/** Rests the pointer on a model of the open picker, and gives the lines of what appears beside it. */
export async function modelHover(page: Page, name: string): Promise<string[]> {
  const row = menu(page).locator('.monaco-list-row', { has: page.getByText(name, { exact: true }) });
  await row.hover();
  const hover = page.locator('.chat-model-hover', { hasText: name });
  await hover.waitFor();
  const lines = (await hover.innerText()).split('\n');
  return lines.map((line) => line.trim()).filter(Boolean);
}

/** Whether the chosen model has a menu of efforts. */
export function effortButton(page: Page): Locator {
  return page.locator('.interactive-session .model-picker-config');
}

/** Opens the menu of efforts, and gives its title and levels; the chosen one carries a tick. */
export async function openEffortMenu(page: Page): Promise<string[]> {
  await effortButton(page).click();
  const rows = menu(page).locator('.monaco-list-row');
  await rows.first().waitFor();
  return rows.evaluateAll((elements) =>
    elements.map((row) => `${row.ariaChecked === 'true' ? '✓ ' : ''}${row.textContent ?? ''}`),
  );
}

function menu(page: Page): Locator {
  return page.locator('.action-widget:not(.action-list-submenu-panel)');
}
