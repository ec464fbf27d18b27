import { limits } from '../limits';
import { type Placed, placed } from './placedMessages';
import type { Rule } from './rules';

const when = (isBroken: boolean, path: string): string[] => (isBroken ? [path] : []);
const pathsOf = (messages: Placed[], isBroken: (message: Placed) => unknown): string[] =>
  messages.filter(isBroken).map(({ path }) => path);
const contentOf = ({ user, assistant }: Placed): string => (user ?? assistant)?.content ?? '';

/** The order of the messages and what they say. */
export const conversationRules: readonly Rule[] = [
  {
    name: 'conversation-id',
    broken: ({ conversationState: { conversationId: id } }) =>
      when(id === '' || id?.length > limits.conversationIdChars, 'conversationId'),
  },
  {
    name: 'current-message-not-user',
    broken: (body) => pathsOf(placed(body).slice(-1), ({ user }) => !user),
  },
  {
    name: 'history-empty',
    broken: ({ conversationState: { history } }) => when(history?.length === 0, 'history'),
  },
  {
    name: 'history-too-long',
    broken: ({ conversationState: { history = [] } }) =>
      when(history.length > limits.historyEntries, 'history'),
  },
  {
    name: 'history-starts-with-assistant',
    broken: (body) => pathsOf(placed(body).slice(0, -1).slice(0, 1), ({ assistant }) => assistant),
  },
  {
    name: 'roles-do-not-alternate',
    broken: (body) =>
      placed(body).flatMap(({ path, user }, index, all) => {
        const before = all[index - 1];
        return when(before !== undefined && !before.user === !user, path);
      }),
  },
  {
    name: 'content-empty',
    broken: (body) =>
      pathsOf(placed(body), (message) => {
        const { user, assistant } = message;
        const others = [
          user?.images,
          user?.documents,
          user?.userInputMessageContext?.toolResults,
          assistant?.toolUses,
        ];
        return contentOf(message).trim() === '' && !others.some((list) => list && list.length > 0);
      }),
  },
  {
    name: 'content-too-long',
    broken: (body) =>
      pathsOf(placed(body), ({ user }) => user && user.content.length > limits.userMessageChars),
  },
  {
    name: 'lone-surrogate',
    broken: (body) =>
      pathsOf(placed(body), (message) => {
        const results = message.user?.userInputMessageContext?.toolResults ?? [];
        const texts = results.flatMap(({ content }) => content.map(({ text }) => text));
        return [contentOf(message), ...texts].some((text) => text?.isWellFormed() === false);
      }),
  },
  {
    name: 'thinking-signature',
    broken: (body) =>
      pathsOf(placed(body), ({ assistant }) => {
        const reasoning = assistant?.reasoningContent;
        return reasoning && 'reasoningText' in reasoning && !('signature' in reasoning.reasoningText);
      }),
  },
];
