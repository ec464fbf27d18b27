import assert from 'node:assert/strict';
import { redact, redactPersonal, redactStack } from '../../../src/base/redact';

describe('redaction', () => {
  const secrets: [string, string][] = [
    ['an access token', 'aoaAAAAAGVabcdEFGH1234'],
    ['a refresh token', 'aorAAAAAGVabcdEFGH1234:MGUCMQ'],
    ['an API key', 'ksk_abcdef0123456789'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP'],
    ['a bearer header', 'Bearer abc.def'],
    ['a long random value', 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4'],
  ];
  for (const [name, secret] of secrets) {
    it(`masks ${name}`, () => {
      assert.equal(redact(`before ${secret} after`), 'before [redacted] after');
    });
  }

  it('leaves what a support case needs', () => {
    const line =
      'Improperly formed request. 3f2c8c1e-5b1a-4a7e-9d55-0c8f2f6f1a2b arn:aws:codewhisperer:us-east-1:1:profile/AB';
    assert.equal(redact(line), line);
  });

  it('folds control characters, so that no line of a log can be forged', () => {
    assert.equal(redact('a\r\nb\u2028c\u0000d'), 'a b c d');
  });

  it('shortens long texts', () => {
    assert.ok(redact('no '.repeat(1000)).length <= 400);
  });
});

describe('A text that a person may show to others', () => {
  it('has no code of a terminal, which whoever prints the log would run, and keeps its lines and length', () => {
    const text = 'one\n\ttwo\r\n\u001b[31mred\u001b]8;;https://evil.example\u0007\u009b\0';
    const shown = redactPersonal(text);
    assert.equal(shown, 'one\n\ttwo\r\n\ufffd[31mred\ufffd]8;;https://evil.example\ufffd\ufffd\ufffd');
  });
});

describe('The stack of a bug', () => {
  it('loses the token that the runtime quotes, and keeps where it happened', async () => {
    const token = `aoa${'x'.repeat(60)}`;
    const error = await fetch('http://127.0.0.1:9', {
      headers: { authorization: `Bearer ${token}\u0100` },
    }).then(
      () => assert.fail('it was sent'),
      (caught: Error) => caught,
    );
    const quoted = `${error.stack}\n${token}\n    at folder (/home/somebody/a/rather/long/folder/of/theirs/file.js:1:2)`;
    const safe = redactStack(quoted);
    assert.ok(!safe.includes(token));
    assert.ok(safe.includes('/home/somebody/a/rather/long/folder/of/theirs/file.js:1:2'));
  });
});
