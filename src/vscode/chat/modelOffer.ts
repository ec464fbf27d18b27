import * as vscode from 'vscode';
import { sleep } from '../../base/async';
import { modelOffer } from '../messages/errorSentences';

/** How long a chat waits for the person to choose. Longer would look like an answer that is under way. */
const patienceMs = 60_000;

/**
 * Offers another model where one is overloaded. Answers whether the person takes it: not where they turn away, do not
 * answer in a minute, or stop the chat. Whoever presses the button later chooses a model for the next message.
 */
export async function takesOffer(overloaded: string, other: string, signal: AbortSignal): Promise<boolean> {
  const { sentence, button } = modelOffer(overloaded, other);
  const over = new AbortController();
  const waiting = AbortSignal.any([signal, over.signal]);
  const patience = sleep(patienceMs, waiting).then(
    () => false,
    () => false,
  );
  const answered = Promise.resolve(vscode.window.showWarningMessage(sentence, button)).then((chosen) => {
    if (chosen && waiting.aborted)
      void vscode.commands.executeCommand('workbench.action.chat.openModelPicker');
    return chosen !== undefined;
  });
  try {
    return await Promise.race([answered, patience]);
  } finally {
    over.abort();
  }
}
