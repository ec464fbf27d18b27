import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { SERVER_KEY } from './browserSecrets';
import type { Host } from './host';
import { Notification } from './notification';
import { QuickInput } from './quickInput';
import { repeatUntil } from './retry';

/** A first window starts an extension host and a dozen built-in extensions. */
const READY_MS = 60_000;
const COMMAND_MS = 1_500;
const SCREENSHOTS = resolve('artifacts', 'screenshots');

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  /** Pixels of the picture per pixel of the page. */
  readonly scale?: number;
}

/** A window of VS Code in a browser profile of its own, used as a person would: by what it shows. */
export class Workbench {
  readonly quickInput: QuickInput;
  readonly #context: BrowserContext;

  private constructor(
    context: BrowserContext,
    readonly page: Page,
  ) {
    this.#context = context;
    this.quickInput = new QuickInput(page);
  }

  /** Opens a window and waits until its extensions run. */
  static async open(host: Host, options: WindowOptions = {}): Promise<Workbench> {
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext({
        viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
        deviceScaleFactor: options.scale ?? 1,
        reducedMotion: 'reduce',
      });
      context.setDefaultTimeout(30_000);
      // Secrets are kept in the browser under a key of the server's, which the server's own part never hands out:
      // they would be gone with every reload.
      await context.route('**/mint-key', (route) => route.fulfill({ body: SERVER_KEY }));
      return await Workbench.#openIn(context, host);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Opens one more window of the same profile beside this one; it closes with this one. */
  async openAnother(host: Host): Promise<Workbench> {
    return await Workbench.#openIn(this.#context, host);
  }

  static async #openIn(context: BrowserContext, host: Host): Promise<Workbench> {
    const page = await context.newPage();
    await page.goto(host.url());
    const workbench = new Workbench(context, page);
    await workbench.#ready();
    return workbench;
  }

  /** Loads the window anew, as after "Developer: Reload Window". */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  async close(): Promise<void> {
    await this.#context.browser()?.close();
  }

  /** Runs a command by its name in the palette, for example "Kiro: Show Log". */
  async runCommand(title: string): Promise<void> {
    const command = this.quickInput.row(title);
    await repeatUntil(async () => {
      // A list is made when it opens: it lacks what an extension contributes a moment later.
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('F1');
      await this.quickInput.type(`>${title}`);
      await command.click({ timeout: COMMAND_MS });
    }, READY_MS);
  }

  /** The notification that says this. It may be hidden again by the time it is read, but not in a second. */
  async notification(text: string | RegExp): Promise<Notification> {
    const item = this.page
      .locator('.notifications-toasts .notification-list-item')
      .filter({ hasText: text })
      .first();
    await item.waitFor();
    return new Notification(item);
  }

  /** What the notifications on the screen say. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.page
      .locator('.notifications-toasts .notification-list-item')
      .first()
      .waitFor({ state: 'hidden' });
  }

  /** The modal dialog on the screen: its text, and `press` for its buttons. */
  async dialog(): Promise<{ text: string; press(button: string): Promise<void> }> {
    const box = this.page.locator('.monaco-dialog-box').first();
    await box.waitFor();
    return {
      text: (await box.locator('.dialog-message-container').textContent()) ?? '',
      press: async (button) => {
        await box.getByRole('button', { name: button, exact: true }).click();
        await box.waitFor({ state: 'hidden' });
      },
    };
  }

  /** A status bar item by its text; icons are not part of it. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  /** Rests the pointer on something and gives the text of the hover that appears. */
  async hover(target: Locator): Promise<string> {
    await target.hover();
    const hover = this.page.locator('.monaco-hover:visible .hover-contents').first();
    await hover.waitFor();
    return (await hover.textContent()) ?? '';
  }

  /** Saves a picture of the window in `artifacts/screenshots/` and gives its path. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: READY_MS });
    // The last part of the status bar to appear, when every contribution of the workbench is there.
    await this.page.locator('.statusbar-item[id="status.notifications"]').waitFor({ timeout: READY_MS });
  }
}
