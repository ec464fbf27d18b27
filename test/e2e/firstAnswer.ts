import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { AccountOptions, SimulatedAccount } from '../simulator/account';
import { closing, reasoning, text } from '../simulator/steps';
import { filesWithSecrets } from './leaks';
import { useWorld, type World } from './world';

export const email = 'dev@example.com';

/** One way to sign in or to bring a login. */
export interface SignInMethod {
  readonly name: string;
  /** Whether the account is signed in somewhere already; otherwise it exists only. */
  readonly account: AccountOptions & { readonly signedIn: boolean };
  /** What the person does, up to the notice. */
  readonly go: (window: Workbench, world: World, account: SimulatedAccount) => Promise<void>;
  /** What the person does after the notice. */
  readonly thenGo?: (window: Workbench) => Promise<void>;
}

/** The person reads the code, lets the browser open, and allows it on the page there. */
export async function approve(window: Workbench): Promise<void> {
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

/**
 * Describes how a person gets from nothing to a first answer by each of these ways, and that no secret is left on any. After
 * each, they remove all data, which leaves the profile as if the extension had just been installed.
 */
export function describeFirstAnswers(...methods: SignInMethod[]): void {
  describe('a person who has no account yet', () => {
    let world: World;
    let window: Workbench;
    useWorld({}, async (made) => {
      world = made;
      window = await world.openWindow();
    });

    for (const { name, account: options, go, thenGo } of methods) {
      it(`gets to a first answer by ${name}, and no secret is left anywhere`, async () => {
        await window.statusBarItem('Kiro Models: Add Account').waitFor();
        const chat = await ChatView.whenShown(window);
        await chat.untilPicked('Add a Kiro Account…');
        const { signedIn, ...rest } = options;
        const account = signedIn ? world.simulator.addAccount(rest) : world.simulator.createAccount(rest);
        await go(window, world, account);
        await (await window.dialog()).press('Continue');
        await thenGo?.(window);
        await window.notification('is ready');
        await chat.untilPicked('Claude Sonnet 5');
        await window.screenshot(`way-${name}`);
        world.simulator.script(reasoning(['A greeting.']), text('Hello from Kiro.'), closing());
        await chat.ask('Hello?');
        assert.equal((await chat.waitForAnswer()).text, 'Hello from Kiro.');
        assert.equal(world.simulator.chats.at(-1)?.account, account);
        assert.deepEqual(filesWithSecrets(world), []);
        // The search is worth something: it finds what is planted.
        const planted = join(world.host.root, 'planted');
        writeFileSync(planted, `x${account.accessToken}x`);
        assert.deepEqual(filesWithSecrets(world), ['planted']);
        rmSync(planted);

        await window.runCommand('Kiro Models: Remove All Data…');
        await (await window.dialog()).press('Remove All Data');
        await window.notification('All data of Kiro Models was removed.');
      });
    }
  });
}
