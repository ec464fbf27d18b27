import assert from 'node:assert/strict';
import { changeSecret } from '../host/browserSecrets';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

const ana = 'ana@example.com';
const bob = 'bob@example.com';

describe('a person whose Kiro CLI another one signed in to over night', () => {
  let world: World;
  let window: Workbench;
  let people: Record<typeof ana | typeof bob, SimulatedAccount>;

  useWorld({}, async (made) => {
    world = made;
    const [first, second] = [ana, bob].map((email) =>
      world.simulator.addAccount({ method: 'google', email }),
    );
    assert.ok(first && second);
    people = { [ana]: first, [bob]: second };
    world.signKiroCliIn(first);
    window = await world.openWindow();
    await world.importAndOpenChat(window);
    await changeSecret(window.page, 'kiroModels.account.', (stored) =>
      stored.replace(/"expiresAt":\d+/, `"expiresAt":${yesterday()}`),
    );
    await window.page.goto('about:blank');
    for (const { login } of Object.values(people)) login.access.expiresAt = yesterday();
    world.signKiroCliIn(second);
    world.simulator.received.length = 0;
    await window.page.goBack();
    await window.statusBarItem(`Kiro Models: ${ana}`).waitFor();
  });

  const refreshed = () =>
    world.simulator.received
      .filter(({ path }) => path === '/refreshToken')
      .map(({ account }) => account?.email);

  it('chats with the account of their own, and the other one’s login is left alone', async () => {
    const chat = await ChatView.open(window);
    await chat.pickModel('Claude Sonnet 5');
    world.simulator.script(text('Good morning.'), closing());
    const before = people[bob].refreshToken;
    await chat.ask('Good morning?');
    assert.equal((await chat.waitForAnswer()).text, 'Good morning.');
    assert.equal(world.simulator.chats.at(-1)?.account?.email, ana);
    assert.deepEqual([refreshed(), people[bob].refreshToken], [[ana], before]);
    await window.screenshot('other-person-over-night');
  });

  it('is asked whether to use the other login here, too, once that can be told apart', async () => {
    people[bob].login.access.expiresAt = Date.now() + 3_600_000;
    world.signKiroCliIn(people[bob]);
    const notification = await window.notification(`There is a new login in Kiro CLI: ${bob}.`);
    assert.deepEqual(await notification.buttons(), ['Add Account', 'Ignore']);
    await window.screenshot('other-person-notice');
    await window.runCommand('Kiro Models: Switch Account…');
    await window.quickInput.rows();
    assert.match(
      (await window.quickInput.row(ana).textContent()) ?? '',
      /kept here, Kiro CLI has another login/,
    );
    await window.screenshot('other-person-switcher');
    await window.page.keyboard.press('Escape');
  });
});

function yesterday(): number {
  return Date.now() - 86_400_000;
}
