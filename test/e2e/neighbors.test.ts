import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatView } from '../host/chatView';
import { makeExtension } from '../host/testExtension';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { pageWith } from './pages';
import { useWorld, type World } from './world';

const scratch = mkdtempSync(join(tmpdir(), 'kiro-neighbors-'));

/** Lists models under the vendor that its kind has had for long. */
function provider(activationEvents: readonly string[]): string {
  const languageModelChatProviders = [{ vendor: 'kiro', displayName: 'Kiro' }];
  return makeExtension(
    scratch,
    {
      ...{ name: 'provider', publisher: 'somebody', displayName: 'Kiro Copilot Provider' },
      ...{ activationEvents, contributes: { languageModelChatProviders } },
    },
    'neighborProvider',
  );
}

/** As far as another extension can see of the one that AWS makes. */
const kiroForVsCode = () =>
  makeExtension(scratch, {
    ...{ name: 'kiro', publisher: 'aws-as-seen-from-here', displayName: 'Kiro for VS Code' },
    contributes: { commands: [{ command: 'kiro.signIn', title: 'Sign In', category: 'Kiro' }] },
  });

const orders = [
  { order: 'before ours', events: ['*'] },
  { order: 'after ours, once its models are asked for', events: [] },
];

describe('beside other extensions for Kiro', () => {
  after(() => rmSync(scratch, { recursive: true, force: true }));

  for (const [at, { order, events }] of orders.entries()) {
    describe(`one of which is activated ${order}`, () => {
      let world: World;
      let window: Workbench;
      let chat: ChatView;

      useWorld({ besides: [provider(events), kiroForVsCode()] }, async (made) => {
        world = made;
        world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
        window = await world.openWindow();
        chat = await world.importAndOpenChat(window);
      });

      it('a person is told once of each what is different, and both answer', async () => {
        world.simulator.script(text('Hello from Kiro.'), closing());
        await chat.ask('Hello?');
        assert.equal((await chat.waitForAnswer()).text, 'Hello from Kiro.');
        await window.runCommand('Notifications: Show Notifications');
        const center = window.page.locator('.notifications-center');
        await center.getByText('its are under “Kiro” in the model picker').waitFor();
        await center.getByText('its commands begin with “Kiro:”').waitFor();
        await window.screenshot(`neighbors-told-${at}`);
        await window.clearNotifications();
        await chat.pickModel('Their Sonnet');
        await chat.ask('And you?');
        assert.equal((await chat.waitForAnswer()).text, 'Hello from the other one.');
        await chat.showModelPicker();
        await window.screenshot(`neighbors-picker-${at}`);
        await chat.closeMenu();
      });

      it('they are not told again, and the doctor still has it', async () => {
        await window.reload();
        await window.statusBarItem('dev@example.com').waitFor();
        await window.runCommand('Kiro Models: Run Doctor');
        const page = await pageWith(window, 'Everything that was looked at is fine.');
        const rows = page.locator('.row', { hasText: 'Other extensions for Kiro' });
        assert.deepEqual(await window.notifications(), []);
        const texts = await rows.allInnerTexts();
        assert.match(texts.join('\n'), /Kiro Copilot Provider[\s\S]*Kiro for VS Code/);
        await rows.last().scrollIntoViewIfNeeded();
        await window.screenshot(`neighbors-doctor-${at}`);
      });
    });
  }
});
