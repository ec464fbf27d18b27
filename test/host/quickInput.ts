import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS } from './retry';

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
    await this.#widget.locator('.quick-input-box input').press('Enter');
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
