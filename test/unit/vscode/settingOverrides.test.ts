import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { numberSettings, numberWithin, overrideOf, overrides } from '../../../src/vscode/settingOverrides';

describe('a variable of the environment', () => {
  it('overrides its setting', () => {
    const env = {
      KIRO_DEFAULT_REGION: 'eu-central-1',
      KIRO_ACCOUNT_SELECTION_STRATEGY: 'round-robin',
      KIRO_AUTO_SYNC_KIRO_CLI: 'false',
      KIRO_USAGE_TRACKING_ENABLED: 'False',
      KIRO_USAGE_SYNC_MAX_RETRIES: '0',
      KIRO_ENABLE_LOG_API_REQUEST: '1',
      KIRO_IDC_START_URL: ' https://a.awsapps.com/start ',
      KIRO_IDC_REGION: 'eu-west-1',
      KIRO_IDC_PROFILE_ARN: 'arn:x',
      KIRO_RATE_LIMIT_MAX_RETRIES: '5',
      KIRO_RATE_LIMIT_RETRY_DELAY_MS: '5000',
      KIRO_REQUEST_TIMEOUT_MS: '120000',
      KIRO_TOKEN_EXPIRY_BUFFER_MS: '300000',
    };
    const read = Object.keys(overrides).map((setting) => overrideOf(setting, env));
    assert.deepEqual(
      read.map((found) => found?.value),
      [
        'eu-central-1',
        'round-robin',
        'off',
        false,
        0,
        'figures',
        'https://a.awsapps.com/start',
        'eu-west-1',
        'arn:x',
        5,
        5,
        120,
        300,
      ],
    );
    assert.deepEqual(new Set(read.map((found) => found?.name)), new Set(Object.keys(env)));
  });

  it('leaves the setting in force where it is not set, blank, or no number', () => {
    for (const text of [undefined, '', ' ', 'many']) {
      assert.equal(overrideOf('request.maxRetries', { KIRO_RATE_LIMIT_MAX_RETRIES: text }), undefined);
    }
  });

  it('stays within the setting’s limits', () => {
    assert.equal(overrideOf('request.maxRetries', { KIRO_RATE_LIMIT_MAX_RETRIES: '99' })?.value, 10);
    assert.equal(overrideOf('token.refreshMarginSeconds', { KIRO_TOKEN_EXPIRY_BUFFER_MS: '1' })?.value, 30);
  });

  it('touches no setting that has no variable', () => {
    assert.equal(overrideOf('endpoints', { KIRO_ENDPOINTS: 'x' }), undefined);
  });

  it('belongs to a setting that exists', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { configuration: { properties: Record<string, unknown> } };
    };
    const declared = Object.keys(manifest.contributes.configuration.properties);
    for (const setting of Object.keys(overrides))
      assert.ok(declared.includes(`kiroModels.${setting}`), setting);
  });
});

describe('a setting that is a number', () => {
  it('has the limits and the default that the manifest names', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { configuration: { properties: Record<string, Record<string, unknown>> } };
    };
    const declared = Object.entries(manifest.contributes.configuration.properties)
      .filter(([, { type }]) => [type].flat().includes('number'))
      .map(([name, { minimum, maximum, default: otherwise }]) => [
        name.replace('kiroModels.', ''),
        { from: minimum, to: maximum, otherwise },
      ]);
    assert.deepEqual(Object.fromEntries(declared), numberSettings);
  });

  it('stays within its limits, and is the default where it is none', () => {
    const idle = (value: unknown) => numberWithin('request.idleTimeoutSeconds', value);
    assert.deepEqual([0, -5, 60, 900, 1e12].map(idle), [10, 10, 60, 300, 300]);
    for (const none of [undefined, null, '0', '60', {}, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(idle(none), 300);
      assert.equal(numberWithin('request.firstTokenTimeoutSeconds', none), null);
    }
  });
});
