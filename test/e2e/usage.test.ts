import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import { repeatUntil } from '../host/retry';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { metering, text } from '../simulator/steps';
import type { UsageBreakdown } from '../simulator/usage';
import { useWorld, type World } from './world';

const email = 'dev@example.com';
const day = 86_400;

describe('a person who wants to know what is left', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  let account: SimulatedAccount;
  let breakdown: UsageBreakdown;

  useWorld({}, async (made) => {
    world = made;
    account = world.simulator.addAccount({ method: 'google', email, plan: 'KIRO PRO', used: 850 });
    breakdown = account.usage.usageBreakdownList?.[0] ?? assert.fail('no credits');
    world.signKiroCliIn(account);
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
  });

  const asked = () => world.simulator.received.filter(({ path }) => /usage-?limits/i.test(path)).length;

  async function use(credits: number): Promise<void> {
    breakdown.currentUsageWithPrecision = credits;
    await window.runCommand('Kiro: Check All Accounts');
    await (await window.notification('is working')).text();
    await window.clearNotifications();
  }

  async function tooltipShows(item: RegExp, expected: RegExp): Promise<void> {
    const target = window.statusBarItem(item);
    await target.waitFor();
    await repeatUntil(async () => assert.match(await window.hover(target), expected));
  }

  it('sees the figure move the moment an answer ends, before Kiro is asked again', async () => {
    await window.statusBarItem(`Kiro: ${email} · 150 left`).waitFor();
    const before = asked();
    world.simulator.script(text('Hello.'), metering(1.5));
    await chat.ask('Hello?');
    await window.statusBarItem(`Kiro: ${email} · 148.5 left`).waitFor();
    assert.equal(asked(), before);
    await tooltipShows(
      /148.5 left/,
      /KIRO PRO.*851.5 of 1,000.*Resets.*This chat: 1.5 · Today: 1.5 credits.*As of/s,
    );
    await window.screenshot('usage-low');
    await window.escape();
  });

  it('sees nothing of it while there is much, and a color when there is little', async () => {
    await use(100);
    await window.statusBarItem(new RegExp(`^ ?Kiro: ${email}$`)).waitFor();
    breakdown.freeTrialInfo = {
      ...{ freeTrialStatus: 'ACTIVE', freeTrialExpiry: Date.now() / 1000 + 20 * day },
      ...{ currentUsageWithPrecision: 120, usageLimitWithPrecision: 500 },
    };
    breakdown.bonuses = [
      {
        ...{ status: 'ACTIVE', displayName: 'Welcome bonus', expiresAt: Date.now() / 1000 + 6 * day },
        ...{ currentUsage: 99, usageLimit: 100 },
      },
    ];
    await use(400);
    await tooltipShows(/Kiro: dev/, /400 of 1,000.*Trial.*120 of 500.*ends.*Welcome bonus.*99 of 100/s);
    await window.screenshot('usage-quiet');
    await window.escape();
    delete breakdown.freeTrialInfo;
    breakdown.bonuses = [];
    await use(970);
    const item = window.statusBarItem(/30 left/);
    await item.waitFor();
    assert.match((await item.getAttribute('class')) ?? '', /warning-kind/);
    await tooltipShows(/30 left/, /970 of 1,000/);
    await window.screenshot('usage-critical');
    await window.escape();
    world.host.changeMachineSettings({ 'workbench.colorTheme': 'Light 2026' });
    await window.page.locator('.monaco-workbench.vs').waitFor();
    await tooltipShows(/30 left/, /970 of 1,000/);
    await window.screenshot('usage-critical-light');
    await window.escape();
  });
});
