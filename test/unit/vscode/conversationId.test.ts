import assert from 'node:assert/strict';
import type { Content, Message } from '../../../src/kiro/chat/conversation';
import { conversationIdOf } from '../../../src/vscode/chat/conversationId';

const said = (...texts: string[]): Message[] =>
  texts.map((text, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: [{ kind: 'text', text }],
  }));
const idOf = (messages: Message[], { system = 'Be kind.', modelOptions = {} } = {}) =>
  conversationIdOf({ modelOptions }, { system, messages });
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('the id of a conversation', () => {
  it('is the host’s own, in the form that the service wants', () => {
    const id = '11111111-2222-4333-8444-555555555555';
    assert.equal(idOf(said('Hi'), { modelOptions: { _conversationId: id } }), id);
    const [one, same, other] = ['one', 'one', 'other'].map((name) =>
      idOf(said(name, 'Yes'), { modelOptions: { _conversationId: name } }),
    );
    assert.match(one ?? '', uuid);
    assert.equal(one, same);
    assert.notEqual(one, other);
  });

  for (const modelOptions of [{}, { _conversationId: '' }, { _conversationId: 7 }]) {
    it(`stays the same from turn to turn without one: ${JSON.stringify(modelOptions)}`, () => {
      const id = idOf(said('Hi'), { modelOptions });
      assert.match(id, uuid);
      assert.equal(idOf(said('Hi', 'Hello!', 'How are you?'), { modelOptions }), id);
    });
  }

  it('is another one for another question after the same instructions, where those are a message', () => {
    const [instructions, one, other] = said('Be kind.', '', 'Hi', '', 'Hello').filter(
      ({ role }) => role === 'user',
    );
    assert.ok(instructions && one && other);
    const reply: Message = { role: 'assistant', content: [{ kind: 'text', text: 'Yes?' }] };
    assert.equal(idOf([instructions, one, reply, other]), idOf([instructions, one]));
    assert.notEqual(idOf([instructions, one]), idOf([instructions, other]));
  });

  it('is another one for what begins in other words, or with other instructions', () => {
    const picture: Content = { kind: 'image', mimeType: 'image/png', bytes: new Uint8Array(3) };
    const ids = [
      idOf(said('Hi')),
      idOf(said('Hello')),
      idOf(said('Hi'), { system: 'Be brief.' }),
      idOf([{ role: 'user', content: [{ kind: 'text', text: 'Hi' }, picture] }]),
      idOf([]),
    ];
    assert.equal(new Set(ids).size, ids.length);
  });
});
