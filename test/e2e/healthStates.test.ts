import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatView } from '../host/chatView';
import { eventually } from '../host/retry';
import type { Workbench } from '../host/workbench';
import type { AccountOptions, SimulatedAccount } from '../simulator/account';
import { monthlyLimit, suspended } from '../simulator/httpErrors';
import { fail } from '../simulator/steps';
import { useWorld, type World } from './world';

const people = {
  well: { method: 'google', email: 'well@example.com', plan: 'KIRO PRO+' },
  signedOut: { method: 'github', email: 'signed-out@example.com' },
  expired: { method: 'idc', email: 'expired@example.com', startUrl: 'https://acme.awsapps.com/start' },
  suspended: { method: 'google', email: 'suspended@example.com' },
  spent: { method: 'google', email: 'spent@example.com', used: 1000 },
} as const satisfies Record<string, AccountOptions>;
type Who = keyof typeof people;

/** What is done to an account, what its chat then says, and what the status bar's tooltip does. */
const ends: Record<
  Exclude<Who, 'well'>,
  { end: (account: SimulatedAccount, world: World) => void; chat: RegExp; tooltip: RegExp }
> = {
  signedOut: {
    end: (account) => account.revoke(),
    chat: /This Kiro sign-in has expired/,
    tooltip: /Signed out; sign in again.*Sign In Again…/s,
  },
  expired: {
    end: (account) => {
      account.rejectAccessToken();
      account.expireRegistration(Date.now());
    },
    chat: /registration with AWS has expired/,
    tooltip: /Registration expired; sign in again.*Sign In Again…/s,
  },
  suspended: {
    end: (_account, { simulator }) => simulator.script(fail(suspended())),
    chat: /Kiro has suspended this account.*contact support/,
    tooltip: /Suspended by Kiro.*Contact Support.*Check Again/s,
  },
  spent: {
    end: (_account, { simulator }) => simulator.script(fail(monthlyLimit())),
    chat: /used up its Kiro credits or reached a limit/,
    tooltip: /Out of credits until \w+ \d+.*Usage at Kiro.*Check Again/s,
  },
};

describe('a person with an account in every state of health', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  const accounts = {} as Record<Who, SimulatedAccount>;

  useWorld({ settings: { 'files.simpleDialog.enable': true } }, async (made) => {
    world = made;
    for (const [who, options] of Object.entries(people)) {
      accounts[who as Who] = world.simulator.addAccount(options);
    }
    const entries = Object.values(accounts).map((account) => ({
      email: account.email,
      refreshToken: account.refreshToken,
      ...(account.usesOidc
        ? {
            clientId: account.clientId,
            clientSecret: account.clientSecret,
            provider: 'Enterprise',
            region: account.ssoRegion,
            startUrl: account.startUrl,
          }
        : { provider: account.method }),
    }));
    const file = join(world.host.home, 'logins.json');
    writeFileSync(file, JSON.stringify(entries));
    window = await world.openWindow();
    await window.runCommand('Kiro Models: Import from JSON File…');
    await window.quickInput.pickFile(file);
    await window.page.locator('.quick-input-title', { hasText: 'Import from JSON File' }).waitFor();
    await window.quickInput.accept();
    chat = await world.openChatOnceReady(window, 'are ready');
  });

  async function openSwitcher(): Promise<void> {
    await window.runCommand('Kiro Models: Switch Account…');
    await window.quickInput.rows();
  }

  // What is left of the credits comes before the address, where it is little.
  const itemOf = (email: string) => window.statusBarItem(new RegExp(`Kiro Models: (0 left · )?${email}`));

  async function switchTo(email: string): Promise<void> {
    await openSwitcher();
    await window.quickInput.choose(email);
    await itemOf(email).waitFor();
  }

  it('sees in the status bar that the active one is well', async () => {
    const item = window.statusBarItem(`Kiro Models: ${people.well.email}`);
    const expected = /Signed in · Google.*Independent login · renewed automatically.*between 5 accounts/s;
    assert.match(await window.hover(item), expected);
    await window.screenshot('health-well');
    await window.escape();
  });

  for (const [who, { end, chat: says, tooltip }] of Object.entries(ends)) {
    it(`reads in the chat and the status bar that one is ${who}, and what helps`, async () => {
      const account = accounts[who as Who];
      await switchTo(account.email);
      end(account, world);
      await chat.ask('Hello?');
      assert.match((await chat.waitForAnswer()).error, says);
      await window.clearNotifications();
      await window.untilHoverSays(itemOf(account.email), tooltip);
      await window.screenshot(`health-${who}`);
      await window.escape();
    });
  }

  it('sees each of them in the switcher, in the dark and in the light', async () => {
    await openSwitcher();
    // It is drawn again when new figures come.
    const says = ({ email }: { email: string }, expected: RegExp) =>
      eventually(async () =>
        assert.match((await window.quickInput.row(email).textContent()) ?? '', expected),
      );
    await says(people.well, /Signed in · 12\.5 of 2,000 credits used · independent login/);
    await says(people.signedOut, /Signed out; sign in again/);
    await says(people.expired, /Registration expired; sign in again/);
    await says(people.suspended, /Suspended by Kiro/);
    await says(people.spent, /Out of credits until \w+ 1 · 1,000 of 1,000/);
    await window.screenshot('health-switcher');
    await window.page.keyboard.press('Escape');

    world.host.changeMachineSettings({ 'workbench.colorTheme': 'Light 2026' });
    await window.page.locator('.monaco-workbench.vs').waitFor();
    await openSwitcher();
    await window.quickInput.row(people.suspended.email).hover();
    await window.screenshot('health-switcher-light');
    const size = window.page.viewportSize();
    await window.page.setViewportSize({ width: 600, height: 800 });
    await window.screenshot('health-switcher-narrow');
    if (size) await window.page.setViewportSize(size);
    await window.page.keyboard.press('Escape');
  });

  it('has a suspended one looked at again, which stays suspended until Kiro says otherwise', async () => {
    world.simulator.failNext('usage', suspended());
    await openSwitcher();
    await window.quickInput.pressButton(people.suspended.email, 'Check Again');
    await window.notification(`${people.suspended.email}: Suspended by Kiro.`);
    await window.clearNotifications();
    await openSwitcher();
    await window.quickInput.pressButton(people.suspended.email, 'Check Again');
    await window.notification(`${people.suspended.email} is working.`);
    await window.clearNotifications();
  });

  it('has all of them checked at once, and reads which are not well', async () => {
    await window.runCommand('Kiro Models: Check All Accounts');
    const { signedOut, expired, spent } = people;
    const notice = await window.notification(`${signedOut.email}: Signed out; sign in again.`);
    const said = await notice.text();
    await window.screenshot('health-checked');
    assert.ok(said.includes(`${expired.email}: Registration expired; sign in again.`), said);
    assert.match(said, new RegExp(`${spent.email}: Out of credits until \\w+ 1\\.`));
    for (const { email } of [people.well, people.suspended]) assert.ok(!said.includes(email), said);
    await notice.press('Show Accounts');
    assert.equal(await window.quickInput.title(), 'Kiro Accounts');
    await window.page.keyboard.press('Escape');
  });
});
