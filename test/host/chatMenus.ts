import type { Locator, Page } from 'playwright-core';
import { repeatUntil } from './retry';

/** The menus under a chat's input: which model, and how hard it thinks. */
export class ChatMenus {
  readonly #page: Page;
  readonly #view: Locator;

  constructor(page: Page, view: Locator) {
    this.#page = page;
    this.#view = view;
  }

  /** The names in the model picker, those under "Other Models" included. */
  async modelNames(): Promise<string[]> {
    const picker = await this.openModelPicker();
    const names = await this.#models(picker).locator('.title').allInnerTexts();
    await this.close();
    return names;
  }

  /** Chooses a model by its name, again if the menu was made anew under the click, as when the chat just started. */
  async pickModel(name: string): Promise<void> {
    await repeatUntil(async (timeout) => {
      const picker = await this.openModelPicker();
      await this.#models(picker)
        .filter({ has: this.#page.getByText(name, { exact: true }) })
        .first()
        .click({ timeout });
      await this.untilPicked(name, timeout);
    });
    await this.close();
  }

  /** Resolves when this model is the one that is picked. */
  async untilPicked(name: string, timeout?: number): Promise<void> {
    const picked = this.#view.locator(`.model-picker-name[aria-label$=", ${name}"]`);
    await picked.waitFor(timeout === undefined ? {} : { timeout });
  }

  /** Closes whatever menu of the chat is open. */
  async close(): Promise<void> {
    await repeatUntil(async (timeout) => {
      // One that opens a moment after the key would stay.
      await this.#page.keyboard.press('Escape');
      await this.#page.locator('.action-widget').first().waitFor({ state: 'hidden', timeout });
    });
  }

  /** Chooses how hard the model thinks; the name is the one in the menu. */
  async pickEffort(name: string): Promise<void> {
    await this.#pick('.model-picker-config', name);
    // This menu opens again with the new choice ticked.
    await this.#page.locator('.action-widget [aria-checked="true"]', { hasText: name }).waitFor();
    await this.close();
  }

  /** Chooses what the chat does, by the name of the mode. */
  async pickMode(name: string): Promise<void> {
    await this.#pick('.chat-mode-picker-item', name);
    await this.close();
  }

  /** Opens the model picker, with the models under "Other Models". */
  async openModelPicker(): Promise<Locator> {
    const picker = this.#page.locator('.action-widget:not(.action-list-submenu-panel)');
    const others = picker.locator('.chat-model-picker-section-toggle');
    await repeatUntil(async (timeout) => {
      await this.close();
      await this.#view.locator('.model-picker-name').click({ timeout });
      await picker.locator('.monaco-list-row').first().waitFor({ timeout });
      if ((await others.count()) === 0) return;
      if ((await others.getAttribute('aria-expanded', { timeout })) === 'true') return;
      await others.click({ timeout });
      await picker.locator('.chat-model-picker-section-toggle[aria-expanded="true"]').waitFor({ timeout });
    });
    return picker;
  }

  #models(picker: Locator): Locator {
    return picker.locator('.monaco-list-row.action:not(.chat-model-picker-section-toggle)');
  }

  /** Chooses in one of the menus under the input, again if a menu that opens late got in the way. */
  async #pick(selector: string, name: string): Promise<void> {
    const button = this.#view.locator(selector);
    const item = this.#page
      .locator('.action-widget .monaco-list-row')
      .filter({ has: this.#page.getByText(name, { exact: true }) })
      .first();
    const picked = button.filter({ hasText: name });
    await repeatUntil(async (timeout) => {
      await this.close();
      await button.click({ timeout });
      await item.click({ timeout });
      await picked.waitFor({ timeout });
    });
  }
}
