import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { changeSecret } from '../host/browserSecrets';
import type { Workbench } from '../host/workbench';
import { useWorld, type World } from './world';

const me = 'me@home.example';
const broken = /^\s*Kiro\s*$/;

describe('a person whose stored accounts are damaged', () => {
  let world: World;
  let window: Workbench;
  let stored: string;

  useWorld({}, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: me }));
    window = await world.openWindow();
    await window.runCommand('Kiro Models: Import from Kiro CLI…');
    await (await window.dialog()).press('Continue');
    await window.notification('is ready');
    await damage((text) => text.slice(0, -1));
  });

  async function damage(change: (text: string) => string): Promise<void> {
    await changeSecret(window.page, 'kiroModels.account.', (text) => {
      stored = change(text);
      return stored;
    });
    await window.reload();
    await window.statusBarItem(broken).waitFor();
  }

  it('reads so from whatever they wanted to do, with a button that leads to what can be done', async () => {
    await window.runCommand('Kiro Models: Add Account…');
    const notification = await window.notification('cannot be read. Nothing was changed or deleted.');
    assert.deepEqual(await notification.buttons(), ['Repair Account Storage…']);
    await window.screenshot('accounts-unreadable');
    await notification.press('Repair Account Storage…');
    assert.deepEqual(
      (await window.quickInput.rows()).map(({ label }) => label.trim()),
      ['Try Again', 'Save a Copy…', 'Reset…'],
    );
    await window.page.keyboard.press('Escape');
  });

  it('is offered the update where it was a newer version that wrote them', async () => {
    await damage(() => '{"version":2,"people":[]}');
    await window.statusBarItem(broken).click();
    await window.quickInput.rows();
    await window.screenshot('accounts-newer-version');
    await window.quickInput.choose('Update the Extension…');
    await window.page.locator('.extension-editor').waitFor();
    await window.screenshot('accounts-newer-version-update');
  });

  it('saves a copy, resets, and is asked before anything is lost', async () => {
    await window.statusBarItem(broken).click();
    await window.quickInput.choose('Reset…');
    const first = await window.dialog();
    assert.match(first.text, /Delete the stored Kiro accounts\?/);
    await window.screenshot('accounts-reset');
    await first.press('Save a Copy First…');
    const copy = join(world.host.home, 'kiro-accounts.json');
    await window.quickInput.saveOffered(copy);
    const second = await window.dialog();
    await window.screenshot('accounts-reset-saved');
    assert.equal(readFileSync(copy, 'utf8'), stored);
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    await second.press('Reset');
    await window.statusBarItem('Kiro Models: Add Account').waitFor();
    await window.notification('The stored Kiro accounts were reset.');
  });
});
