import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kiroIdePaths } from '../../src/import/paths';
import { ideFilesOf, writeKiroIdeFiles } from '../fixtures/kiroIde';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { AccountOptions, SimulatedAccount } from '../simulator/account';
import { closing, reasoning, text } from '../simulator/steps';
import { filesWithSecrets } from './leaks';
import { World } from './world';

const email = 'dev@example.com';
const startUrl = 'https://my-company.awsapps.com/start';

interface Way {
  name: string;
  /** Whether the account is signed in somewhere already; otherwise it exists only. */
  account: AccountOptions & { signedIn: boolean };
  /** What the person does, up to the notice. */
  go: (window: Workbench, world: World, account: SimulatedAccount) => Promise<void>;
  /** What the person does after the notice. */
  thenGo?: (window: Workbench) => Promise<void>;
}

const command = (title: string) => (window: Workbench) => window.runCommand(title);

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

const ways: Way[] = [
  {
    name: 'builder-id',
    account: { method: 'builder-id', email, signedIn: false },
    go: async (window) => {
      await window.statusBarItem('Kiro: Add Account').click();
      await window.quickInput.choose('AWS Builder ID');
    },
    thenGo: approve,
  },
  {
    name: 'identity-center',
    account: { method: 'idc', email, startUrl, ssoRegion: 'eu-west-1', signedIn: false },
    go: async (window) => {
      await window.runCommand('Kiro: Sign In with IAM Identity Center…');
      await window.quickInput.answer(startUrl);
    },
    thenGo: approve,
  },
  {
    name: 'google',
    account: { method: 'google', email, signedIn: false },
    go: command('Kiro: Sign In with Google'),
    thenGo: approve,
  },
  {
    name: 'kiro-cli',
    account: { method: 'github', email, signedIn: true },
    go: async (window, world, account) => {
      world.signKiroCliIn(account);
      await window.runCommand('Kiro: Import from Kiro CLI…');
    },
  },
  {
    name: 'kiro-ide',
    account: { method: 'builder-id', email, signedIn: true },
    go: async (window, world, account) => {
      const machine = { platform: 'linux', env: {}, homedir: world.host.home } as const;
      writeKiroIdeFiles(kiroIdePaths(machine), ideFilesOf(account));
      await window.runCommand('Kiro: Import from Kiro IDE');
    },
  },
  {
    name: 'pasted-token',
    account: { method: 'google', email, signedIn: true },
    go: async (window, _world, account) => {
      await window.runCommand('Kiro: Paste Refresh Token…');
      await window.quickInput.answer(`"${account.refreshToken}"`);
    },
  },
  {
    name: 'api-key',
    account: { method: 'api-key', email, signedIn: true },
    go: async (window, _world, account) => {
      await window.runCommand('Kiro: Add API Key…');
      await window.quickInput.answer(account.accessToken);
    },
  },
];

describe('from a fresh profile to a first answer', () => {
  for (const { name, account: options, go, thenGo } of ways) {
    it(`by ${name}, and no secret is left anywhere`, async () => {
      const world = await World.create();
      try {
        const { signedIn, ...rest } = options;
        const account = signedIn ? world.simulator.addAccount(rest) : world.simulator.createAccount(rest);
        const window = await world.openWindow();
        await window.statusBarItem('Kiro: Add Account').waitFor();
        await go(window, world, account);
        await (await window.dialog()).press('Continue');
        await thenGo?.(window);
        const ready = await window.notification('is ready');
        await window.screenshot(`way-${name}`);
        await ready.press('Show Models');
        await window.page.locator('.models-table-container .monaco-list-row').first().waitFor();
        await window.page.keyboard.press('Escape');

        const chat = await ChatView.open(window);
        world.simulator.script(reasoning(['A greeting.']), text('Hello from Kiro.'), closing());
        await chat.ask('Hello?');
        assert.equal((await chat.waitForAnswer()).text, 'Hello from Kiro.');
        assert.equal(world.simulator.chats.at(-1)?.account?.email, email);
        assert.deepEqual(filesWithSecrets(world), []);
        // The search is worth something: it finds what is planted.
        writeFileSync(join(world.host.root, 'planted'), `x${account.accessToken}x`);
        assert.deepEqual(filesWithSecrets(world), ['planted']);
      } catch (error) {
        await world.picture(`failed-way-${name}`);
        throw error;
      } finally {
        await world.end();
      }
    });
  }
});
