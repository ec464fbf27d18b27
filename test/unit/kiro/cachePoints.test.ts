import assert from 'node:assert/strict';
import type { Model } from '../../../src/kiro/account/models';
import type { Message } from '../../../src/kiro/chat/conversation';
import { build as buildBody, models } from '../../fixtures/requestProperties';

const ask: Message = { role: 'user', content: [{ kind: 'text', text: 'a' }] };
const answer: Message = { role: 'assistant', content: [{ kind: 'text', text: 'b' }] };
const opus = models.find(({ id }) => id === 'claude-opus-5');
assert.ok(opus);
const known = opus;

/** One letter for each message, a capital where it has a cache point. */
function marked(turns: number, cachePoints: number | undefined): string {
  const model: Model = { ...known, cachePoints };
  const messages = [...Array.from({ length: turns }, () => [ask, answer]).flat(), ask];
  const { conversationState } = buildBody(
    { system: 'S', messages, tools: [], conversationId: 'c' },
    model,
  ).body;
  return [...(conversationState.history ?? []), conversationState.currentMessage]
    .map((message) => {
      const [inner] = Object.values(message);
      const letter = 'userInputMessage' in message ? 'u' : 'a';
      return inner?.cachePoint ? letter.toUpperCase() : letter;
    })
    .join('');
}

describe('cache points', () => {
  it('are set on the system text and the last replies', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((turns) => marked(turns, 4)),
      ['U', 'UAu', 'UAuAu', 'UAuAuAu', 'UauAuAuAu', 'UauauAuAuAu'],
    );
  });

  it('are never more than the model takes', () => {
    assert.deepEqual(
      [undefined, 0, 1, 2, 3, 9].map((most) => marked(4, most)),
      ['uauauauau', 'uauauauau', 'uauauauAu', 'UauauauAu', 'UauauAuAu', 'UauAuAuAu'],
    );
    assert.equal(marked(0, 1), 'U');
  });
});
