import type { UserInputMessage } from '../../simulator/chatBody';
import { assistant, request, testRules, user, withState } from './ruleCases';

testRules('The conversation of a chat request', [
  {
    rule: 'unknown-member',
    when: 'at the top',
    body: request(user('Hi'), undefined, { systemPrompt: 'x' }),
    reason: 'REQUEST_BODY_INVALID',
  },
  {
    rule: 'unknown-member',
    when: 'that is a header',
    body: request(user('Hi'), undefined, { agentMode: 'vibe' }),
    reason: 'REQUEST_BODY_INVALID',
  },
  {
    rule: 'unknown-member',
    when: 'deep inside',
    body: request({
      userInputMessage: { ...user('Hi').userInputMessage, content: 'Hi', thinking: {} } as UserInputMessage,
    }),
    reason: 'REQUEST_BODY_INVALID',
  },
  {
    rule: 'missing-member',
    when: 'a required one',
    body: { conversationState: { currentMessage: user('Hi') } },
    reason: 'REQUEST_BODY_INVALID',
  },
  {
    rule: 'wrong-type',
    when: 'a number for a string',
    body: withState({ conversationId: 7 }),
    reason: 'REQUEST_BODY_INVALID',
  },
  {
    rule: 'wrong-type',
    when: 'an object for a list',
    body: withState({ history: {} }),
    reason: 'REQUEST_BODY_INVALID',
  },
  {
    rule: 'null-member',
    when: 'anywhere',
    body: withState({ conversationId: null }),
    reason: 'REQUEST_BODY_INVALID',
  },
  {
    rule: 'not-in-enum',
    when: 'a trigger of its own',
    body: withState({ chatTriggerType: 'AUTO' }),
    reason: 'REQUEST_BODY_INVALID',
  },
  {
    rule: 'union-members',
    when: 'both members',
    body: request({ ...user('Hi'), ...assistant('Hi') }),
    reason: 'REQUEST_BODY_INVALID',
  },
  { rule: 'union-members', when: 'no member', body: request({}), reason: 'REQUEST_BODY_INVALID' },
  {
    rule: 'bad-base64',
    when: 'in an image',
    body: request(user('Hi', { images: [{ format: 'png', source: { bytes: 'no!' } }] })),
    reason: 'REQUEST_BODY_INVALID',
  },

  {
    rule: 'current-message-not-user',
    when: 'the assistant speaks last',
    body: request(assistant('Hi'), [user('Hi')]),
  },
  { rule: 'history-empty', when: 'an empty list', body: request(user('Hi'), []) },
  {
    rule: 'history-starts-with-assistant',
    when: 'the assistant speaks first',
    body: request(user('Hi'), [assistant('Hi')]),
  },
  {
    rule: 'roles-do-not-alternate',
    when: 'two assistant messages',
    body: request(user('Hi'), [user('Hi'), assistant('a'), assistant('b')]),
  },
  { rule: 'content-empty', when: 'a user says nothing', body: request(user(' ')) },
  {
    rule: 'content-empty',
    when: 'an assistant says nothing',
    body: request(user('Hi'), [user('Hi'), assistant('')]),
  },
  {
    rule: 'content-too-long',
    when: 'beyond the limit',
    body: request(user('x'.repeat(600_001))),
    reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD',
  },
  { rule: 'lone-surrogate', when: 'half an emoji', body: request(user('a\ud83d')) },
  {
    rule: 'conversation-id',
    when: 'an empty one',
    body: withState({ conversationId: '' }),
    reason: 'INVALID_CONVERSATION_ID',
  },
  {
    rule: 'cache-point-unsupported',
    when: 'a model without a cache',
    body: request(user('Hi', { modelId: 'deepseek-3.2', cachePoint: { type: 'default' } })),
  },
  {
    rule: 'thinking-signature',
    when: 'an invented signature',
    body: request(user('Hi'), [
      user('Hi'),
      assistant('Hi', { reasoningContent: { reasoningText: { text: 'x', signature: 'y' } } }),
    ]),
    reason: 'THINKING_SIGNATURE_INVALID',
  },
  {
    rule: 'thinking-signature',
    when: 'no signature',
    body: request(user('Hi'), [
      user('Hi'),
      assistant('Hi', { reasoningContent: { reasoningText: { text: 'x' } } }),
    ]),
    reason: 'THINKING_SIGNATURE_INVALID',
  },
]);
