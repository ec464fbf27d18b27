import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { highLoad, monthlyLimit } from '../simulator/httpErrors';
import { fail, metering, text } from '../simulator/steps';
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
    await window.runCommand('Kiro Models: Check All Accounts');
    await (await window.notification('is working')).text();
    await window.clearNotifications();
  }

  async function tooltipShows(item: RegExp, expected: RegExp): Promise<void> {
    const target = window.statusBarItem(item);
    await target.waitFor();
    await window.untilHoverSays(target, expected);
  }

  it('sees the figure move the moment an answer ends, before Kiro is asked again', async () => {
    await window.statusBarItem(`Kiro Models: 150 left · ${email}`).waitFor();
    const before = asked();
    world.simulator.script(text('Hello.'), metering(1.5));
    await chat.ask('Hello?');
    await window.statusBarItem(`Kiro Models: 148.5 left · ${email}`).waitFor();
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
    await window.statusBarItem(new RegExp(`^ ?Kiro Models: ${email}$`)).waitFor();
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
    await tooltipShows(
      /Kiro Models: dev/,
      /400 of 1,000.*Trial.*120 of 500.*ends.*Welcome bonus.*99 of 100/s,
    );
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

  it('is told once that 95% are used, and no more in this period', async () => {
    // Told while the test before ran: 95 % came after 80 %, each once.
    await use(975);
    await use(980);
    const notices = window.page.locator('.notification-list-item', { hasText: '% of the Kiro credits' });
    assert.equal(await notices.count(), 0);
  });
});

describe('a person whose answer does not come', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  let account: SimulatedAccount;

  useWorld({ settings: { 'kiroModels.statusBar.credits': 'always' } }, async (made) => {
    world = made;
    account = world.simulator.addAccount({ method: 'google', email, used: 790 });
    const other = world.simulator.addAccount({ method: 'github', email: 'other@example.com' });
    // Both are signed in; the first is the active one.
    world.signKiroCliIn(account);
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
    world.signKiroCliIn(other);
    await window.runCommand('Kiro Models: Import from Kiro CLI…');
    await window.notification('is ready');
    await window.clearNotifications();
  });

  it('sees what is left although it is much: always, because they want that', async () => {
    await window.statusBarItem(`Kiro Models: 210 left · ${email}`).waitFor();
  });

  it('retries with another model by a click where one is overloaded', async () => {
    for (let time = 0; time < 3; time++) world.simulator.script(fail(highLoad()));
    await chat.ask('Are you there?');
    const offer = await window.notification('is overloaded right now');
    const [button] = await offer.buttons();
    assert.match(button ?? '', /^Retry with Claude/);
    await window.screenshot('failure-capacity');
    world.simulator.script(text('Here I am.'), metering(0.1));
    await offer.press(button ?? '');
    const { text: shown, error } = await chat.waitForAnswer();
    assert.equal(shown, 'Here I am.', error);
    const models = world.simulator.chats.filter(({ text: said }) => said.includes('Are you there?'));
    assert.ok(new Set(models.map(({ modelId }) => modelId)).size > 1);
  });

  it('is told once that 80% are used', async () => {
    world.simulator.script(text('Expensive.'), metering(20));
    await chat.ask('Think hard.');
    await window.notification(`80% of the Kiro credits of ${email} are used.`);
    await window.screenshot('notice-80');
    await window.clearNotifications();
    world.simulator.script(text('Again.'), metering(5));
    await chat.ask('Again.');
    await chat.untilAnswered();
    const notices = window.page.locator('.notification-list-item', { hasText: '% of the Kiro credits' });
    assert.equal(await notices.count(), 0);
  });

  it('stops by its own budget once it says so, and goes on when the budget is changed', async () => {
    await world.changeMachineSettings({ 'kiroModels.budget.creditsPerDay': 20 });
    await chat.ask('One more?');
    const question = await window.dialog();
    await window.screenshot('budget-question');
    await question.press('Stop Until Tomorrow');
    const { error } = await chat.waitForAnswer();
    assert.match(error, /Your own budget is used up/);
    await chat.ask('Please?');
    assert.match((await chat.waitForAnswer()).error, /Your own budget is used up/);
    await window.screenshot('budget-stopped');
    await world.changeMachineSettings({ 'kiroModels.budget.creditsPerDay': null });
  });

  it('reads once that the credits are used up, and switches to another account by a click', async () => {
    account.chatError = monthlyLimit();
    await chat.ask('And now?');
    const notice = await window.notification('used up its Kiro credits');
    await window.screenshot('failure-credits');
    await notice.press('Switch Account…');
    await window.quickInput.choose('other@example.com');
    await window.statusBarItem(/^ ?Kiro Models: [\d,.]+ left · other@example\.com$/).waitFor();
    assert.match((await chat.waitForAnswer()).error, /used up its Kiro credits/);
    world.simulator.script(text('With the other one.'), metering(0.1));
    await chat.ask('And with this one?');
    assert.equal((await chat.waitForAnswer()).text, 'With the other one.');
  });

  it('sees it never, once they want that', async () => {
    world.host.changeSettings({ 'kiroModels.statusBar.credits': 'never' });
    // A browser's window reads a person's settings when it is loaded.
    await window.reload();
    await window.statusBarItem(/^ ?Kiro Models: other@example\.com$/).waitFor();
  });
});
