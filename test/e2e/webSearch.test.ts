import assert from 'node:assert/strict';
import type { ChatView } from '../host/chatView';
import { repeatUntil } from '../host/retry';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import type { WebAccess } from '../simulator/mcp';
import { closing, text, toolCall } from '../simulator/steps';
import { useWorld, type World } from './world';

const tool = 'kiro_web_search';
const question = 'What is new in Kiro? #kiroSearch';

for (const access of ['without-right', 'allowed'] satisfies WebAccess[]) {
  describe(`a chat that needs what is new, of an account ${access === 'allowed' ? 'with' : 'without'} web search`, () => {
    let world: World;
    let window: Workbench;
    let chat: ChatView;
    let account: SimulatedAccount;

    useWorld({}, async (made) => {
      world = made;
      account = world.simulator.addAccount({ method: 'google', email: 'dev@example.com' });
      account.webAccess = access;
      account.web = [
        { title: 'Kiro changelog', url: 'https://kiro.dev/changelog/', snippet: 'A new model is there.' },
        { title: 'Kiro blog', url: 'https://kiro.dev/blog/', snippet: 'What it can do.' },
      ];
      world.signKiroCliIn(account);
      window = await world.openWindow();
      chat = await world.importAndOpenChat(window);
      // The first chat finds out.
      assert.ok(!(await ask('Hello?')).includes(tool));
      await world.simulator.waitFor(
        ({ text: body, status }) => body.includes('tools/list') && status !== undefined,
      );
    });

    const ask = async (what: string) => {
      world.simulator.script(text('Hello.'), closing());
      await chat.ask(what);
      await chat.waitForAnswer();
      return world.simulator.chats.at(-1)?.tools.map(({ name }) => name) ?? [];
    };

    if (access === 'without-right') {
      it('is not offered the tool', async () => {
        assert.ok(!(await ask('And now?')).includes(tool));
      });
      return;
    }

    it('searches once the person agrees, who reads what is known of the cost, and answers with links', async () => {
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
      assert.deepEqual(account.searches, []);
      await chat.confirmTool('Allow');
      await chat.untilAnswered();
      await window.screenshot('web-search-answer');
      assert.deepEqual(account.searches, ['Kiro news']);
      const [result] = world.simulator.chats.at(-1)?.toolResults ?? [];
      assert.match(JSON.stringify(result), /\[Kiro changelog\]\(https:\/\/kiro\.dev\/changelog\/\)/);
      const { text: answer } = await chat.waitForAnswer();
      assert.match(answer, /There is a new model \(changelog\)/);
      await window.screenshot('web-search-unfolded');
    });
  });
}
