import { t } from '../../base/words/l10n';
import type { EarlyEnd } from '../../kiro/chat/conversation';

// Sentences that stand in an answer and not in an error: the host forgets a turn that failed, and so would the model.

/** Tells the person and the model that a tool call was cut off, and how to get around it. */
export function truncatedCallSentence(name: string | undefined): string {
  return name === undefined
    ? t(
        '**A tool call was cut off before it was complete, so it was not run.** Its arguments were too large for one answer: split the work into smaller steps, such as writing a long file in several parts.',
      )
    : t(
        '**The call to `{0}` was cut off before it was complete, so it was not run.** Its arguments were too large for one answer: split the work into smaller steps, such as writing a long file in several parts.',
        name,
      );
}

/** Tells the person that a tool call was cut off, and that the model was told and goes on. */
export function continuedSentence(name: string | undefined): string {
  return name === undefined
    ? t('*A tool call was too large for one answer and was not run. The model goes on in smaller steps.*')
    : t(
        '*The call to `{0}` was too large for one answer and was not run. The model goes on in smaller steps.*',
        name,
      );
}

/** Tells the person and the model that a tool call could not be understood. */
export function malformedCallSentence(name: string | undefined): string {
  return name === undefined
    ? t(
        '**A tool call was malformed, so it was not run.** Its arguments are not a JSON object: call the tool again.',
      )
    : t(
        '**The call to `{0}` was malformed, so it was not run.** Its arguments are not a JSON object: call the tool again.',
        name,
      );
}

/** Tells the person and the model that the conversation goes on without a tool. */
export function toolLeftOutSentence(name: string): string {
  return t(
    '**The tool `{0}` was left out of this chat, because Kiro does not accept its description or its input schema.** Everything else works as usual. Turn the tool off, or report this to whoever provides it.',
    name,
  );
}

/** Tells the person and the model why an answer ends before it is complete, and how to get the rest. */
export function earlyEndSentence(why: EarlyEnd): string {
  switch (why) {
    case 'output-limit':
      return t('**The answer reached the model’s limit and ends here.** Ask it to continue.');
    case 'window-full':
      return t(
        '**The answer ends here because the conversation fills the model’s context window.** Start a new chat, or summarize this one with `/compact`.',
      );
    case 'filtered':
      return t('**Kiro’s content filter ended the answer here.** Try rephrasing your request.');
  }
}
