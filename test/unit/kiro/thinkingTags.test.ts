import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type TaggedText, ThinkingTags } from '../../../src/kiro/chat/response/thinkingTags';

function read(pieces: string[]): TaggedText[] {
  const tags = new ThinkingTags();
  return [...pieces.flatMap((piece) => tags.read(piece)), ...tags.end('complete')];
}

function joined(parts: TaggedText[]): { thinking: string; text: string } {
  const of = (kind: TaggedText['kind']) =>
    parts
      .filter((part) => part.kind === kind)
      .map((part) => part.text)
      .join('');
  return { thinking: of('thinking'), text: of('text') };
}

describe('thinking tags', () => {
  const cases: [string, string, { thinking: string; text: string }][] = [
    ['plain text', 'Hello <b>you</b>', { thinking: '', text: 'Hello <b>you</b>' }],
    ['a block and text', '<thinking>\nhm\n</thinking>\n\nYes', { thinking: 'hm\n', text: 'Yes' }],
    ['a block after empty lines', '<think>\n\nhm</think>Yes', { thinking: 'hm', text: 'Yes' }],
    ['the other names', '<think>hm</think>Yes', { thinking: 'hm', text: 'Yes' }],
    ['white space before the tag', '\n <thinking>hm</thinking>\nYes', { thinking: 'hm', text: 'Yes' }],
    [
      'a tag after more white space than anyone writes before one',
      `${' '.repeat(101)}<think>hm</think>`,
      { thinking: '', text: `${' '.repeat(101)}<think>hm</think>` },
    ],
    ['a tag after text', 'So <thinking>hm</thinking>', { thinking: '', text: 'So <thinking>hm</thinking>' }],
    ['a second block', '<think>a</think>b<think>c</think>', { thinking: 'a', text: 'b<think>c</think>' }],
    [
      'a quoted closing tag',
      '<think>write `</think>` here</think>ok',
      { thinking: 'write `</think>` here', text: 'ok' },
    ],
    [
      'a closing tag after a quote that it ends with',
      '<thinking>The user says "Hi"</thinking>\n\nHello!',
      { thinking: 'The user says "Hi"', text: 'Hello!' },
    ],
    ['a closing tag after a backtick', '<think>run `ls`</think>\nOk', { thinking: 'run `ls`', text: 'Ok' }],
    ['an answer that begins with a quote', '<think>hm</think>"Yes."', { thinking: 'hm', text: '"Yes."' }],
    ['an answer that begins with code', '<think>hm</think>`ls`', { thinking: 'hm', text: '`ls`' }],
    ['an answer that begins with a dot', '<think>hm</think>.env', { thinking: 'hm', text: '.env' }],
    ['an answer that begins with a colon', '<think>hm</think>: so', { thinking: 'hm', text: ': so' }],
    ['a quote at both ends of a line', '<think>a"</think>\n"b"', { thinking: 'a"', text: '"b"' }],
    ['a block that is cut off by the end', '<think>a</think>', { thinking: 'a', text: '' }],
    ['an unfinished opening tag', '<think', { thinking: '', text: '<think' }],
    ['nothing', '', { thinking: '', text: '' }],
  ];
  for (const [name, input, expected] of cases) {
    it(`reads ${name}, in one piece or in single characters`, () => {
      assert.deepEqual(joined(read([input])), expected);
      assert.deepEqual(joined(read([...input])), expected);
    });
  }

  const whole = '<think> is a tag that some models write before their reasoning, and </thi';
  for (const pieces of [[whole], [...whole]]) {
    it(`that are never closed are a reply about tags, come it in ${pieces.length} pieces`, () => {
      assert.equal(joined(read(pieces)).text, whole);
    });

    it(`that are cut short before they are closed are thinking, come it in ${pieces.length} pieces`, () => {
      const tags = new ThinkingTags();
      const parts = [...pieces.flatMap((piece) => tags.read(piece)), ...tags.end('cut-short')];
      assert.deepEqual(joined(parts), { thinking: whole.slice('<think>'.length), text: '' });
    });
  }

  it('does not depend on where the text is cut', () => {
    const words = fc.constantFrom(
      '<thinking>',
      '</thinking>',
      '<',
      '>',
      '/',
      '`',
      '"',
      '\n',
      'a',
      'think',
      ' ',
      '.',
    );
    fc.assert(
      fc.property(fc.array(words), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (parts, sizes) => {
        const input = parts.join('');
        const pieces: string[] = [];
        for (let at = 0; at < input.length; ) {
          const size = sizes.next().value as number;
          pieces.push(input.slice(at, at + size));
          at += size;
        }
        assert.deepEqual(joined(read(pieces)), joined(read([input])));
      }),
    );
  });

  it('shows text at once when no tag can begin there', () => {
    assert.deepEqual(new ThinkingTags().read('H'), [{ kind: 'text', text: 'H' }]);
  });
});
