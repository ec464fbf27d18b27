import assert from 'node:assert/strict';
import { ChatView } from '../host/chatView';
import { repeatUntil } from '../host/retry';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

const home = 'me@home.example';
const work = 'me@work.example';
const club = 'me@club.example';

describe('a person who pins a group of models to an account', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  let company: SimulatedAccount;

  useWorld({}, async (made) => {
    world = made;
    const private_ = world.simulator.addAccount({ method: 'idc', email: home });
    company = world.simulator.addAccount({ method: 'google', email: work, plan: 'KIRO POWER' });
    const association = world.simulator.addAccount({ method: 'external-idp', email: club });
    for (const account of [private_, association]) {
      account.models = account.models.filter(({ modelId }) => modelId !== 'claude-haiku-4.5');
    }
    company.models = company.models.filter(({ modelId }) => /haiku-4\.5|opus-4\.8/.test(modelId));
    world.signKiroCliIn(private_, company, association);
    window = await world.openWindow();
    await window.runCommand('Kiro Models: Import from Kiro CLI…');
    await window.quickInput.accept();
    await (await window.dialog()).press('Continue');
    await window.notification('are ready');
    await window.runCommand('Chat: Manage Language Models');
    await rows().first().waitFor();
  });

  const rows = () => window.page.locator('.models-table-container .monaco-list-row');

  /** Scrolls down to a row, as the list holds only those that can be seen. */
  async function reveal(text: string): Promise<void> {
    const row = rows().filter({ hasText: text }).first();
    await repeatUntil(async (timeout) => {
      if (await row.isVisible()) return;
      await rows().first().hover({ timeout });
      await window.page.mouse.wheel(0, 300);
      await row.waitFor({ timeout });
    });
  }

  async function addGroup(name: string, account: string): Promise<void> {
    await window.runCommand('Chat: Manage Language Models');
    const vendor = window.page.locator('.monaco-menu .action-label').filter({ hasText: /^Kiro Models$/ });
    // A menu does not hear a click that comes right after it opened.
    await repeatUntil(async (timeout) => {
      if (!(await vendor.isVisible())) await window.page.getByRole('button', { name: 'Add Models' }).click();
      await vendor.click({ timeout });
      await vendor.waitFor({ state: 'hidden', timeout });
    });
    await window.quickInput.answer(name);
    await window.page.locator('.quick-input-title', { hasText: `${name}: Account` }).waitFor();
    await window.quickInput.answer(account);
    await reveal(name);
  }

  async function switchTo(email: string): Promise<void> {
    await window.runCommand('Kiro Models: Switch Account…');
    await window.quickInput.choose(email);
    await window.statusBarItem(`Kiro Models: ${email}`).waitFor();
  }

  it('reads in the list of models that no account has the name they gave', async () => {
    await addGroup('Wrong', 'me@wrk.example');
    await reveal('There is no account “me@wrk.example”');
    await window.screenshot('pinned-to-nobody');
  });

  it('sees its models beside those of the active account, and chats with it whichever is active', async () => {
    await addGroup('Work', 'Me@Work.example');
    await reveal('Claude Haiku 4.5');
    await window.screenshot('pinned-models');
    await window.page.keyboard.press('Escape');
    await switchTo(home);

    chat = await ChatView.open(window);
    assert.equal((await chat.modelNames()).filter((name) => name === 'Claude Opus 4.8').length, 2);
    await chat.showModelPicker();
    await window.screenshot('pinned-picker');
    await chat.closeMenu();
    await chat.pickModel('Claude Haiku 4.5');
    for (const active of [home, club]) {
      await switchTo(active);
      world.simulator.script(text('From work.'), closing());
      await chat.ask(`Hello, with ${active} active?`);
      assert.equal((await chat.waitForAnswer()).text, 'From work.');
      const request = world.simulator.chats.at(-1);
      assert.deepEqual([request?.account?.email, request?.modelId], [work, 'claude-haiku-4.5']);
    }
    await window.screenshot('pinned-answer');
  });
});
