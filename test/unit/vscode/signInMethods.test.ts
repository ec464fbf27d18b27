import assert from 'node:assert/strict';
import type { Grant } from '../../../src/auth/credentials';
import { signInMethods } from '../../../src/vscode/signIn/signInMethods';

const client = { region: 'us-east-1', clientId: 'client', clientSecret: 'secret' };
const external = { issuerUrl: 'https://idp.example.com', tokenEndpoint: 'https://idp.example.com/token' };

const cases: [string, Grant, string[]][] = [
  ['an AWS Builder ID', { kind: 'oidc', ...client }, ['AWS Builder ID']],
  [
    'an organization’s Identity Center',
    { kind: 'oidc', ...client, startUrl: 'https://my-company.awsapps.com/start' },
    ['IAM Identity Center…'],
  ],
  [
    'an Identity Center whose start URL is not known',
    { kind: 'oidc', ...client, organization: 'unnamed' },
    ['IAM Identity Center…'],
  ],
  ['a Google account', { kind: 'social', provider: 'Google' }, ['Google']],
  ['a GitHub account', { kind: 'social', provider: 'Github' }, ['GitHub']],
  ['a social account of an unknown provider', { kind: 'social', provider: 'unknown' }, ['Google', 'GitHub']],
  [
    'an account of an organization’s identity provider',
    { kind: 'externalIdp', ...external, clientId: 'client', scopes: [] },
    ['Your Organization'],
  ],
  ['an API key', { kind: 'apiKey' }, ['Add API Key…']],
];

describe('the methods to sign in again', () => {
  for (const [name, grant, labels] of cases) {
    it(`are ${labels.join(' or ')} for ${name}`, () => {
      const fitting = signInMethods.filter(({ signsInAgain }) => signsInAgain?.(grant));
      assert.deepEqual(
        fitting.map(({ label }) => label),
        labels,
      );
    });
  }
});
