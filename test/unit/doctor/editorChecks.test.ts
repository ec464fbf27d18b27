import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Editor, editorChecks } from '../../../src/doctor/editorChecks';
import type { CheckId } from '../../../src/doctor/examination';
import { wordsOf } from '../../../src/vscode/messages/doctorWords';
import { assertOk, assertProblem, look, plainNames } from '../../fixtures/doctor';

describe('the doctor, about VS Code', () => {
  const well: Editor = {
    version: '1.139.1',
    hasChat: true,
    isAiDisabled: false,
    group: 'there',
    models: 12,
    agentSessions: { models: 'shown', areDefault: true },
    neighbors: [],
    isTrusted: true,
    side: 'local',
    remoteName: undefined,
  };
  const checks = (parts: Partial<Editor>, hasAccount = true) =>
    editorChecks(
      async () => ({ ...well, ...parts }),
      async () => hasAccount,
    );

  const breakages: [string, CheckId, Partial<Editor>, RegExp, string][] = [
    [
      'a version that does not pass Stop on',
      'host-version',
      { version: '1.126.4' },
      /does not pass Stop on/,
      'Check for Updates',
    ],
    [
      'a version that knows no such models',
      'host-version',
      { version: '1.99.0' },
      /too old/,
      'Check for Updates',
    ],
    ['a chat that is turned off', 'chat', { hasChat: false }, /Turned off in this profile/, 'Turn On'],
    ['AI that is turned off', 'chat', { isAiDisabled: true }, /chat\.disableAIFeatures/, 'Open Setting'],
    ['a missing provider group', 'group', { group: 'missing' }, /asks for a GitHub sign-in/, 'Add Group'],
    [
      'an organization that withholds models',
      'models',
      { models: 0 },
      /Bring Your Own Language Model Key/,
      'Check Again',
    ],
    [
      'chats that begin where models are hidden',
      'agent-sessions',
      { agentSessions: { models: 'hidden', areDefault: true } },
      /New chats begin there\. Kiro models are hidden there/,
      'Show Them There…',
    ],
    [
      'chats in a browser that begin where models are hidden',
      'agent-sessions',
      { agentSessions: { models: 'hidden-in-page', areDefault: true } },
      /In a browser, VS Code shows no models of extensions there/,
      'Use the Local Chat',
    ],
    [
      'another extension with our vendor',
      'neighbors',
      { neighbors: [{ kind: 'same-vendor', id: 'some.one', name: 'Some' }] },
      /“Some” \(some\.one\) also calls its models Kiro’s/,
      'Show Extension',
    ],
    ['Restricted Mode', 'trust', { isTrusted: false }, /Restricted Mode/, 'Manage Trust'],
    [
      'an extension on the wrong side',
      'side',
      { side: 'wrong', remoteName: 'ssh-remote' },
      /remote one \(ssh-remote\): install the extension there/,
      'Show Extension',
    ],
  ];
  for (const [what, id, broken, cause, button] of breakages) {
    it(`tells of ${what}, until that is mended`, async () => {
      assertProblem(await look(checks(broken), id), cause, button);
      assertOk(await look(checks({}), id));
    });
  }

  it('adds a group for the models that the manifest declares', async () => {
    const { finding } = await look(checks({ group: 'missing' }), 'group');
    const [group] = (wordsOf(finding, plainNames).fix?.args ?? []) as { vendor: string; name: string }[];
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
    const [{ vendor, displayName }] = contributes.languageModelChatProviders;
    assert.deepEqual([group?.vendor, group?.name], [vendor, displayName]);
  });

  it('tells what differs where another extension lists Kiro models, and finds no fault with that', async () => {
    const neighbor = { kind: 'provider', id: 'some.one', name: 'Some', heading: 'Kiro' } as const;
    const { state, text, button } = await look(checks({ neighbors: [neighbor] }), 'neighbors');
    assert.deepEqual([state, button], ['none', undefined]);
    assert.match(text, /its are under “Kiro” in the model picker/);
  });

  it('finds no fault with a kind of chat that hides models where chats begin in another', async () => {
    const agentSessions = { models: 'hidden', areDefault: false } as const;
    assert.equal((await look(checks({ agentSessions }), 'agent-sessions')).state, 'none');
  });

  it('blames no organization where there is no account, or no trust', async () => {
    assert.equal((await look(checks({ models: 0 }, false), 'models')).state, 'none');
    assert.equal((await look(checks({ models: 0, isTrusted: false }), 'models')).state, 'none');
  });

  it('asks the editor once for all of it', async () => {
    let asked = 0;
    const all = editorChecks(
      async () => {
        asked++;
        return well;
      },
      async () => true,
    );
    for (const { id } of all) await look(all, id);
    assert.equal(asked, 1);
  });
});
