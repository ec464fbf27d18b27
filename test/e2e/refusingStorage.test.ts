import assert from 'node:assert/strict';
import { refuseSecret } from '../host/browserSecrets';
import { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

const me = 'me@home.example';

describe('a person whose secret storage takes nothing', () => {
  let world: World;
  let window: Workbench;
  let account: SimulatedAccount;
  let allow: () => Promise<void>;

  useWorld({}, async (made) => {
    world = made;
    account = world.simulator.addAccount({ method: 'google', email: me });
    world.signKiroCliIn(account);
    window = await world.openWindow();
    await world.importAndOpenChat(window);
    // What the extension stores to learn whether it can store anything.
    ({ allow } = await refuseSecret(window.page, 'kiroModels.probe'));
  });

  it('reads so before they sign in, and nothing is asked of the service', async () => {
    const before = world.simulator.received.length;
    await window.runCommand('Kiro Models: Sign In with Google');
    await window.notification('secret storage is not available');
    await window.screenshot('storage-refuses-sign-in');
    assert.equal(world.simulator.received.length, before);
  });

  it('reads so in a chat, and no token is used up', async () => {
    const { refreshToken } = account;
    account.rejectAccessToken();
    const chat = await ChatView.open(window);
    await chat.ask('Hello?');
    assert.match((await chat.waitForAnswer()).error, /secret storage is not available/);
    await window.screenshot('storage-refuses-chat');
    assert.equal(account.refreshToken, refreshToken);
  });

  it('chats on once it takes something again', async () => {
    await allow();
    const chat = await ChatView.open(window);
    world.simulator.script(text('Hello.'), closing());
    await chat.ask('And now?');
    assert.equal((await chat.waitForAnswer()).text, 'Hello.');
  });
});
