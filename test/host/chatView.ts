import assert from 'node:assert/strict';
import { errors, type Locator, type Page } from 'playwright-core';
import { type Answer, readAnswer, unfoldAnswer } from './chatAnswer';
import { ChatMenus } from './chatMenus';
import { eventually, repeatUntil } from './retry';
import type { Workbench } from './workbench';

/** Longer than a slow machine takes to show a message that was sent. */
const SHOWN_MS = 30_000;

/** The chat view: pick a model, ask, read the answer. */
export class ChatView {
  readonly #workbench: Workbench;
  readonly #page: Page;
  readonly #view: Locator;
  readonly #menus: ChatMenus;

  private constructor(
    workbench: Workbench,
    private readonly part: 'auxiliarybar' | 'editor',
  ) {
    this.#workbench = workbench;
    this.#page = workbench.page;
    this.#view = this.#page.locator(`.part.${part} .interactive-session`).first();
    this.#menus = new ChatMenus(this.#page, this.#view);
  }

  /** Shows the chat view, which a fresh window shows anyway, wide enough for names to be readable. */
  static async open(workbench: Workbench, width = 520): Promise<ChatView> {
    const chat = new ChatView(workbench, 'auxiliarybar');
    const input = chat.#view.locator('.chat-input-container .monaco-editor');
    if (!(await input.first().isVisible())) await workbench.runCommand('Chat: Open Chat');
    await input.first().waitFor();
    await chat.#widen(width);
    return chat;
  }

  /** The chat view of a window that opens it by itself, as soon as its input can be seen. */
  static async whenShown(workbench: Workbench): Promise<ChatView> {
    const chat = new ChatView(workbench, 'auxiliarybar');
    await chat.#view.locator('.chat-input-container .monaco-editor').first().waitFor();
    return chat;
  }

  /** Opens a second chat beside the first one, as an editor. */
  static async openEditor(workbench: Workbench): Promise<ChatView> {
    await workbench.runCommand('Chat: New Chat Editor');
    const chat = new ChatView(workbench, 'editor');
    await chat.#view.locator('.chat-input-container .monaco-editor').first().waitFor();
    return chat;
  }

  /** Starts an empty chat in the chat view, where it is shown and not empty yet. */
  static async reset(workbench: Workbench): Promise<void> {
    await new ChatView(workbench, 'auxiliarybar').startNew();
  }

  /** The names in the model picker, those under "Other Models" included. */
  modelNames(): Promise<string[]> {
    return this.#menus.modelNames();
  }

  /** Chooses a model by its name. */
  pickModel(name: string): Promise<void> {
    return this.#menus.pickModel(name);
  }

  /** Resolves when this model is the one that is picked. */
  untilPicked(name: string): Promise<void> {
    return this.#menus.untilPicked(name);
  }

  /** Leaves the model picker open, to look at. */
  async showModelPicker(): Promise<void> {
    await this.#menus.openModelPicker();
  }

  /** Closes whatever menu of the chat is open. */
  closeMenu(): Promise<void> {
    return this.#menus.close();
  }

  /** Chooses how hard the model thinks; the name is the one in the menu. */
  pickEffort(name: string): Promise<void> {
    return this.#menus.pickEffort(name);
  }

  /** Chooses what the chat does, by the name of the mode. */
  pickMode(name: string): Promise<void> {
    return this.#menus.pickMode(name);
  }

  /** Writes a message and sends it; resolves when the chat shows it. */
  async ask(text: string): Promise<void> {
    const index = (await this.#lastIndex()) + 1;
    const shown = this.#view.locator(`.interactive-list .monaco-list-row.request[data-index="${index}"]`);
    await this.#send(text);
    try {
      await shown.waitFor({ timeout: SHOWN_MS });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      // While VS Code restores the chat of a window, it puts back what was in the input when it began: a message that is
      // typed or sent meanwhile is lost, and a person writes it again.
      await this.#send(text);
      await shown.waitFor();
    }
  }

  async #send(text: string): Promise<void> {
    await repeatUntil(async (timeout) => {
      await this.focusInput();
      await this.#page.keyboard.press('ControlOrMeta+A');
      await this.#page.keyboard.insertText(text);
      await this.#view.locator('.chat-submit-button:not(.disabled)').waitFor({ timeout });
    });
    await this.#page.keyboard.press('Enter');
  }

