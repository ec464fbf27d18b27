import { basename, dirname } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS, repeatUntil } from './retry';

export interface QuickPickRow {
  readonly label: string;
  readonly description: string;
}

/** The box at the top of the window: command palette, lists to pick from, and questions to answer. */
export class QuickInput {
  readonly #widget: Locator;

  constructor(page: Page) {
    this.#widget = page.locator('.quick-input-widget');
  }

  /** Writes into the box, replacing what is there. */
  async type(text: string, timeout = PATIENCE_MS): Promise<void> {
    await this.#widget.locator('.quick-input-box input').fill(text, { timeout });
  }

  /** Answers a question: writes and confirms. */
  async answer(text: string): Promise<void> {
    await this.type(text);
    await this.confirm();
  }

  /** Takes what is in the box for the answer. */
  async confirm(): Promise<void> {
    await this.#widget.locator('.quick-input-box input').press('Enter');
  }

  /** Accepts the path that a save dialog proposes, once it shows it; text typed earlier would be appended to it. */
  async saveOffered(path: string): Promise<void> {
    const value = "document.querySelector('.quick-input-widget .quick-input-box input')?.value";
    await this.#widget.page().waitForFunction(`${value} === ${JSON.stringify(path)}`);
    await this.confirm();
  }

  /**
   * Answers the dialog for a file, once it has found the file: a dialog that has just opened still goes to its folder, and
   * Enter only goes to the file's.
   */
  async pickFile(path: string): Promise<void> {
    const page = this.#widget.page();
    const titled = this.#widget.locator('.quick-input-title', { hasText: /\S/ });
    await titled.waitFor();
    const title = page.locator('.quick-input-title', { hasText: await titled.innerText() });
    // What comes next may be shown in the same place, and is not to be answered.
    const dialog = this.#widget.filter({ has: title });
    const box = dialog.locator('.quick-input-box input');
    await repeatUntil(async (timeout) => {
      if (!(await dialog.isVisible())) return;
      // The same text again would not have it look again.
      await box.fill(`${dirname(path)}/`, { timeout });
      await box.fill(path, { timeout });
      await this.row(basename(path)).waitFor({ timeout });
      await box.press('Enter', { timeout });
      await dialog.waitFor({ state: 'hidden', timeout });
    });
  }

  /** The title above the box; empty when there is none. */
  async title(): Promise<string> {
    await this.#widget.waitFor();
    return (await this.#widget.locator('.quick-input-title').textContent()) ?? '';
  }

  /** What the list offers, as far as it is scrolled into view. */
  async rows(): Promise<QuickPickRow[]> {
    const rows = this.#widget.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    return rows.evaluateAll((elements) =>
      elements.map((row) => ({
        label: row.querySelector('.label-name')?.textContent ?? '',
        description: row.querySelector('.label-description')?.textContent ?? '',
      })),
    );
  }

  /** Picks the entry with exactly this label. */
  async choose(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** Ticks or unticks an entry of a list that takes several. */
  async toggle(label: string): Promise<void> {
    await this.row(label).locator('.quick-input-list-checkbox, .monaco-checkbox').first().click();
  }

  /** Confirms a list that takes several. */
  async accept(): Promise<void> {
    await this.#widget.locator('.quick-input-action .monaco-button').first().click();
  }

  /** Presses one of the small buttons of an entry. */
  async pressButton(label: string, button: string): Promise<void> {
    await this.row(label).hover();
    await this.row(label).getByRole('button', { name: button }).click();
  }

  row(label: string): Locator {
    // An icon before the words leaves a blank.
    const exactly = new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
    return this.#widget
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.#widget.page().locator('.label-name', { hasText: exactly }) })
      .first();
  }

  async waitUntilClosed(): Promise<void> {
    await this.#widget.waitFor({ state: 'hidden' });
  }
}
