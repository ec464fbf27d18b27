import type { Locator } from 'playwright-core';

/** A notification in the corner of the window. */
export class Notification {
  readonly #item: Locator;

  constructor(item: Locator) {
    this.#item = item;
  }

  async text(): Promise<string> {
    return (await this.#item.locator('.notification-list-item-message').textContent()) ?? '';
  }

  async buttons(): Promise<string[]> {
    return this.#item.locator('.notification-list-item-buttons-container .monaco-button').allInnerTexts();
  }

  async press(button: string): Promise<void> {
    await this.#item.getByRole('button', { name: button, exact: true }).click();
  }

  async waitUntilGone(): Promise<void> {
    await this.#item.waitFor({ state: 'hidden' });
  }
}
