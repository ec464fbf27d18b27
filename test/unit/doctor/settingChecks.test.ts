import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { KiroError } from '../../../src/base/errors';
import {
  type DeclaredSetting,
  fits,
  type SettingState,
  settingChecks,
} from '../../../src/doctor/settingChecks';
import { assertOk, assertProblem, look } from '../../fixtures/doctor';

describe('the doctor, about settings', () => {
  const declared: DeclaredSetting = { type: 'number', minimum: 10, maximum: 300 };
  const usual: SettingState = {
    name: 'request.idleTimeoutSeconds',
    value: 300,
    source: 'default',
    declared,
    written: undefined,
    unread: [],
  };
  const checks = (state: Partial<SettingState>, endpoints: () => unknown = () => ({}), dead: string[] = []) =>
    settingChecks(
      () => [{ ...usual, ...state }],
      endpoints,
      async () => dead,
    );

  it('tells of a value that is passed over, until it is one that is taken', async () => {
    const wrong = await look(checks({ source: 'user', written: 5 }), 'settings');
    assertProblem(wrong, /kiroModels\.request\.idleTimeoutSeconds has a value/, 'Open Setting');
    assertOk(await look(checks({ source: 'user', written: 60 }), 'settings'));
  });

  it('tells of a name for models that leads to none, until it leads to one', async () => {
    const wrong = await look(checks({}, undefined, ['fast']), 'settings');
    assertProblem(wrong, /^fast in kiroModels\.aliases leads to no model/, 'Open Setting');
    assertOk(await look(checks({}), 'settings'));
  });

  it('tells of a variable that is passed over, until it is one that is taken', async () => {
    const wrong = await look(checks({ unread: ['KIRO_REQUEST_TIMEOUT_MS'] }), 'settings');
    assertProblem(wrong, /environment variable KIRO_REQUEST_TIMEOUT_MS/, 'Check Again');
    assertOk(await look(checks({ source: 'environment', variable: 'KIRO_REQUEST_TIMEOUT_MS' }), 'settings'));
  });

  it('tells of a gateway to which no token may go, until it is a safe one', async () => {
    const unsafe = () => {
      throw new KiroError('protocol', { reason: 'bad-endpoint', detail: 'runtime' });
    };
    assertProblem(await look(checks({}, unsafe), 'settings'), /kiroModels\.endpoints/, 'Open Setting');
    assertOk(await look(checks({}), 'settings'));
  });

  it('takes each default of the manifest for a value that fits', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      contributes: { configuration: { properties: Record<string, DeclaredSetting> } };
    };
    const all = Object.entries(contributes.configuration.properties);
    assert.ok(all.length > 20);
    for (const [name, one] of all) assert.ok(fits(one.default, one), name);
  });
});
