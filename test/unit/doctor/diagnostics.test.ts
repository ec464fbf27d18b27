import assert from 'node:assert/strict';
import { diagnosticsOf } from '../../../src/doctor/diagnostics';
import type { SettingState } from '../../../src/doctor/settingChecks';

describe('the copied diagnostics', () => {
  const setting = (name: string, value: unknown, parts: Partial<SettingState> = {}): SettingState => ({
    ...{ name, value, source: 'user', declared: { type: 'string' }, written: value, unread: [] },
    ...parts,
  });

  it('are Markdown that an issue shows as tables', () => {
    const rows = [
      { title: 'Clock', state: 'problem', text: 'An hour | off.' },
      { title: 'Chat', state: 'ok', text: 'Answers.' },
    ] as const;
    const text = diagnosticsOf({ Platform: 'linux x64' }, [{ title: 'Connection', rows }], []);
    assert.match(text, /^### Kiro diagnostics\n\n- Platform: linux x64\n\n#### Connection\n\n\| \| \| \|\n/);
    assert.match(text, /\| ✗ \| Clock \| An hour \\\| off\. \|\n\| ✓ \| Chat \| Answers\. \|/);
  });

  it('say which settings are changed and by whom, but nothing that a person typed', () => {
    const settings = [
      setting('failover', true, { declared: { type: 'boolean' } }),
      setting('region', 'eu-central-1', {
        declared: { type: 'string', enum: ['us-east-1', 'eu-central-1'] },
        ...{ source: 'environment', variable: 'KIRO_DEFAULT_REGION' },
      }),
      setting('budget.account', 'Ana of Acme'),
      setting('endpoints', { runtime: 'https://gateway.acme.example' }, { declared: { type: 'object' } }),
      setting('kiroCli.watch', 'ask', { source: 'default' }),
    ];
    const text = diagnosticsOf({}, [], settings);
    assert.match(text, /- kiroModels\.failover: true \(user\)/);
    assert.match(text, /- kiroModels\.region: eu-central-1 \(environment, KIRO_DEFAULT_REGION\)/);
    assert.match(text, /- kiroModels\.budget\.account: set \(user\)/);
    assert.match(text, /- kiroModels\.endpoints: set \(user\)/);
    assert.doesNotMatch(text, /Acme|acme|kiroCli/);
  });

  it('hold nothing of a person, even where the service or the system said it', () => {
    const said = [
      'User: arn:aws:sts::123456789012:assumed-role is not authorized',
      'dev@example.com, or Bearer aoaAAAAAGVabcdEFGH1234',
      "ENOENT: no such file, open '/home/ana/work/secret plan/data.sqlite3'",
      'C:\\Users\\Ana\\data.sqlite3 and ~/.aws/sso/cache/token.json',
    ];
    const rows = said.map((text) => ({ title: 'Any', state: 'problem', text }) as const);
    const text = diagnosticsOf({}, [{ title: 'Any', rows }], []);
    assert.doesNotMatch(text, /123456789012|dev@|aoaA|ana|Ana|sso/);
    assert.match(text, /is not authorized/);
  });
});
