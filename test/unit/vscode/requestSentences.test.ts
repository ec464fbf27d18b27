import assert from 'node:assert/strict';
import { KiroError, type SizePart } from '../../../src/base/errors';
import { setLanguage } from '../../../src/base/words/l10n';
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
  afterEach(() => setLanguage('en', undefined));

  const advice = {
    image: /Choose one that does/,
    'image-format': /of the type x\/y are not supported/,
    'image-size': /Attach one of at most 3\.75 MiB\./,
    'image-dimension': /Attach one of at most 8,000 pixels either way\./,
    'image-count': /Attach at most 10 to a message\./,
    document: /files of the type x\/y/,
    'document-size': /Attach one of at most 4\.5 MiB,/,
    'document-count': /Attach at most 5 to a message\./,
  };
  for (const [reason, expected] of Object.entries(advice)) {
    it(`says what to do about ${reason}`, () => {
      assert.match(sentenceFor(new KiroError('bad-request', { reason, detail: 'x/y' })), expected);
    });
  }

  it('has its limits as the person’s language writes them', () => {
    setLanguage('de', undefined);
    assert.match(sentenceFor(new KiroError('bad-request', { reason: 'image-size' })), /3,75 MiB/);
  });
});
