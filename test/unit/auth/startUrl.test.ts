import assert from 'node:assert/strict';
import { canonicalStartUrl, checkStartUrl, knownRegion } from '../../../src/auth/startUrl';

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

  for (const [typed, startUrl, region] of [
    [
      'https://start.us-gov-home.awsapps.com/directory/d-9067642ac7/',
      'https://start.us-gov-home.awsapps.com/directory/d-9067642ac7',
      undefined,
    ],
    [
      'start.us-gov-east-1.us-gov-home.awsapps.com/directory/acme#/',
      'https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/acme',
      'us-gov-east-1',
    ],
    [
      'https://start.cn-north-1.home.awsapps.cn/directory/acme',
      'https://start.cn-north-1.home.awsapps.cn/directory/acme',
      'cn-north-1',
    ],
    [
      'https://ssoins-111111h2222j33pp.eusc-de-east-1.portal.amazonaws.eu/',
      'https://ssoins-111111h2222j33pp.eusc-de-east-1.portal.amazonaws.eu',
      'eusc-de-east-1',
    ],
    [
      'https://ssoins-111111h2222j33pp.portal.us-gov-west-1.app.aws',
      'https://ssoins-111111h2222j33pp.portal.us-gov-west-1.app.aws',
      'us-gov-west-1',
    ],
  ] as const) {
    it(`of another partition is ${startUrl} for ${typed}`, () => {
      assert.deepEqual(checkStartUrl(typed), { kind: 'ok', startUrl, ...(region && { region }) });
    });
  }

  for (const [spelled, startUrl] of [
    ['https://acme.awsapps.com/start', acme],
    ['https://ACME.awsapps.com/Start/', acme],
    ['https://acme.awsapps.com/start#/', acme],
    ['https://acme.awsapps.com', acme],
    [' acme.awsapps.com/start/#/?tab=x ', acme],
    ['http://acme.awsapps.com/start?x=1', acme],
    ['https://acme.awsapps.com:443/start', acme],
    ['https://sso.example.org/start/', 'https://sso.example.org/start'],
    ['https://sso.example.org', 'https://sso.example.org'],
    ['two words', undefined],
    ['https://', undefined],
    ['', undefined],
  ] as const) {
    it(`has one spelling: ${startUrl} for ${JSON.stringify(spelled)} in a file`, () => {
      assert.equal(canonicalStartUrl(spelled), startUrl);
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
    ['https://start.us-gov-home.awsapps.com/start', 'path'],
    ['https://start.us-gov-home.awsapps.com.evil.example/directory/a', 'host'],
    ['https://acme.awsapps.com/start/evil', 'path'],
    ['https://ssoins-1.portal.eu-west-1.app.aws/elsewhere', 'path'],
  ] as const) {
    it(`is refused for ${JSON.stringify(typed)}: ${reason}`, () => {
      assert.deepEqual(checkStartUrl(typed), { kind: 'invalid', reason });
    });
  }
});

describe('The region of a start URL', () => {
  const startUrl = 'https://my-company.awsapps.com/start';
  const region = 'eu-west-1';

  it('is the one in the URL, whatever the settings say', () =>
    assert.equal(knownRegion({ startUrl, region: 'us-west-2' }, { startUrl, region }), 'us-west-2'));
  for (const [spelled, known] of [
    ['', region],
    ['https://My-Company.awsapps.com/start/#/', region],
    ['https://another.awsapps.com/start', undefined],
  ] as const) {
    it(`is ${known ?? 'not known'} where the settings have it for ${spelled || 'no URL'}`, () =>
      assert.equal(knownRegion({ startUrl }, { startUrl: spelled, region }), known));
  }
  it('is not known where the settings have none', () =>
    assert.equal(knownRegion({ startUrl }, { startUrl, region: '' }), undefined));
});
