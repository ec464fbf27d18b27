import assert from 'node:assert/strict';
import { idpProblems } from '../../../src/auth/externalIdp';
import { portalProblems } from '../../../src/auth/portal';
import { errorCodes, KiroError, type SizePart } from '../../../src/base/errors';
import { credentialProblems } from '../../../src/import/credentialFields';
import { importFailures } from '../../../src/import/importFailure';
import {
  fullSentenceFor,
  remediesFor,
  sentenceFor,
  withoutMarkup,
} from '../../../src/vscode/messages/errorSentences';
import { problemSentence } from '../../../src/vscode/messages/signInDialogs';
import { signInSentence } from '../../../src/vscode/messages/signInSentences';

const isSentence = (text: string) => {
  assert.match(text, /^[A-Z“].*[.)]$/s);
  assert.doesNotMatch(text, /undefined|\[object|null\b/);
};

describe('the sentences about failures', () => {
  for (const code of errorCodes) {
    it(`say what ${code} means, with or without the service’s own words`, () => {
      isSentence(sentenceFor(new KiroError(code)));
      isSentence(
        fullSentenceFor(
          new KiroError(code, {
            status: 400,
            reason: 'SOME_REASON',
            detail: 'Some words.',
            requestId: 'r-1',
          }),
        ),
      );
    });
  }

  it('say once that Kiro publishes no addresses for GovCloud, and where one that is known is entered', () => {
    const error = new KiroError('network', { reason: 'unpublished-hosts', detail: 'us-gov-west-1' });
    isSentence(sentenceFor(error));
    assert.match(
      sentenceFor(error),
      /does not publish its addresses in us-gov-west-1.*kiroModels\.endpoints/,
    );
  });

  it('tell an account that is gone from one whose login has ended, and from none at all', () => {
    const errors = ['no-account', 'account-gone', 'invalid_grant'].map(
      (reason) => new KiroError('signed-out', { reason }),
    );
    assert.equal(new Set(errors.map(sentenceFor)).size, 3);
    assert.deepEqual(
      errors.map((error) => remediesFor(error)[0]?.label),
      ['Add Account…', 'Add Account…', 'Sign In Again…'],
    );
  });

  it('offer a new chat where the conversation has grown too long, and not where a new one would be as long', () => {
    const offered = (...parts: SizePart['part'][]) => {
      const sizes = parts.map((part) => ({ part, tokens: 1000, count: 1 }));
      return remediesFor(new KiroError('too-long', { sizes })).map(({ label }) => label);
    };
    assert.deepEqual(
      [offered(), offered('history', 'tools'), offered('toolResult')],
      [['New Chat'], ['New Chat'], ['New Chat']],
    );
    assert.deepEqual(
      [offered('tools', 'history'), offered('message'), offered('images'), offered('documents')],
      [[], [], [], []],
    );
  });

  it('offer another account where the limit is one account’s, and not where it is the person’s own', () => {
    const buttons = ['MONTHLY_REQUEST_COUNT', 'CONVERSATION_LIMIT_EXCEEDED', 'OWN_BUDGET'].map((reason) =>
      remediesFor(new KiroError('quota', { reason })).map(({ label }) => label),
    );
    assert.deepEqual(buttons, [['Usage at Kiro', 'Switch Account…'], ['New Chat'], []]);
    const daily = new KiroError('rate-limited', { reason: 'DAILY_REQUEST_COUNT' });
    assert.deepEqual(
      remediesFor(daily).map(({ label }) => label),
      ['Switch Account…'],
    );
    assert.match(sentenceFor(new KiroError('quota', { reason: 'OWN_BUDGET' })), /Your own budget/);
  });

  for (const reason of [...importFailures, 'needs-client']) {
    it(`say why an import fails with ${reason}, each in its own words`, () => {
      const sentence = sentenceFor(new KiroError('import-failed', { reason }));
      isSentence(sentence);
      assert.notEqual(sentence, sentenceFor(new KiroError('import-failed')));
    });
  }

  for (const reason of credentialProblems) {
    it(`say why a login is not used: ${reason}`, () => {
      isSentence(problemSentence({ where: 'kirocli:social:token', reason, field: 'access_token' }));
    });
  }

  for (const reason of [...portalProblems, ...idpProblems]) {
    it(`say why a sign-in does not come about: ${reason}`, () => {
      const sentence = signInSentence(reason);
      isSentence(sentence ?? '');
      assert.equal(sentenceFor(new KiroError('bad-request', { reason })), sentence);
      assert.equal(sentenceFor(new KiroError('protocol', { reason })), sentence);
    });
  }

  it('quote the service once, with what a support case needs', () => {
    const error = new KiroError('server', {
      status: 500,
      reason: 'X',
      detail: 'Something broke.',
      requestId: 'r-1',
    });
    assert.match(fullSentenceFor(error), / Kiro says: “Something broke” \(X, request r-1\)\.$/);
    assert.doesNotMatch(sentenceFor(error), /Something broke|r-1/);
  });

  it('link an address that the service names', () => {
    const error = new KiroError('suspended', {
      status: 403,
      detail: 'Contact https://support.example/#/kiro.',
    });
    assert.match(
      fullSentenceFor(error),
      /\[https:\/\/support\.example\/#\/kiro\]\(https:\/\/support\.example\/#\/kiro\)”\.$/,
    );
  });

  it('tell how long to wait', () => {
    assert.match(sentenceFor(new KiroError('rate-limited', { retryAfterMs: 7_000 })), /in 7 seconds/);
    assert.match(sentenceFor(new KiroError('rate-limited', { retryAfterMs: 600_000 })), /in 10 minutes/);
  });

  it('come with a button wherever something other than waiting helps', () => {
    const withButton = errorCodes.filter((code) => remediesFor(new KiroError(code)).length > 0);
    for (const code of ['signed-out', 'registration-expired', 'quota', 'suspended', 'network'] as const) {
      assert.ok(withButton.includes(code), code);
    }
  });

  for (const reason of ['unreadable', 'newer-version', 'unavailable', 'copy-not-saved']) {
    it(`lead to what can be done about stored accounts: ${reason}`, () => {
      const error = new KiroError('storage', { reason });
      isSentence(sentenceFor(error));
      const [remedy] = remediesFor(error);
      assert.ok(remedy && 'command' in remedy);
      assert.equal(remedy.command, 'kiroModels.repairStorage');
      assert.equal(remedy.label, reason === 'unavailable' ? 'Try Again' : 'Repair Account Storage…');
    });
  }

  for (const reason of ['export-in-workspace', 'export-not-saved']) {
    it(`lead to another try where accounts were not exported: ${reason}`, () => {
      const error = new KiroError('storage', { reason });
      isSentence(sentenceFor(error));
      assert.equal(remediesFor(error)[0]?.label, 'Export Accounts…');
    });
  }

  it('speak of the usage where the usage was not exported, and lead back to it', () => {
    const error = new KiroError('storage', { reason: 'usage-not-saved', detail: 'EACCES' });
    assert.equal(
      sentenceFor(error),
      'The usage could not be exported there (EACCES). Choose another location.',
    );
    assert.equal(remediesFor(error)[0]?.label, 'Show Usage');
  });

  it('lose their code marks where those are not shown', () => {
    assert.equal(withoutMarkup('Run `kiro-cli login` **now**.'), 'Run kiro-cli login now.');
  });
});
