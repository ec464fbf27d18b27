import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import { eventually, repeatUntil } from '../host/retry';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, text, toolCall } from '../simulator/steps';
import { useWorld, type World } from './world';

const tool = 'kiro_web_search';
const question = 'What is new in Kiro? #kiroSearch';

const without = 'without@example.com';

describe('a chat that needs what is new', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  let allowed: SimulatedAccount;

  useWorld({}, async (made) => {
    world = made;
    allowed = world.simulator.addAccount({ method: 'github', email: 'allowed@example.com' });
    allowed.webAccess = 'allowed';
    allowed.web = [
      { title: 'Kiro changelog', url: 'https://kiro.dev/changelog/', snippet: 'A new model is there.' },
      { title: 'Kiro blog', url: 'https://kiro.dev/blog/', snippet: 'What it can do.' },
    ];
    world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: without }));
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
    await window.runCommand('Kiro Models: Paste Refresh Token…');
    await window.quickInput.answer(allowed.refreshToken);
    await window.notification(`${allowed.email} (`);
  });

  const ask = async (what: string) => {
    world.simulator.script(text('Hello.'), closing());
    await chat.ask(what);
    await chat.waitForAnswer();
    return world.simulator.chats.at(-1)?.tools.map(({ name }) => name) ?? [];
  };

  /** The chat that finds out whether the account may search. */
  const firstChatOf = async (email: string) => {
    assert.ok(!(await ask('Hello?')).includes(tool));
    await world.simulator.waitFor(
      ({ account, text: body, status }) =>
        account?.email === email && body.includes('tools/list') && status !== undefined,
    );
  };

  it('is not offered the tool where the account lacks the right', async () => {
    await firstChatOf(without);
    assert.ok(!(await ask('And now?')).includes(tool));
  });

  it('searches once the person agrees, who reads what is known of the cost, and answers with links', async () => {
    await window.statusBarItem(`Kiro Models: ${without}`).click();
    await window.quickInput.choose(allowed.email);
    await window.statusBarItem(`Kiro Models: ${allowed.email}`).waitFor();
    await firstChatOf(allowed.email);
    // VS Code is told a moment after the service has answered.
    await eventually(async () => assert.ok((await ask('And now?')).includes(tool)));
    world.simulator.script(toolCall(tool, { query: 'Kiro news' }), closing());
    world.simulator.script(
      text('There is a new model ([changelog](https://kiro.dev/changelog/)).'),
      closing(),
    );
    await chat.ask(question);
    await repeatUntil(async (timeout) => {
      // A page that nobody looks at may not draw the question.
      await window.screenshot('web-search-question');
      await chat.confirmation('Kiro does not say what a search costs', timeout);
    });
    assert.deepEqual(allowed.searches, []);
    await chat.confirmTool('Allow');
    await chat.untilAnswered();
    await window.screenshot('web-search-answer');
    assert.deepEqual(allowed.searches, ['Kiro news']);
    const [result] = world.simulator.chats.at(-1)?.toolResults ?? [];
    assert.match(JSON.stringify(result), /\[Kiro changelog\]\(https:\/\/kiro\.dev\/changelog\/\)/);
    const { text: answer } = await chat.waitForAnswer();
    assert.match(answer, /There is a new model \(changelog\)/);
    await window.screenshot('web-search-unfolded');
  });
});
