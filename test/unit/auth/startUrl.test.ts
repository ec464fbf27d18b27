import assert from 'node:assert/strict';
import { checkStartUrl } from '../../../src/auth/startUrl';

const acme = 'https://acme.awsapps.com/start';

describe('A start URL', () => {
  for (const [typed, startUrl] of [
    [acme, acme],
    ['  https://acme.awsapps.com/start \n', acme],
    ['"https://acme.awsapps.com/start"', acme],
    ['<https://acme.awsapps.com/start>', acme],
    ['acme.awsapps.com/start', acme],
    ['acme.awsapps.com', acme],
    ['https://acme.awsapps.com/', acme],
    ['https://acme.awsapps.com/start/', acme],
    ['https://acme.awsapps.com/start#/', acme],
    ['https://acme.awsapps.com/start/#/?tab=accounts', acme],
    ['https://acme.awsapps.com/start?x=1', acme],
    ['HTTPS://ACME.AWSAPPS.COM/start', acme],
    ['https://d-9067642ac7.awsapps.com/start', 'https://d-9067642ac7.awsapps.com/start'],
    ['https://amzn.awsapps.com/start', 'https://amzn.awsapps.com/start'],
  ] as const) {
    it(`is ${startUrl} for ${JSON.stringify(typed)}`, () => {
      assert.deepEqual(checkStartUrl(typed), { kind: 'ok', startUrl });
    });
  }

  for (const startUrl of [
    'https://ssoins-111111h2222j33pp.eu-west-1.portal.amazonaws.com',
    'https://ssoins-111111h2222j33pp.portal.eu-west-1.app.aws',
  ]) {
    it(`says its region in ${startUrl}`, () => {
      assert.deepEqual(checkStartUrl(`${startUrl}/`), { kind: 'ok', startUrl, region: 'eu-west-1' });
    });
  }

  for (const typed of [
    'https://view.awsapps.com/start',
    'view.awsapps.com',
    'https://View.awsapps.com/start/#/',
  ]) {
    it(`means AWS Builder ID for ${typed}`, () => {
      assert.deepEqual(checkStartUrl(typed), { kind: 'builder-id' });
    });
  }

  for (const [typed, reason] of [
    ['', 'empty'],
    ['  ', 'empty'],
    ['""', 'empty'],
    ['not a url', 'not-a-url'],
    ['https://', 'not-a-url'],
    ['https://acme.awsapps.com/start other', 'not-a-url'],
    ['http://acme.awsapps.com/start', 'not-https'],
    ['ftp://acme.awsapps.com/start', 'not-https'],
    ['https://me:word@acme.awsapps.com/start', 'user-info'],
    ['https://acme.awsapps.com@evil.example/start', 'user-info'],
    ['https://evil.example/start', 'host'],
    ['https://acme.awsapps.com.evil.example/start', 'host'],
    ['https://awsapps.com/start', 'host'],
    ['https://evilawsapps.com/start', 'host'],
    ['https://a.b.awsapps.com/start', 'host'],
    ['https://acme.awsapps.com:8443/start', 'host'],
    ['https://console.aws.amazon.com/', 'host'],
    ['d-9067642ac7', 'host'],
    ['https://acme.awsapps.com/console', 'path'],
    ['https://acme.awsapps.com/start/evil', 'path'],
    ['https://ssoins-1.portal.eu-west-1.app.aws/elsewhere', 'path'],
  ] as const) {
    it(`is refused for ${JSON.stringify(typed)}: ${reason}`, () => {
      assert.deepEqual(checkStartUrl(typed), { kind: 'invalid', reason });
    });
  }
});
