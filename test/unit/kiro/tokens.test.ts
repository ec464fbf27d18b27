import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import type { Content } from '../../../src/kiro/chat/conversation';
import { estimateMessage, estimateRequest } from '../../../src/kiro/tokenCount/messageTokens';
import { estimateTokens } from '../../../src/kiro/tokenCount/tokens';
import { chatOf } from '../../fixtures/kiroService';

const languages = ['english', 'code', 'json', 'chinese', 'japanese', 'russian'];
const sample = (language: string) => readFileSync(`test/unit/kiro/languages/${language}.txt`, 'utf8');

/** The fastest of several runs, in milliseconds: what else the machine does only ever adds to it. */
function fastest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 40; time++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

describe('the estimate of tokens', () => {
  const tokenizer = new Tiktoken(o200k);
  for (const language of languages) {
    it(`is within 15 % of a tokenizer on ${language}, in all and by the paragraph`, () => {
      const text = sample(language);
      const ratioOf = (part: string) => estimateTokens(part) / tokenizer.encode(part).length;
      const whole = ratioOf(text);
      assert.ok(Math.abs(whole - 1) < 0.15, `${whole}`);
      for (const part of text.split('\n\n').filter(({ length }) => length > 200)) {
        assert.ok(Math.abs(ratioOf(part) - 1) < 0.3, `${ratioOf(part)}: ${part.slice(0, 60)}`);
      }
    });
  }

  it('is a whole number, and none for nothing', () => {
    assert.equal(estimateTokens(''), 0);
    for (const text of ['a', ' ', '\ud800', '🌍', 'déjà vu', '\0'])
      assert.ok(Number.isInteger(estimateTokens(text)));
  });

  /** The least that anything which looks at each character takes. */
  function look(text: string): number {
    let sum = 0;
    for (let index = 0; index < text.length; index++) sum = (sum + text.charCodeAt(index)) | 0;
    return sum;
  }
  // Three to ten were measured, by machine and by what else it does; what grows with the square takes thousands.
  const mostPerLook = 40;

  it('of 5,000 short texts takes a small multiple of what looking at each character takes', () => {
    const words = sample('json').split(/[",:]+/);
    const texts = Array.from({ length: 5000 }, (_, index) => words[index % words.length] ?? '');
    const ratio = fastest(() => texts.forEach(estimateTokens)) / fastest(() => texts.forEach(look));
    assert.ok(ratio < mostPerLook, `${ratio}`);
  });

  for (const language of languages) {
    it(`of a megabyte of ${language} takes a small multiple of what looking at each character takes`, () => {
      const text = sample(language);
      const perByte = text.length / Buffer.byteLength(text);
      const megabyte = Buffer.from(
        text.repeat(Math.ceil((1_000_000 * perByte) / text.length)).slice(0, 1_000_000 * perByte),
        'utf16le',
      ).toString('utf16le');
      const ratio = fastest(() => estimateTokens(megabyte)) / fastest(() => look(megabyte));
      assert.ok(ratio < mostPerLook, `${ratio}`);
    });
  }
});

describe('the estimate of a message', () => {
  const tokens = (...content: Content[]) => estimateMessage({ content });
  const bytes = (length: number) => new Uint8Array(length);
  const said: Content = { kind: 'text', text: 'Some words of text.' };

  it('counts what is in it, of every kind', () => {
    const small = tokens(said);
    const parts: [Content, number, number][] = [
      [{ kind: 'thinking', text: 'Some words of thought.', signature: 's' }, 4, 8],
      [{ kind: 'thinking', text: 'Some words of thought.' }, 0, 0],
      [
        { kind: 'toolCall', id: 't1', name: 'read_file', input: { path: 'src/index.ts', lines: [1, 20] } },
        20,
        50,
      ],
      [{ kind: 'toolResult', callId: 't1', content: [said], isError: false }, 12, 25],
      [{ kind: 'image', mimeType: 'image/png', bytes: bytes(9) }, 1500, 1500],
      [{ kind: 'document', mimeType: 'application/pdf', bytes: bytes(400_000) }, 10_000, 20_000],
    ];
    for (const [part, least, most] of parts) {
      const more = tokens(said, part) - small;
      assert.ok(more >= least && more <= most, `${part.kind}: ${more}`);
    }
  });

  it('is close to a tokenizer for a call’s arguments', () => {
    const input = JSON.parse(sample('json').split('\n{"type"')[0] ?? '') as Record<string, unknown>;
    const counted = new Tiktoken(o200k).encode(JSON.stringify(input)).length;
    const ratio = tokens({ kind: 'toolCall', id: 't1', name: 'x', input }) / counted;
    assert.ok(Math.abs(ratio - 1) < 0.15, `${ratio}`);
  });

  it('adds up to that of a request, with its instructions and tools', () => {
    const bare = estimateRequest(chatOf('Hi'));
    const schema = { type: 'object', properties: { path: { type: 'string' } } };
    const tools = [{ name: 'read', description: 'Reads a file.', inputSchema: schema }];
    assert.ok(estimateRequest(chatOf('Hi', { system: 'Be brief.' })) >= bare + 2);
    assert.ok(estimateRequest(chatOf('Hi', { tools })) >= bare + 25);
  });
});
