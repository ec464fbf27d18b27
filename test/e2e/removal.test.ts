import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, metering, text } from '../simulator/steps';
import { useWorld, type World } from './world';

const shared = 'shared@example.com';
const own = 'own@example.com';

describe('a person who wants nothing of this extension left', () => {
  let world: World;
  let windows: [Workbench, Workbench];
  let linked: SimulatedAccount;

  const settings = { 'chat.utilityModel': '', 'chat.utilitySmallModel': '' };
  useWorld({ settings }, async (made) => {
    world = made;
    linked = world.simulator.addAccount({ method: 'builder-id', email: shared });
    const separate = world.simulator.addAccount({ method: 'google', email: own });
    world.signKiroCliIn(linked);
    const first = await world.openWindow();
    const chat = await world.importAndOpenChat(first);
    await first.runCommand('Kiro Models: Paste Refresh Token…');
    await first.quickInput.answer(separate.refreshToken);
    await first.notification(`${own} (`);
    await first.clearNotifications();
    world.simulator.script(text('Hello.'), metering(1.5), closing());
    await chat.ask('Hello?');
    await chat.waitForAnswer();
    await first.runCommand('Kiro Models: Use Kiro for Titles and Summaries…');
    await (await first.notification('Use Claude Haiku 4.5')).press('Use Claude Haiku 4.5');
    await first.notification('now writes');
    windows = [first, await world.openWindow()];
    for (const window of windows) await window.statusBarItem(`Kiro Models: ${shared}`).waitFor();
  });

  const files = () => {
    const cwd = world.host.storageOf('kiro-chat-models.kiro-chat-models');
    return existsSync(cwd) ? globSync('**/*', { cwd }) : [];
  };
  const settingsFile = () => readFileSync(join(world.host.userData, 'settings.json'), 'utf8');

  it('loses nothing where they think better of it', async () => {
    const [first] = windows;
    const before = files();
    await first.runCommand('Kiro Models: Remove All Data…');
    const dialog = await first.dialog();
    assert.match(dialog.text, /shared@example\.com, own@example\.com/);
    await first.screenshot('removal-question');
    await dialog.press('Cancel');
    assert.deepEqual(files(), before);
    assert.match(settingsFile(), /claude-haiku/);
  });

  it('finds it as if it had just been installed, in both windows, and Kiro CLI signed in', async () => {
    const [first, second] = windows;
    await second.runCommand('Kiro Models: Show Usage');
    await second.webview().getByText('credits').first().waitFor();
    await first.runCommand('Kiro Models: Remove All Data…');
    await (await first.dialog()).press('Remove All Data');
    await first.notification('All data of Kiro Models was removed.');
    await first.screenshot('removal-done');
    for (const window of windows) await window.statusBarItem('Kiro Models: Add Account').waitFor();
    // A question leads to an account again, and not to a model that is gone.
    await (await ChatView.open(first)).untilPicked('Add a Kiro Account…');
    // What it showed of the data is gone with it.
    await second.page.locator('iframe.webview').waitFor({ state: 'detached' });
    // What is left keeps pages in a browser from bringing the accounts back: it has no name and no content.
    assert.deepEqual(
      files().filter((file) => !/^copies(.[0-9a-f]{32}\.sealed|.changed)?$/.test(file)),
      [],
    );
    assert.doesNotMatch(settingsFile(), /claude-haiku/);

    await first.reload();
    await first.statusBarItem('Kiro Models: Add Account').waitFor();
    const refreshes = world.simulator.received.filter(({ path }) => /logout/.test(path));
    assert.equal(refreshes.length, 1);
    // Asked again, because that they have read it was removed, too; and what is shared is still there.
    const chat = await world.importAndOpenChat(first);
    world.simulator.script(text('As new.'), closing());
    await chat.ask('Hello again?');
    assert.equal((await chat.waitForAnswer()).text, 'As new.');
    assert.equal(world.simulator.chats.at(-1)?.account, linked);
  });
});
