import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import { repeatUntil } from '../host/retry';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, Gate, text, waitAt } from '../simulator/steps';
import { World } from './world';

const home = 'me@home.example';
const work = 'me@work.example';

describe('a person with two accounts', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  let private_: SimulatedAccount;
  let company: SimulatedAccount;

  before(async () => {
    world = await World.create();
    private_ = world.simulator.addAccount({ method: 'google', email: home });
    company = world.simulator.addAccount({
      method: 'idc',
      email: work,
      startUrl: 'https://my-company.awsapps.com/start',
      plan: 'KIRO POWER',
    });
    world.signKiroCliIn(private_, company);
    window = await world.openWindow();
    await window.runCommand('Kiro: Import from Kiro CLI…');
    await window.quickInput.accept();
    chat = await world.openChatOnceReady(window, 'are ready');
  });
  after(() => world?.end());
  afterEach(function () {
    if (this.currentTest?.isPassed()) world.simulator.assertDone();
  });

  async function switchTo(email: string, picture?: string): Promise<void> {
    await window.statusBarItem(/Kiro: me@/).click();
    await window.quickInput.rows();
    if (picture) await window.screenshot(picture);
    await window.quickInput.choose(email);
    await window.statusBarItem(`Kiro: ${email}`).waitFor();
  }

  it('switches in the status bar while an answer streams, which goes on as it began', async () => {
    await switchTo(home);
    const gate = new Gate();
    world.simulator.script(text('This began '), waitAt(gate), text('and ends in peace.'), closing());
    await chat.ask('Tell me something.');
    await gate.reached;
    await switchTo(work, 'accounts');
    gate.open();
    assert.equal((await chat.waitForAnswer()).text, 'This began and ends in peace.');
    assert.equal(world.simulator.chats.at(-1)?.account, private_);
    // Both came at once: neither is news from Kiro CLI.
    assert.equal(await window.page.getByText('Kiro CLI is now signed in').count(), 0);

    world.simulator.script(text('From the other one.'), closing());
    await chat.ask('And now?');
    assert.equal((await chat.waitForAnswer()).text, 'From the other one.');
    assert.equal(world.simulator.chats.at(-1)?.account, company);
  });

  it('sees in the status bar and the switcher that a login has ended', async () => {
    company.revoke();
    await chat.ask('Still there?');
    assert.match((await chat.waitForAnswer()).error, /This Kiro sign-in has expired/);
    await window.notification(`Kiro account ${work}: Signed out; sign in again.`);
    await window.screenshot('account-ended');
    await window.clearNotifications();
    await window.statusBarItem(`Kiro: ${work}`).click();
    await window.quickInput.rows();
    await window.screenshot('accounts-one-ended');
    await window.quickInput.choose(home);
  });

  it('signs one of two out, and keeps the other', async () => {
    await window.runCommand('Kiro: Sign Out…');
    await window.quickInput.choose(work);
    await (await window.dialog()).press('Sign Out');
    await window.statusBarItem(`Kiro: ${home}`).waitFor();
    world.simulator.script(text('Here.'), closing());
    await chat.ask('Who is left?');
    assert.equal((await chat.waitForAnswer()).text, 'Here.');
    assert.equal(world.simulator.chats.at(-1)?.account, private_);
  });

  it('keeps the login when Kiro CLI signs out, and reads so in the switcher', async () => {
    world.signKiroCliOut();
    const words = window.page.locator('.quick-input-list').getByText('kept here, no longer in Kiro CLI');
    await repeatUntil(async () => {
      // The list is made when it opens.
      await window.page.keyboard.press('Escape');
      await window.statusBarItem(`Kiro: ${home}`).click();
      await words.waitFor({ timeout: 1_500 });
    }, 30_000);
    await window.screenshot('account-source-gone');
    await window.page.keyboard.press('Escape');
    world.simulator.script(text('Of course.'), closing());
    await chat.ask('Still there?');
    assert.equal((await chat.waitForAnswer()).text, 'Of course.');
  });
});
