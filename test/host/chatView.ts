import type { Locator, Page } from 'playwright-core';
import { repeatUntil } from './retry';
import type { Workbench } from './workbench';

/** One answer, read from the chat view. */
export interface Answer {
  /** What the model wrote, without its thinking. */
  readonly text: string;
  readonly thinking: string;
  /** One line per tool call, as the view words it: "Read hello.txt". */
  readonly tools: readonly string[];
  /** The failure shown in place of, or below, an answer. */
  readonly error: string;
  /** The name under the answer. */
  readonly model: string;
}

/** An agent's answer goes through several requests and tools. */
const ANSWER_MS = 60_000;
const MENU_MS = 2_000;

/** The chat view: pick a model, ask, read the answer. */
export class ChatView {
  readonly #page: Page;
  readonly #view: Locator;

  private constructor(workbench: Workbench, part: 'auxiliarybar' | 'editor') {
    this.#page = workbench.page;
    this.#view = this.#page.locator(`.part.${part} .interactive-session`).first();
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

  /** Opens a second chat beside the first one, as an editor. */
  static async openEditor(workbench: Workbench): Promise<ChatView> {
    await workbench.runCommand('Chat: New Chat Editor');
    const chat = new ChatView(workbench, 'editor');
    await chat.#view.locator('.chat-input-container .monaco-editor').first().waitFor();
    return chat;
  }

  /** The names in the model picker, those under "Other Models" included. */
  async modelNames(): Promise<string[]> {
    const picker = await this.#openModelPicker();
    const names = await this.#models(picker).locator('.title').allInnerTexts();
    await this.closeMenu();
    return names;
  }

  /** Chooses a model by its name, again if the menu was made anew under the click, as when the chat just started. */
  async pickModel(name: string): Promise<void> {
    const picked = this.#view.locator(`.model-picker-name[aria-label$=", ${name}"]`);
    await repeatUntil(async () => {
      const picker = await this.#openModelPicker();
      await this.#models(picker)
        .filter({ has: this.#page.getByText(name, { exact: true }) })
        .first()
        .click({ timeout: MENU_MS });
      await picked.waitFor({ timeout: MENU_MS });
    });
    await this.closeMenu();
  }

  /** Leaves the model picker open, to look at. */
  async showModelPicker(): Promise<void> {
    await this.#openModelPicker();
  }

  /** Closes whatever menu of the chat is open. */
  async closeMenu(): Promise<void> {
    await this.#page.keyboard.press('Escape');
    await this.#page.locator('.action-widget').first().waitFor({ state: 'hidden' });
  }

  /** Chooses how hard the model thinks; the name is the one in the menu. */
  async pickEffort(name: string): Promise<void> {
    await this.#pick('.model-picker-config', name);
    // This menu opens again with the new choice ticked.
    await this.#page.locator('.action-widget [aria-checked="true"]', { hasText: name }).waitFor();
    await this.closeMenu();
  }

  /** Chooses Agent, Ask or Plan. */
  async pickMode(name: string): Promise<void> {
    await this.#pick('.chat-mode-picker-item', name);
  }

  /** Writes a message and sends it; resolves when the chat shows it. */
  async ask(text: string): Promise<void> {
    const index = (await this.#lastIndex()) + 1;
    // The hover of whatever the pointer was left on may lie over the input.
    await this.#page.mouse.move(560, 300);
    await this.#page.locator('.context-view .monaco-hover').first().waitFor({ state: 'hidden' });
    await this.#view.locator('.chat-input-container .monaco-editor').first().click();
    await this.#page.keyboard.insertText(text);
    await this.#view.locator('.chat-submit-button:not(.disabled)').waitFor();
    await this.#page.keyboard.press('Enter');
    await this.#view.locator(`.interactive-list .monaco-list-row.request[data-index="${index}"]`).waitFor();
  }

  /** Drags a file from the Explorer to the next message. */
  async attach(file: string): Promise<void> {
    const row = this.#page.locator('.explorer-folders-view .monaco-list-row', { hasText: file });
    await row.dragTo(this.#view.locator('.chat-input-container .monaco-editor').first());
    await this.#view.locator('.chat-attached-context-attachment').first().waitFor();
  }

  /** Waits until the last message is answered, and reads the answer. */
  async waitForAnswer(timeout = ANSWER_MS): Promise<Answer> {
    await this.untilAnswered(timeout);
    return this.answer();
  }

  /** Waits until the last message is answered, and leaves the view as a person sees it then. */
  async untilAnswered(timeout = ANSWER_MS): Promise<void> {
    const done = this.#lastResponse().locator('.interactive-response:not(.chat-response-loading)');
    await done.locator('.chat-footer-details:not(.hidden)').waitFor({ state: 'attached', timeout });
    await this.#stopButton().waitFor({ state: 'hidden' });
  }

  /** Reads the last answer, finished or not. What is folded is unfolded for that: it is not in the page before. */
  async answer(): Promise<Answer> {
    await this.unfold();
    return readAnswer(this.#lastResponse());
  }

  /** Unfolds thinking and tool calls of the last answer. */
  async unfold(): Promise<void> {
    const response = this.#lastResponse();
    const steps = response.locator('details.completed-response-disclosure:not([open]) > summary');
    const folded = response.locator(
      '.chat-used-context-collapsed > .chat-used-context-label [role="button"]:visible',
    );
    await repeatUntil(async () => {
      if ((await steps.count()) > 0) await steps.click({ timeout: MENU_MS });
      while ((await folded.count()) > 0) await folded.first().click({ timeout: MENU_MS });
    });
  }

  /** Presses the button of a tool's question, for example "Allow". */
  async confirmTool(button: string): Promise<void> {
    const question = this.#view.locator('.chat-confirmation-widget2, .chat-confirmation-widget').last();
    await question.getByRole('button', { name: button }).first().click();
  }

  /** Stops the answer that is under way. Gives the time of the click itself, in epoch milliseconds. */
  async cancel(): Promise<number> {
    // A string, because the tests are not typed for code that runs in a page.
    const clicked = this.#page.evaluate<number>(
      "new Promise((seen) => addEventListener('click', () => seen(Date.now()), { capture: true, once: true }))",
    );
    await this.#stopButton().click();
    return clicked;
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

  /** Starts an empty chat. */
  async startNew(): Promise<void> {
    await this.#page.locator('.part.auxiliarybar').getByRole('button', { name: 'New Chat' }).first().click();
    await this.#view.locator('.interactive-list .monaco-list-row').first().waitFor({ state: 'hidden' });
  }

  async #openModelPicker(): Promise<Locator> {
    const picker = this.#page.locator('.action-widget:not(.action-list-submenu-panel)');
    const others = picker.locator('.chat-model-picker-section-toggle');
    await repeatUntil(async () => {
      await this.closeMenu();
      await this.#view.locator('.model-picker-name').click({ timeout: MENU_MS });
      await picker.locator('.monaco-list-row').first().waitFor({ timeout: MENU_MS });
      if ((await others.count()) === 0 || (await others.getAttribute('aria-expanded')) === 'true') return;
      await others.click({ timeout: MENU_MS });
      await picker
        .locator('.chat-model-picker-section-toggle[aria-expanded="true"]')
        .waitFor({ timeout: MENU_MS });
    });
    return picker;
  }

  #lastResponse(): Locator {
    return this.#view.locator('.interactive-list .monaco-list-row.response[data-last-element="true"]');
  }

  #stopButton(): Locator {
    return this.#view.locator('.chat-execute-toolbar').locator('.codicon-stop-circle, .codicon-stop').first();
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
    await repeatUntil(async () => {
      await this.closeMenu();
      await button.click({ timeout: MENU_MS });
      await item.click({ timeout: MENU_MS });
      await picked.waitFor({ timeout: MENU_MS });
    });
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

async function readAnswer(answer: Locator): Promise<Answer> {
  const all = async (selector: string) => {
    const parts = answer.locator(selector);
    const [shown, written] = await Promise.all([parts.allInnerTexts(), parts.allTextContents()]);
    // What was said is wanted, not what is visible: a folded part has no inner text, but it is in the page.
    return written.map((text, index) => (shown[index] || text).replaceAll('\u00a0', ' ').trim());
  };
  const [text, thinking, tools, error, model] = await Promise.all([
    all('.value > .chat-markdown-part, .value > details > .chat-markdown-part'),
    all('.chat-thinking-item.markdown-content'),
    all('.chat-tool-invocation-part .progress-step'),
    all('.chat-notification-widget'),
    all('.chat-response-model-details'),
  ]);
  return {
    text: text.join('\n'),
    thinking: thinking.join('\n'),
    tools,
    error: error.join('\n'),
    model: model.join(),
  };
}
