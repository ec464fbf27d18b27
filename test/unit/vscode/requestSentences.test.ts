import assert from 'node:assert/strict';
import { KiroError, type SizePart } from '../../../src/base/errors';
import { sentenceFor } from '../../../src/vscode/messages/errorSentences';

const tooLong = (...sizes: SizePart[]) => sentenceFor(new KiroError('too-long', { sizes }));

describe('the sentence for a conversation that is too long', () => {
  it('says what is large, and what makes it smaller', () => {
    assert.equal(
      tooLong(
        { part: 'toolResult', tokens: 312_345, count: 1, name: 'read_file' },
        { part: 'tools', tokens: 41_230, count: 60 },
        { part: 'history', tokens: 33_333, count: 8 },
        { part: 'message', tokens: 32_000, count: 1 },
      ),
      'The conversation is too long for this model. Its largest parts: a result of `read_file` (about 310,000 tokens), ' +
        'the descriptions of 60 tools (about 41,000 tokens), the conversation so far (about 33,000 tokens). ' +
        'Start a new chat and ask for a smaller piece, such as a part of the file.',
    );
    assert.match(tooLong({ part: 'tools', tokens: 1, count: 2 }), /about 1 tokens\)\. Turn off tools/);
    assert.match(tooLong({ part: 'history', tokens: 99_999, count: 2 }), /about 100,000 tokens.*\/compact/);
  });

  it('leaves out what is small beside the rest', () => {
    assert.match(
      tooLong(
        { part: 'history', tokens: 370_000, count: 20 },
        { part: 'tools', tokens: 31_000, count: 88 },
        { part: 'message', tokens: 170, count: 1 },
      ),
      /the conversation so far \(about 370,000 tokens\), the descriptions of 88 tools \(about 31,000 tokens\)\. Start/,
    );
  });

  it('is general where nothing is known', () => {
    assert.match(tooLong(), /^The conversation is too long for this model\. Start a new chat/);
  });
});

describe('the sentence for an attachment that cannot be sent', () => {
  for (const reason of [
    ...['image', 'image-format', 'image-size', 'image-dimension', 'image-count'],
    ...['document', 'document-size', 'document-count'],
  ]) {
    it(`says what to do about ${reason}`, () => {
      const sentence = sentenceFor(new KiroError('bad-request', { reason, detail: 'so and so' }));
      assert.doesNotMatch(sentence, /malformed|undefined/);
      if (reason !== 'image') assert.match(sentence, /so and so/);
    });
  }
});
