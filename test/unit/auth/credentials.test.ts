import assert from 'node:assert/strict';
import { emailInJwt, profileRegion } from '../../../src/auth/credentials';

describe('The region of a profile', () => {
  it('is the one in its ARN', () => {
    assert.equal(profileRegion('arn:aws:codewhisperer:eu-central-1:123456789012:profile/X'), 'eu-central-1');
  });

  for (const arn of [
    '',
    'X',
    'arn:aws:codewhisperer',
    'arn:aws:codewhisperer::1:profile/X',
    'arn:aws:codewhisperer:evil.example/:1:profile/X',
    'arn:aws:s3:us-east-1:1:profile/X',
    'codewhisperer:us-east-1:1:profile/X',
  ]) {
    it(`is unknown for ${JSON.stringify(arn)}`, () => assert.equal(profileRegion(arn), undefined));
  }
});

describe('The e-mail in a token', () => {
  const jwt = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;

  it('is the claim of that name', () => {
    assert.equal(
      emailInJwt(jwt({ email: 'ana@example.com', preferred_username: 'b@example.com' })),
      'ana@example.com',
    );
  });

  it('is the user name where that is an address', () => {
    assert.equal(emailInJwt(jwt({ email: '', preferred_username: 'ana@example.com' })), 'ana@example.com');
  });

  for (const token of [
    'aoaAAAAAG:opaque',
    '',
    'a.b.c',
    'a..c',
    jwt(null),
    jwt([]),
    jwt({ email: 5 }),
    jwt({ preferred_username: 'ana' }),
  ]) {
    it(`is unknown in ${token}`, () => assert.equal(emailInJwt(token), undefined));
  }
});