  /** Puts the cursor into the input, whatever lies over it. */
  async focusInput(): Promise<void> {
    await this.#workbench.escape();
    await this.#workbench.runShortcut(
      this.part === 'editor'
        ? 'workbench.action.focusActiveEditorGroup'
        : 'workbench.panel.chat.view.copilot.focus',
    );
    await this.#view.locator('.chat-input-container .monaco-editor.focused').waitFor();
  }

  /** Drags a file from the Explorer to the next message. */
  async attach(file: string): Promise<void> {
    const row = this.#page.locator('.explorer-folders-view .monaco-list-row', { hasText: file });
    await row.dragTo(this.#view.locator('.chat-input-container .monaco-editor').first());
    await this.#view.locator('.chat-attached-context-attachment').first().waitFor();
  }

  /** Waits until the last message is answered, and reads the answer, which has something in it. */
  async waitForAnswer(): Promise<Answer> {
    await this.untilAnswered();
    let answer = await this.answer();
    // On a busy machine, an answer may be over before it is drawn.
    await eventually(async () => {
      const before = answer;
      answer = await this.answer();
      const { text, thinking, tools, error } = answer;
      assert.ok(text || thinking || tools.length > 0 || error, 'the answer is empty');
      assert.deepEqual(answer, before, 'the answer is still being drawn');
    });
    return answer;
  }

  /** Waits until the last message is answered, and leaves the view as a person sees it then. */
  async untilAnswered(): Promise<void> {
    const done = this.#lastResponse().locator('.interactive-response:not(.chat-response-loading)');
    await done.locator('.chat-footer-details:not(.hidden)').waitFor({ state: 'attached' });
    await this.#stopButton().waitFor({ state: 'hidden' });
  }

  /** Reads the last answer, finished or not. What is folded is unfolded for that: it is not in the page before. */
  async answer(): Promise<Answer> {
    await this.unfold();
    return readAnswer(this.#lastResponse());
  }

  /** Unfolds thinking and tool calls of the last answer. */
  unfold(): Promise<void> {
    return unfoldAnswer(this.#lastResponse());
  }

  /** Waits for a tool's question that says this. */
  async confirmation(text: string, timeout: number): Promise<void> {
    const questions = this.#view.locator('.chat-confirmation-widget2, .chat-confirmation-widget');
    await questions.filter({ hasText: text }).filter({ visible: true }).last().waitFor({ timeout });
  }

  /** Presses the button of a tool's question, for example "Allow". */
  async confirmTool(button: string): Promise<void> {
    const question = this.#view.locator('.chat-confirmation-widget2, .chat-confirmation-widget').last();
    await question.getByRole('button', { name: button }).first().click();
  }

  /** Stops the answer that is under way. */
  async cancel(): Promise<void> {
    await this.#stopButton().click();
  }

  /** Waits until the last answer shows this text, finished or not. */
  async untilShown(text: string): Promise<void> {
    await this.#lastResponse().getByText(text).first().waitFor();
  }

  /** What the ring under the input says about the context window: how full it is, and in its details the tokens. */
  async contextUsage(): Promise<{ percentage: number; details: string }> {
    const ring = this.#view.locator('.chat-context-usage-widget');
    await ring.click();
    const details = this.#page.locator('.chat-context-usage-details');
    await details.waitFor();
    const [label, shown] = await Promise.all([
      ring.locator('.percentage-label').textContent(),
      details.locator('.quota-label').innerText(),
    ]);
    return { percentage: Number.parseInt(label ?? '', 10), details: shown };
  }

  /** Starts an empty chat, unless this is one. */
  async startNew(): Promise<void> {
    const messages = this.#view.locator('.interactive-list .monaco-list-row');
    if (!(await messages.first().isVisible())) return;
    await this.focusInput();
    await this.#workbench.close(messages, 'workbench.action.chat.newChat');
  }

  #lastResponse(): Locator {
    return this.#view.locator('.interactive-list .monaco-list-row.response[data-last-element="true"]');
  }

  #stopButton(): Locator {
    return this.#view.locator('.chat-execute-toolbar').locator('.codicon-stop-circle, .codicon-stop').first();
  }

  async #lastIndex(): Promise<number> {
    const last = this.#view.locator('.interactive-list .monaco-list-row[data-last-element="true"]');
    return (await last.count()) === 0 ? -1 : Number(await last.first().getAttribute('data-index'));
  }

  /** Drags the border between editor and chat, as there is no command for it. */
  async #widen(width: number): Promise<void> {
    const bar = this.#page.locator('.part.auxiliarybar');
    const box = await bar.boundingBox();
    if (!box || box.width >= width) return;
    const y = box.y + box.height / 2;
    await this.#page.mouse.move(box.x - 2, y);
    await this.#page.mouse.down();
    await this.#page.mouse.move(box.x - 2 - (width - box.width), y, { steps: 5 });
    await this.#page.mouse.up();
  }
}
