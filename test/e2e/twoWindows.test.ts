import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, watch } from 'node:fs';
import { join } from 'node:path';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, Gate, text } from '../simulator/steps';
import { extensionLogs } from './evidence';
import { useWorld, type World } from './world';

const email = 'dev@example.com';
const day = 86_400_000;
/** More than the least margin before an expiry, and less than the largest one. */
const lifetimeMs = 850_000;
const margin = { least: 30, largest: 900 };

describe('a person with two windows of one profile', () => {
  let world: World;
  let account: SimulatedAccount;
  let windows: Workbench[];
  let chats: [ChatView, ChatView];
  let hostOfFirst: number;
  let logsBefore: Set<string>;
  const limits = new Gate();

  const settings = { 'kiroModels.token.refreshMarginSeconds': margin.least };
  useWorld({ machineSettings: settings }, async (made) => {
    world = made;
    account = world.simulator.addAccount({ method: 'google', email });
    account.tokenLifetimeMs = lifetimeMs;
    const first = await world.openWindow();
    await first.statusBarItem('Kiro Models: Add Account').waitFor();
    await first.runCommand('Kiro Models: Paste Refresh Token…');
    await first.quickInput.answer(account.refreshToken);
    await world.openChatOnceReady(first, 'is ready');
    // VS Code saves what extensions keep after some seconds, or before a reload; a second window starts from what is saved.
    const ended = world.host.extensionHosts();
    await first.reload();
    await first.statusBarItem(`Kiro Models: ${email}`).waitFor();
    const chatOfFirst = await ChatView.open(first);
    const pid = world.host.extensionHosts().find((id) => !ended.includes(id));
    assert.ok(pid);
    hostOfFirst = pid;
    // A day of the history that nobody can read, which the log of whoever tries says.
    mkdirSync(unreadableDay(), { recursive: true });
    world.simulator.failNext('usage', limits);
    logsBefore = new Set(extensionLogs(world.host.root).keys());
    const second = await world.openWindow();
    windows = [first, second];
    for (const window of windows) await window.statusBarItem(`Kiro Models: ${email}`).waitFor();
    chats = [chatOfFirst, await ChatView.open(second)];
    await chats[1].pickModel('Claude Sonnet 5');
  });

  const unreadableDay = () => {
    const yesterday = new Date(Date.now() - day).toISOString().slice(0, 10);
    return join(world.host.storageOf('kiro-chat-models.kiro-chat-models'), 'usage', `${yesterday}.jsonl`);
  };
  const refreshes = () => world.simulator.received.filter(({ path }) => path === '/refreshToken');
  const locks = () => {
    const folder = join(world.host.storageOf('kiro-chat-models.kiro-chat-models'), 'locks');
    return readdirSync(folder).map((name) => join(folder, name));
  };
  /** An error response is told where the answer is not the one that was asked for. */
  async function assertAnswered(chat: ChatView, expected: string): Promise<void> {
    const { text, error } = await chat.waitForAnswer();
    assert.deepEqual({ text, error }, { text: expected, error: '' });
  }
  const bearers = () =>
    world.simulator.chats.slice(-2).map(({ request }) => request.headers['authorization']);

  /** Lets the token be one that is about to end, and both windows know. */
  async function tokenIsAboutToEnd(): Promise<void> {
    // From now on they live for a day, so that the next one is not about to end, too.
    account.tokenLifetimeMs = day;
    await world.changeMachineSettings({ 'kiroModels.token.refreshMarginSeconds': margin.largest });
  }

  it('opens the second one without reading what chats cost: not before somebody wants to know', async () => {
    const [, second] = windows;
    const log = () => {
      const logs = [...extensionLogs(world.host.root)].filter(([file]) => !logsBefore.has(file));
      return logs.map(([, text]) => text).join('\n');
    };
    // From now on, it cannot be read for another reason: a log is in order.
    rmSync(unreadableDay(), { recursive: true });
    symlinkSync('nowhere', unreadableDay());
    const read = Promise.withResolvers<void>();
    const watcher = watch(world.host.root, { recursive: true }, () => {
      if (log().includes('A day of what chats cost could not be read (ENOENT)')) read.resolve();
    });
    await second?.runCommand('Kiro Models: Show Usage');
    await read.promise.finally(() => watcher.close());
    assert.doesNotMatch(log(), /A day of what chats cost could not be read \(EISDIR\)/);
    limits.open();
    rmSync(unreadableDay());
  });

  it('refreshes a token that is about to end once, and both windows chat on', async () => {
    await tokenIsAboutToEnd();
    const [before, old] = [refreshes().length, account.accessToken];
    const gate = new Gate();
    world.simulator.failNext('social-refresh', gate);
    for (const answer of ['Hello, second.', 'Hello, first.']) world.simulator.script(text(answer), closing());

    await chats[0].ask('Hello from the first window?');
    await gate.reached;
    // The other window's extension host is the second process, and this one holds the lock.
    assert.equal(locks().length, 1);
    await chats[1].ask('Hello from the second window?');
    await assertAnswered(chats[1], 'Hello, second.');
    gate.open();
    await assertAnswered(chats[0], 'Hello, first.');

    assert.equal(refreshes().length, before + 1);
    assert.deepEqual(bearers(), [`Bearer ${old}`, `Bearer ${account.accessToken}`]);
    assert.deepEqual(locks(), []);
  });

  it('refreshes a token that both find rejected at once', async () => {
    account.rejectAccessToken();
    const before = refreshes().length;
    const gate = new Gate();
    world.simulator.failNext('social-refresh', gate);
    for (let answer = 0; answer < 2; answer++) world.simulator.script(text('Here.'), closing());
    const asked = world.simulator.chats.length;
    await chats[0].ask('Still there, first?');
    await gate.reached;
    await chats[1].ask('Still there, second?');
    await world.simulator.waitForChats(asked + 2);
    gate.open();
    for (const chat of chats) await assertAnswered(chat, 'Here.');
    assert.equal(refreshes().length, before + 1);
  });

  it('sees in one window which account the other has added', async () => {
    const [first, second] = windows;
    assert.ok(first && second);
    const other = world.simulator.addAccount({ method: 'google', email: 'other@example.com' });
    other.tokenLifetimeMs = day;
    await first.runCommand('Kiro Models: Paste Refresh Token…');
    await first.quickInput.answer(other.refreshToken);
    await first.notification('is ready');
    await first.clearNotifications();
    await second.statusBarItem(`Kiro Models: ${email}`).click();
    assert.ok((await second.quickInput.rows()).some(({ label }) => label.includes(other.email)));
    await second.page.keyboard.press('Escape');
  });

  it('loses nothing where one window dies in the middle of a refresh', async () => {
    account.rejectAccessToken();
    const [known, refreshToken] = [refreshes().length, account.refreshToken];
    const gate = new Gate();
    world.simulator.failNext('social-refresh', gate);
    await chats[0].ask('Are you there, first?');
    await gate.reached;
    process.kill(hostOfFirst, 'SIGKILL');
    const [lock, ...others] = locks();
    assert.ok(lock && others.length === 0);

    const asked = world.simulator.chats.length;
    world.simulator.script(text('The second is.'), closing());
    await chats[1].ask('Are you there, second?');
    await world.simulator.waitForChats(asked + 1);
    // A minute later, as far as the lock is concerned.
    const before = new Date(Date.now() - 60_000);
    utimesSync(lock, before, before);
    await assertAnswered(chats[1], 'The second is.');
    gate.open();
    // The one that died, which nobody answered, and the one that took over, with the same token.
    const sent = refreshes().slice(known);
    assert.deepEqual(
      sent.map(({ body }) => (body as { refreshToken: string }).refreshToken),
      [refreshToken, refreshToken],
    );
    assert.deepEqual([sent[0]?.status, sent[1]?.status], [undefined, 200]);

    world.simulator.script(text('The first is back.'), closing());
    await chats[0].ask('And now, first?');
    await assertAnswered(chats[0], 'The first is back.');
    assert.equal(refreshes().length, known + 2);
  });
});
