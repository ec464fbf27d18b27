import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

const names = ['ann', 'bob', 'cem', 'dan', 'eve'];
const addressOf = (name: string) => `${name}@example.com`;
const passphrase = 'correct horse battery';

describe('a person with a file of five logins, one of which has ended', () => {
  let world: World;
  let window: Workbench;
  let people: SimulatedAccount[];

  useWorld({ settings: { 'files.simpleDialog.enable': true } }, async (made) => {
    world = made;
    people = names.map((name) => world.simulator.addAccount({ method: 'google', email: addressOf(name) }));
    const entries = people.map(({ email, refreshToken }) => ({ email, refreshToken, provider: 'Google' }));
    writeFileSync(join(world.host.home, 'five.json'), JSON.stringify(entries));
    people[2]?.revoke();
    window = await world.openWindow();
  });

  const titled = (title: string) => window.page.locator('.quick-input-title', { hasText: title });

  async function pickFile(name: string, next: string): Promise<void> {
    await window.quickInput.pickFile(join(world.host.home, name));
    await titled(next).waitFor();
  }

  it('has the other four, and reads which one has to sign in again', async () => {
    await window.runCommand('Kiro Models: Import from JSON File…');
    await pickFile('five.json', 'Import from JSON File');
    await window.screenshot('import-five');
    await window.quickInput.accept();
    await (await window.dialog()).press('Continue');
    await window.notification(/“cem@example\.com” was not imported\. /);
    await window.notification('are ready');
    await window.screenshot('import-five-one-ended');
    await window.clearNotifications();
    await window.runCommand('Kiro Models: Switch Account…');
    const rows = (await window.quickInput.rows()).map(({ label }) => label.trim());
    const expected = names.filter((name) => name !== 'cem').map(addressOf);
    assert.deepEqual(
      rows.filter((row) => row.includes('@')),
      expected,
    );
    await window.page.keyboard.press('Escape');
  });

  it('exports them, encrypted, after a warning', async () => {
    await window.runCommand('Kiro Models: Export Accounts…');
    await window.quickInput.rows();
    await window.screenshot('export-accounts');
    await window.quickInput.accept();
    const warning = await window.dialog();
    assert.match(warning.text, /Whoever has the exported file can use your Kiro accounts/);
    await window.screenshot('export-warning');
    await warning.press('Continue');
    await window.quickInput.rows();
    await window.screenshot('export-encryption');
    await window.quickInput.choose('Encrypt with a Passphrase');
    await titled('Passphrase of the exported file').waitFor();
    await window.screenshot('export-passphrase');
    await window.quickInput.answer(passphrase);
    await titled('The same passphrase again').waitFor();
    await window.quickInput.answer(passphrase);
    await titled('Export Kiro Accounts').waitFor();
    await window.quickInput.saveOffered(join(world.host.home, 'kiro-accounts.json'));
    await window.notification('4 accounts were exported to');
    await window.screenshot('export-done');
    const file = join(world.host.home, 'kiro-accounts.json');
    for (const secret of world.simulator.issuedSecrets)
      assert.ok(!readFileSync(file, 'utf8').includes(secret));
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('has them again from the file, and each stays the account it was', async () => {
    const kept = people.map(({ refreshToken }) => refreshToken);
    await window.runCommand('Kiro Models: Import from JSON File…');
    await pickFile('kiro-accounts.json', 'Passphrase of the exported file');
    await window.screenshot('import-exported-passphrase');
    await window.quickInput.answer(passphrase);
    await titled('Import from JSON File').waitFor();
    await window.screenshot('import-exported');
    await window.quickInput.accept();
    await window.notification('are ready');
    await window.screenshot('import-exported-done');
    assert.deepEqual(
      people.map(({ refreshToken }) => refreshToken),
      kept,
    );
    const chat = await ChatView.open(window);
    await chat.pickModel('Claude Sonnet 5');
    world.simulator.script(text('All here.'), closing());
    await chat.ask('Who is here?');
    assert.equal((await chat.waitForAnswer()).text, 'All here.');
  });
});
