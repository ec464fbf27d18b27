import type { Locator } from 'playwright-core';
import { repeatUntil } from './retry';

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

/** Unfolds thinking and tool calls of an answer: what is folded is not in the page. */
export async function unfoldAnswer(response: Locator): Promise<void> {
  const steps = response.locator('details.completed-response-disclosure:not([open]) > summary');
  const folded = response.locator(
    '.chat-used-context-collapsed > .chat-used-context-label [role="button"]:visible',
  );
  await repeatUntil(async (timeout) => {
    if ((await steps.count()) > 0) await steps.click({ timeout });
    while ((await folded.count()) > 0) await folded.first().click({ timeout });
  });
}

/** Reads an answer, finished or not. */
export async function readAnswer(answer: Locator): Promise<Answer> {
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
