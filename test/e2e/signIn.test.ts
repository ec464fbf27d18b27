import assert from 'node:assert/strict';
import type { Workbench } from '../host/workbench';
import { describeFirstAnswer, email } from './firstAnswer';

const startUrl = 'https://my-company.awsapps.com/start';

/** The person reads the code, lets the browser open, and allows it on the page there. */
async function approve(window: Workbench): Promise<void> {
  const dialog = await window.dialog();
  const [, code] = /Your code for .* is ([A-Z0-9-]{9})/.exec(dialog.text) ?? [];
  assert.ok(code, dialog.text);
  const opened = window.page.context().waitForEvent('page');
  await dialog.press('Copy Code and Open Browser');
  const page = await opened;
  await page.getByRole('heading', { name: code }).waitFor();
  await page.getByRole('button', { name: 'Allow access' }).click();
  await page.getByText('Request approved').waitFor();
  await page.close();
}

describeFirstAnswer({
  name: 'builder-id',
  account: { method: 'builder-id', email, signedIn: false },
  go: async (window) => {
    await window.statusBarItem('Kiro Models: Add Account').click();
    await window.quickInput.choose('AWS Builder ID');
  },
  thenGo: approve,
});

describeFirstAnswer({
  name: 'identity-center',
  account: { method: 'idc', email, startUrl, ssoRegion: 'eu-west-1', signedIn: false },
  go: async (window) => {
    await window.runCommand('Kiro Models: Sign In with IAM Identity Center…');
    await window.quickInput.answer(startUrl);
  },
  thenGo: approve,
});

describeFirstAnswer({
  name: 'google',
  account: { method: 'google', email, signedIn: false },
  go: (window) => window.runCommand('Kiro Models: Sign In with Google'),
  thenGo: approve,
});
