/** The order and content of the messages, and what is replayed in them. */
import { type ChatBody, type ChatMessage, messagesOf, type UserInputMessage } from './chatBody';
import type { Limits } from './limits';
import type { ReasoningLedger } from './reasoningLedger';
import { type Violation, violation } from './violations';

/** Order, emptiness and length of the messages. */
export function checkConversation(body: ChatBody, limits: Limits): Violation[] {
  const { history, currentMessage, conversationId } = body.conversationState;
  const found: Violation[] = [];
  if (conversationId !== undefined && (conversationId === '' || conversationId.length > 128)) {
    const detail = `${conversationId.length} characters`;
    found.push(violation('conversation-id', 'conversationState.conversationId', detail));
  }
  const historyPath = 'conversationState.history';
  if (!currentMessage.userInputMessage) {
    found.push(
      violation('current-message-not-user', 'conversationState.currentMessage', 'must be a userInputMessage'),
    );
  }
  if (history?.length === 0) {
    found.push(violation('history-empty', historyPath, 'left out when there is none'));
  }
  if (history && history.length > limits.historyEntries) {
    found.push(violation('history-too-long', historyPath, `${history.length} entries`));
  }
  if (history?.[0]?.assistantResponseMessage) {
    found.push(
      violation('history-starts-with-assistant', `${historyPath}[0]`, 'the first entry is the user'),
    );
  }
  return [...found, ...checkRoles(body), ...checkContents(body, limits)];
}

function checkRoles(body: ChatBody): Violation[] {
  const messages = messagesOf(body);
  return messages.flatMap(({ path, message }, index) => {
    const before = messages[index - 1];
    if (!before || roleOf(before.message) !== roleOf(message)) return [];
    return [violation('roles-do-not-alternate', path, `a second ${roleOf(message)} message in a row`)];
  });
}

function checkContents(body: ChatBody, limits: Limits): Violation[] {
  return messagesOf(body).flatMap(({ path, message }) => {
    const user = message.userInputMessage;
    const content = user?.content ?? message.assistantResponseMessage?.content ?? '';
    const where = `${path}.${roleOf(message)}.content`;
    const found: Violation[] = [];
    if (content.trim() === '' && !carriesSomethingElse(message)) {
      found.push(violation('content-empty', where, 'no text, and nothing else either'));
    }
    if (user && content.length > limits.userMessageChars) {
      found.push(violation('content-too-long', where, `${content.length} characters`));
    }
    if (!content.isWellFormed()) found.push(violation('lone-surrogate', where, 'not well-formed Unicode'));
    return found;
  });
}

/** What the chosen model can cache. */
export function checkCachePoints(body: ChatBody, maximum: number): Violation[] {
  const points = messagesOf(body).filter(
    ({ message }) => message.userInputMessage?.cachePoint ?? message.assistantResponseMessage?.cachePoint,
  );
  if (points.length <= maximum) return [];
  const detail = `${points.length} cache points, the model allows ${maximum}`;
  return [violation('cache-point-unsupported', 'conversationState', detail)];
}

/** Replayed reasoning is exactly what the service signed, or it is refused. */
export function checkReasoning(body: ChatBody, ledger: ReasoningLedger): Violation[] {
  return messagesOf(body).flatMap(({ path, message }) => {
    const reasoning = message.assistantResponseMessage?.reasoningContent;
    if (!reasoning) return [];
    const where = `${path}.assistantResponseMessage.reasoningContent`;
    const { reasoningText, redactedContent } = reasoning;
    if (reasoningText) {
      if (reasoningText.signature === undefined)
        return [violation('thinking-signature', where, 'no signature')];
      return ledger.signed(reasoningText.text, reasoningText.signature)
        ? []
        : [violation('thinking-signature', where, 'this text was never signed with this signature')];
    }
    if (redactedContent === undefined || ledger.redacted(redactedContent)) return [];
    return [violation('thinking-signature', where, 'this blob was never issued')];
  });
}

function roleOf(message: ChatMessage): 'userInputMessage' | 'assistantResponseMessage' {
  return message.userInputMessage ? 'userInputMessage' : 'assistantResponseMessage';
}

function carriesSomethingElse(message: ChatMessage): boolean {
  const user: UserInputMessage | undefined = message.userInputMessage;
  if (user) {
    return !!(
      user.images?.length ||
      user.documents?.length ||
      user.userInputMessageContext?.toolResults?.length
    );
  }
  return !!message.assistantResponseMessage?.toolUses?.length;
}
