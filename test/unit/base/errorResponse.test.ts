import assert from 'node:assert/strict';
import { factsOf, readErrorBody, readErrorResponse } from '../../../src/base/errorResponse';

const now = Date.UTC(2026, 0, 1);
const read = (body: unknown, headers: Record<string, string> = {}) =>
  readErrorResponse(
    {
      status: 400,
      headers: new Headers(headers),
      text: typeof body === 'string' ? body : JSON.stringify(body),
    },
    now,
  );

describe('an error response', () => {
  const waits: [string, number | undefined][] = [
    ['7', 7000],
    ['1.5', 1500],
    [' 0 ', 0],
    [new Date(now + 9000).toUTCString(), 9000],
    ['Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
    [new Date(now - 9000).toUTCString(), undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['later 5', undefined],
    ['', undefined],
  ];
  for (const [header, ms] of waits) {
    it(`with Retry-After: ${JSON.stringify(header)} asks to wait ${ms ?? 'no known number of'} milliseconds`, () => {
      assert.equal(read('', { 'retry-after': header }).retryAfterMs, ms);
    });
  }

  it('has the same code in each dialect', () => {
    const spellings = [
      read({ __type: 'com.amazonaws.ssooidc#InvalidGrantException' }),
      read({}, { 'x-amzn-errortype': 'InvalidGrantException:http://internal.example/#top' }),
      read({ error: { __type: 'InvalidGrantException' } }),
    ];
    assert.deepEqual(
      spellings.map(({ code }) => code),
      Array.from(spellings, () => 'InvalidGrantException'),
    );
    assert.equal(read({ error: 'invalid_grant' }).code, 'invalid_grant');
  });

  it('is read member by member: one of the wrong kind hides no other', () => {
    const { code, message, isJson } = read({
      error: 'invalid_grant',
      error_description: null,
      message: 'No.',
    });
    assert.deepEqual([code, message, isJson], ['invalid_grant', 'No.', true]);
    assert.equal(read({ error: 7, message: 'No.' }).message, 'No.');
  });

  it('that is a page of somebody in between is none of the service', () => {
    for (const page of ['<html>Sign in to the Wi-Fi</html>', '', '"no"', '[]', 'null']) {
      assert.equal(read(page).isJson, false, page);
    }
  });

  it('repeats no code that is none, and no token of its sentence', () => {
    assert.equal(read({ error: 'see https://example.com' }).code, undefined);
    assert.equal(factsOf(readErrorBody({ message: 'token aoaAAAAAGabcdefgh' })).detail, 'token [redacted]');
  });
});
