import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import { repeatUntil } from '../host/retry';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, Gate, text, waitAt } from '../simulator/steps';
import { useWorld, type World } from './world';

const home = 'me@home.example';
const work = 'me@work.example';
const club = 'me@club.example';

describe('a person with several accounts', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  let private_: SimulatedAccount;
  let company: SimulatedAccount;

  useWorld({}, async (made) => {
    world = made;
    private_ = world.simulator.addAccount({ method: 'google', email: home });
    company = world.simulator.addAccount({
      method: 'idc',
      email: work,
      startUrl: 'https://my-company.awsapps.com/start',
      plan: 'KIRO POWER',
    });
    const association = world.simulator.addAccount({ method: 'external-idp', email: club });
    association.models = association.models.filter(({ modelId }) => modelId !== 'claude-opus-4.8');
    world.signKiroCliIn(private_, company, association);
    window = await world.openWindow();
    await window.runCommand('Kiro Models: Import from Kiro CLI…');
    await window.quickInput.accept();
    chat = await world.openChatOnceReady(window, 'are ready');
  });

  /** Opens the switcher with the item of whichever account is active. */
  async function openSwitcher(): Promise<void> {
    await window.statusBarItem(/Kiro Models: me@/).click();
    await window.quickInput.rows();
  }

  async function switchTo(email: string): Promise<void> {
    await openSwitcher();
    await window.quickInput.choose(email);
    await window.statusBarItem(`Kiro Models: ${email}`).waitFor();
  }

  it('switches in the status bar while an answer streams, which goes on as it began', async () => {
    await switchTo(home);
    const gate = new Gate();
    world.simulator.script(text('This began '), waitAt(gate), text('and ends in peace.'), closing());
    await chat.ask('Tell me something.');
    await gate.reached;
    await switchTo(club);
    gate.open();
    assert.equal((await chat.waitForAnswer()).text, 'This began and ends in peace.');
    assert.equal(world.simulator.chats.at(-1)?.account, private_);
    // All came at once: none is news from Kiro CLI.
    assert.equal(await window.page.getByText('There is a new login in Kiro CLI').count(), 0);

    world.simulator.script(text('From the other one.'), closing());
    await chat.ask('And now?');
    assert.equal((await chat.waitForAnswer()).text, 'From the other one.');
    assert.equal(world.simulator.chats.at(-1)?.account?.email, club);
  });

  it('reads why where the account they switch to lacks the model that is picked, and picks another', async () => {
    await switchTo(home);
    await chat.pickModel('Claude Opus 4.8');
    await switchTo(club);
    world.simulator.expectViolation('unknown-model');
    await chat.ask('And the best one?');
    assert.match((await chat.waitForAnswer()).error, /Kiro does not offer this model to your account/);
    const notice = await window.notification('Kiro does not offer this model to your account');
    await window.screenshot('account-lacks-model');
    await notice.press('Choose Another Model');
    await window.page.locator('.action-widget .monaco-list-row').first().waitFor();
    await chat.closeMenu();
    assert.ok(!(await chat.modelNames()).includes('Claude Opus 4.8'));
    await chat.pickModel('Claude Sonnet 5');
    world.simulator.script(text('Then I do it.'), closing());
    await chat.ask('And this one?');
    assert.equal((await chat.waitForAnswer()).text, 'Then I do it.');
    assert.equal(world.simulator.chats.at(-1)?.account?.email, club);
  });

  it('sees in the status bar and the switcher that a login has ended', async () => {
    await switchTo(work);
    await openSwitcher();
    await window.screenshot('accounts');
    await window.page.keyboard.press('Escape');
    company.revoke();
    await chat.ask('Still there?');
    await window.notification(`Kiro account ${work}: Signed out; sign in again.`);
    assert.match((await chat.waitForAnswer()).error, /This Kiro sign-in has expired/);
    await window.screenshot('account-ended');
    await window.clearNotifications();
    await openSwitcher();
    await window.screenshot('accounts-one-ended');
    await window.page.keyboard.press('Escape');
  });

  it('signs the active one out, and goes on with another', async () => {
    await switchTo(club);
    await window.runCommand('Kiro Models: Sign Out…');
    await window.quickInput.choose(club);
    await (await window.dialog()).press('Sign Out');
    await window.statusBarItem(/Kiro Models: me@(home|work)/).waitFor();
    await switchTo(home);
    world.simulator.script(text('Here.'), closing());
    await chat.ask('Who is left?');
    assert.equal((await chat.waitForAnswer()).text, 'Here.');
    assert.equal(world.simulator.chats.at(-1)?.account, private_);
  });

  it('keeps the login when Kiro CLI signs out, and reads so in the switcher', async () => {
    await switchTo(home);
    world.signKiroCliOut();
    const words = window.page
      .locator('.quick-input-list')
      .getByText('kept here, no longer in Kiro CLI')
      .first();
    await repeatUntil(async (timeout) => {
      // The list is made when it opens.
      await window.page.keyboard.press('Escape');
      await openSwitcher();
      await words.waitFor({ timeout });
    });
    await window.screenshot('account-source-gone');
    await window.page.keyboard.press('Escape');
    world.simulator.script(text('Of course.'), closing());
    await chat.ask('Still there?');
    assert.equal((await chat.waitForAnswer()).text, 'Of course.');
  });

  it('renames one, and sees the name in the status bar', async () => {
    await openSwitcher();
    await window.quickInput.pressButton(home, 'Rename');
    await window.page.locator('.quick-input-title', { hasText: `Rename ${home}` }).waitFor();
    await window.quickInput.answer('Private');
    await window.statusBarItem('Kiro Models: Private').waitFor();
  });
});
