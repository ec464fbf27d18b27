import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { pageWith } from './pages';
import { useWorld, type World } from './world';

describe('the kind of chat that VS Code’s agent host runs', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  // Without it, nobody gets there who is signed out of GitHub.
  const settings = { 'chat.agentHost.allowSignedOutWhenUsable': true };

  useWorld({ agentHost: true, settings }, async (made) => {
    world = made;
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
  });

  const kind = (name: string) =>
    window.page.locator('.chat-secondary-input-toolbar').getByText(name, { exact: true }).first();
  const hidden = () => window.page.getByRole('button', { name: 'Kiro Models Are Hidden Here' }).first();

  it('says in its title that Kiro models are hidden there, and leads back to the local chat', async () => {
    assert.equal(await hidden().isVisible(), false);
    await window.screenshot('chat-kind-local');
    await kind('Local').click();
    await window.page.locator('.action-widget .monaco-list-row', { hasText: 'Copilot' }).first().click();
    await kind('Copilot').waitFor();
    await hidden().waitFor();
    await window.screenshot('chat-kind-agent');
    await hidden().click();
    const notice = await window.notification('Kiro models are hidden in this kind of chat');
    await window.screenshot('chat-kind-notice');
    await notice.press('Use the Local Chat');
    await kind('Local').waitFor();
    await hidden().waitFor({ state: 'hidden' });
    world.simulator.script(text('Hello from Kiro.'), closing());
    await chat.pickModel('Claude Sonnet 5');
    await chat.ask('Hello?');
    assert.equal((await chat.waitForAnswer()).text, 'Hello from Kiro.');
    await window.screenshot('chat-kind-back');
  });

  it('is in the doctor, which finds no fault with it where chats do not begin there', async () => {
    await window.runCommand('Kiro Models: Run Doctor');
    const page = await pageWith(window, 'Everything that was looked at is fine.');
    await page
      .getByText('In a browser, VS Code shows no models of extensions there')
      .scrollIntoViewIfNeeded();
    await window.screenshot('chat-kind-doctor');
  });
});
