import assert from 'node:assert/strict';
import { mergeTokens, type TokenUpdate, withMembers } from '../../../src/import/tokenMerge';

const moment = Date.UTC(2026, 10, 21, 12, 0, 0, 123);
const update: TokenUpdate = {
  held: 'old-refresh',
  tokens: { access: 'new-access', refresh: 'new-refresh', expiresAt: moment },
};

const merged = (text: string | Uint8Array, facts: Partial<TokenUpdate> = {}) => {
  const merge = mergeTokens(text, { ...update, ...facts });
  return merge.kind === 'merged' ? merge.text : merge.kind;
};

describe('Members of a JSON text', () => {
  it('get other values while everything else stays, character by character', () => {
    const text =
      ' {\n\t"a" :"x\\"}, {" , "big":12345678901234567890,"n":1.00,\n "deep":{"a":[1,{"a":2}]}, "e":"\\u00e9", "a2":[ ]} \n';
    assert.equal(
      withMembers(text, new Map([['a', 'y']])),
      ' {\n\t"a" :"y" , "big":12345678901234567890,"n":1.00,\n "deep":{"a":[1,{"a":2}]}, "e":"\\u00e9", "a2":[ ]} \n',
    );
  });

  it('may be objects, lists and numbers before and strings after', () => {
    const values = new Map(['o', 'l', 'n'].map((name) => [name, name]));
    assert.equal(withMembers('{"o":{"x":1},"l":[1,2],"n":-1e3}', values), '{"o":"o","l":"l","n":"n"}');
  });

  it('are not added where there are none', () => {
    assert.equal(withMembers('{}', new Map([['a', 1]])), '{}');
  });
});

describe('Renewed tokens in a row', () => {
  it('replace the token fields and nothing else', () => {
    const text =
      '{"access_token":"a","expires_at":"2026-01-02T03:04:05.123456789Z", "refresh_token":"old-refresh","region":"eu-west-1","start_url":null,"scopes":["x"],"unknown":{"b":1.0}}';
    assert.equal(
      merged(text),
      '{"access_token":"new-access","expires_at":"2026-11-21T12:00:00.123000000Z", "refresh_token":"new-refresh","region":"eu-west-1","start_url":null,"scopes":["x"],"unknown":{"b":1.0}}',
    );
  });

  it('keep the spelling of the fields', () => {
    assert.equal(
      merged('{"accessToken":"a","refreshToken":"old-refresh","expiresAt":"2026-01-02T03:04:05.123Z"}'),
      '{"accessToken":"new-access","refreshToken":"new-refresh","expiresAt":"2026-11-21T12:00:00.123Z"}',
    );
  });

  it('are the same in both spellings where another tool has added one', () => {
    assert.equal(
      merged('{"access_token":"a","refresh_token":"old-refresh","accessToken":"a","refreshToken":"other"}'),
      '{"access_token":"new-access","refresh_token":"new-refresh","accessToken":"new-access","refreshToken":"new-refresh"}',
    );
  });

  it('bring a profile only where there was one', () => {
    const row = '{"access_token":"a","refresh_token":"old-refresh"';
    const tokens = '{"access_token":"new-access","refresh_token":"new-refresh"';
    const profileArn = 'arn:new';
    assert.equal(merged(`${row}}`, { profileArn }), `${tokens}}`);
    assert.equal(merged(`${row},"profile_arn":null}`, { profileArn }), `${tokens},"profile_arn":null}`);
    assert.equal(merged(`${row},"profile_arn":"old"}`, { profileArn }), `${tokens},"profile_arn":"arn:new"}`);
    assert.equal(merged(`${row},"profile_arn":"old"}`), `${tokens},"profile_arn":"old"}`);
  });

  it('keep a byte order mark', () => {
    assert.equal(merged('\uFEFF{"refresh_token":"old-refresh"}'), '\uFEFF{"refresh_token":"new-refresh"}');
  });

  for (const [outcome, what, text] of [
    ['other', 'holds another refresh token', '{"access_token":"a","refresh_token":"theirs"}'],
    ['newer', 'holds them already', '{"access_token":"new-access","refresh_token":"new-refresh"}'],
    ['gone', 'holds no refresh token', '{"access_token":"a"}'],
    ['gone', 'is signed out', 'null'],
  ] as const) {
    it(`give way where the row ${what}`, () => assert.equal(merged(text), outcome));
  }

  const later = '{"refresh_token":"old-refresh","expires_at":"2026-11-21T12:00:01Z"}';

  it('give way where the row was renewed later with a refresh token that stays', () => {
    assert.equal(merged(later, { tokens: { ...update.tokens, refresh: 'old-refresh' } }), 'newer');
  });

  it('replace the refresh token they used up, whatever expiry stands beside it', () => {
    assert.match(merged(later), /"refresh_token":"new-refresh"/);
  });

  for (const text of ['', '{"refresh_token":"old-re', '[]', '"text"', '7']) {
    it(`are not put into ${text || 'an empty text'}`, () => {
      assert.throws(() => merged(text), { code: 'import-failed', reason: 'unreadable' });
    });
  }

  it('are put into the bytes of a text as into the text, and not where a byte of it would be lost', () => {
    const stored = '{"refresh_token":"old-refresh","name":"Zo\u00eb"}';
    assert.equal(merged(Buffer.from(stored, 'utf8')), stored.replace('old-', 'new-'));
    assert.throws(() => merged(Buffer.from(stored, 'latin1')), { reason: 'unreadable' });
  });
});
