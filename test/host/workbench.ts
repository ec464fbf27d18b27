import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BrowserContext, errors, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { launchBrowser } from './browser';
import { SERVER_KEY } from './browserSecrets';
import { drawingOf } from './drawing';
import { Notification } from './notification';
import { QuickInput } from './quickInput';
import { eventually, PATIENCE_MS, repeatUntil } from './retry';
import { keysOf, type ShortcutCommand } from './shortcuts';

/** Over the editor, where nothing reacts to the pointer, in a window of any size that is tested. */
const ASIDE = { x: 500, y: 300 };
const CONSOLE_LINES_KEPT = 500;
/** The size of windows that do not ask for one, such as `1000x700`. */
const WINDOW_SIZE = process.env['KIRO_TEST_WINDOW'];
const SCREENSHOTS = resolve('artifacts', 'screenshots');
const DRAWINGS = resolve('artifacts', 'drawings');

/** A window of VS Code in a browser profile of its own, used as a person would: by what it shows. */
export class Workbench {
  readonly quickInput: QuickInput;
  /** What the page wrote to its console, the newest last. */
  readonly consoleLines: string[] = [];
  readonly #context: BrowserContext;

  private constructor(
    context: BrowserContext,
    readonly page: Page,
  ) {
    this.#context = context;
    this.quickInput = new QuickInput(page);
    page.on('console', (message) => this.#keep(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.#keep(String(error)));
  }

  /** Opens a window and waits until its extensions run. `language` is what extensions are told; VS Code's own texts stay English. */
  static async open(url: string, language?: string): Promise<Workbench> {
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext({
        viewport: windowSize(),
        reducedMotion: 'reduce',
      });
      context.setDefaultTimeout(PATIENCE_MS);
      // What the texts of a language pack set when they are loaded.
      if (language)
        await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)};`);
      // Secrets are kept in the browser under a key of the server's, which the server's own part never hands out:
      // they would be gone with every reload.
      await context.route('**/mint-key', (route) => route.fulfill({ body: SERVER_KEY }));
      return await Workbench.#openIn(context, url);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Opens one more window of the same profile beside this one; it closes with this one. */
  async openAnother(url: string): Promise<Workbench> {
    return await Workbench.#openIn(this.#context, url);
  }

  static async #openIn(context: BrowserContext, url: string): Promise<Workbench> {
    const workbench = new Workbench(context, await context.newPage());
    await workbench.page.goto(url);
    await workbench.#ready();
    return workbench;
  }

  /** Leaves no menu, hover, notification or editor open. */
  async reset(): Promise<void> {
    await this.escape();
    await this.clearNotifications();
    await this.close(
      this.page.locator('.part.editor .tabs-container .tab'),
      'workbench.action.closeAllEditors',
    );
  }

  /** Loads the window anew, by the command that stores first what it still holds; a page that is just loaded anew loses that. */
  async reload(): Promise<void> {
    await Promise.all([this.page.waitForEvent('load'), this.runCommand('Developer: Reload Window')]);
    await this.#ready();
  }

  /** Closes this window and every other one of its profile. */
  async end(): Promise<void> {
    await this.#context.browser()?.close();
  }

  /** Runs a command by its name in the palette, for example "Kiro Models: Show Log". */
  async runCommand(title: string): Promise<void> {
    const command = this.quickInput.row(title);
    await repeatUntil(async (timeout) => {
      // A list is made when it opens: it lacks what an extension contributes a moment later.
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('F1');
      await this.quickInput.type(`>${title}`, timeout);
      await clickOnce(command, timeout);
    });
  }

  /** Runs a command by its key, whatever has the focus. */
  async runShortcut(command: ShortcutCommand): Promise<void> {
    // A page in the editor keeps some keys for itself.
    await this.page.evaluate(`if (document.activeElement?.matches('iframe')) document.activeElement.blur()`);
    await this.page.keyboard.press(keysOf(command));
  }

  /** Closes what is shown by its command, and waits until it is gone: a command that comes late disturbs what follows. */
  async close(shown: Locator, command: ShortcutCommand): Promise<void> {
    await repeatUntil(async (timeout) => {
      if (!(await shown.first().isVisible())) return;
      // A key that comes while the page of an editor is being loaded is lost.
      await this.runShortcut(command);
      await shown.first().waitFor({ state: 'hidden', timeout });
    });
  }

  /** Closes what lies over the window and goes away by itself for a person only: menus, lists, hovers. */
  async escape(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.mouse.move(ASIDE.x, ASIDE.y);
    await this.page.locator('.context-view .monaco-hover').first().waitFor({ state: 'hidden' });
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
    await this.close(
      this.page.locator('.notifications-toasts .notification-list-item'),
      'notifications.clearAll',
    );
  }

  /** The modal dialog on the screen: its text, and `press` for its buttons. */
  async dialog(): Promise<{ text: string; press(button: string): Promise<void> }> {
    const message = this.page.locator('.monaco-dialog-box .dialog-message-container').first();
    await message.waitFor();
    const text = (await message.textContent()) ?? '';
    // What comes next may be shown in the same place at once.
    const box = this.page.locator('.monaco-dialog-box').filter({ hasText: text });
    return {
      text,
      press: async (button) => {
        await box.getByRole('button', { name: button, exact: true }).click();
        await box.waitFor({ state: 'hidden' });
      },
    };
  }

  /** The page of the extension in the editor's tab. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
  }

  /** A status bar item by its text; icons are not part of it. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  /** Rests the pointer on something and gives the text of the hover that appears. */
  async hover(target: Locator): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible .hover-contents').first();
    return await repeatUntil(async (timeout) => {
      await target.hover({ timeout });
      await hover.waitFor({ timeout });
      return (await hover.textContent({ timeout })) ?? '';
    });
  }

  /** Rests the pointer on something, again and again, until the hover says this. */
  async untilHoverSays(target: Locator, expected: RegExp): Promise<void> {
    await eventually(async () => {
      // A hover that is there stays as it was.
      await this.escape();
      assert.match(await this.hover(target), expected);
    });
  }

  /** Saves a picture of the window in `artifacts/screenshots/` and gives its path. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** Saves a drawing of a part of the window in `artifacts/drawings/`, with what lies over it; see `drawingOf`. */
  async drawing(name: string, base: Locator, ...tops: Locator[]): Promise<void> {
    mkdirSync(DRAWINGS, { recursive: true });
    writeFileSync(join(DRAWINGS, `${name}.svg`), await drawingOf(base, ...tops));
  }

  #keep(line: string): void {
    this.consoleLines.push(line);
    if (this.consoleLines.length > CONSOLE_LINES_KEPT) this.consoleLines.shift();
  }

  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    // The last part of the status bar to appear, when every contribution of the workbench is there.
    await this.page.locator('.statusbar-item[id="status.notifications"]').waitFor();
  }
}

function windowSize(): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(WINDOW_SIZE ?? '1280x800') ?? [];
  if (!width || !height) throw new Error('KIRO_TEST_WINDOW is a size such as 1000x700.');
  return { width: Number(width), height: Number(height) };
}

/** Clicks once: a busy machine may tell of a click that arrived when the time is over, and a second one would run the command twice. */
async function clickOnce(target: Locator, timeout: number): Promise<void> {
  try {
    await target.click({ timeout });
  } catch (error) {
    const arrived = error instanceof errors.TimeoutError && error.message.includes('performing click action');
    if (!arrived) throw error;
  }
}
