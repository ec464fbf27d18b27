import { KiroError } from '../../base/errors';
import { t } from '../../base/words/l10n';
import type { Recording } from '../../kiro/chat/recording/recording';
import { creditsInEnglish } from '../../usage/figures';

// What the log says of a request. An account is named by the first digits of its id, because its label may be an address.

const count = new Intl.NumberFormat('en-US');

/** One line for a person: what was asked, what it used, and how long it took. What the service did not tell is left out. */
export function turnLine(recording: Recording): string {
  const { model, accountId, usage, attempts, requestId, failure, firstMs, totalMs } = recording;
  const { inputTokens, outputTokens, cacheReadTokens } = usage?.usage ?? {};
  const cached = inputTokens && cacheReadTokens !== undefined ? cacheReadTokens / inputTokens : undefined;
  const parts = [
    inputTokens === undefined ? undefined : `${count.format(inputTokens)} tokens in`,
    cached === undefined ? undefined : `${Math.round(cached * 100)}% of them from the cache`,
    outputTokens === undefined ? undefined : `${count.format(outputTokens)} out`,
    usage?.credits === undefined ? undefined : `${creditsInEnglish(usage.credits)} credits`,
    firstMs === undefined ? undefined : `first token after ${seconds(firstMs)}`,
    `${seconds(totalMs ?? 0)} in all`,
    attempts === 1 ? '1 attempt' : `${attempts} attempts`,
    requestId === undefined ? undefined : `request ${requestId}`,
    failure === undefined ? undefined : `ended by ${failureName(failure)}`,
  ];
  const account = accountId === undefined ? '' : ` (account ${accountId.slice(0, 8)})`;
  return `${model.name}${account}: ${parts.filter((part) => part !== undefined).join(', ')}.`;
}

/** What a request was like, for whoever looks closer. Nobody's words. */
export function metadataLine({ request, sentBytes, receivedBytes, fallbacks, requestId }: Recording): string {
  const { messages, tools, effort, conversationId, toolMode } = request;
  return `Request ${requestId ?? 'without an id'}: ${JSON.stringify({
    ...{ messages: messages.length, tools: tools.length, effort, toolMode },
    ...{ conversation: conversationId !== undefined, sentBytes, receivedBytes, fallbacks },
  })}`;
}

function failureName(failure: unknown): string {
  if (failure instanceof KiroError) return failure.message;
  return failure instanceof Error && failure.name === 'AbortError' ? 'Stop' : 'an error';
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** About saving a request to report a problem. */
export const saveWords = {
  none: t('There is no request to save yet. Ask something in chat first.'),
  title: t('Save Kiro’s last request, without what you and the model wrote'),
  pick: t('Select the request to save'),
  saved: (path: string) =>
    t(
      'The request was saved to {0}. Texts in it are replaced by fillers of the same length; names of tools stay.',
      path,
    ),
};
