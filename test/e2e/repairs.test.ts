import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { builderIdProfileArn } from '../../src/auth/credentials';
import { limits } from '../../src/kiro/chat/request/limits';
import { imageFacts } from '../../src/kiro/chat/request/pictures/imageFormat';
import { screenshotPng } from '../fixtures/png';
import type { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import type { SimulatedAccount } from '../simulator/account';
import { closing, text } from '../simulator/steps';
import { useWorld, type World } from './world';

// A long page is too high for Kiro, and VS Code leaves it so: it scales only what is wide and high. In bytes it is small:
// VS Code saves and hands on what was attached as an array of numbers, which takes a minute for five megabytes; twelve go
// through VS Code's API for models in `integration/chat`.
const screenshot = screenshotPng(600, 9_000, { isCompressed: true });

describe('a person whose request Kiro does not take as it is', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;
  let account: SimulatedAccount;

  useWorld({}, async (made) => {
    world = made;
    writeFileSync(join(world.host.folder, 'screenshot.png'), screenshot);
    const server = resolve('test/host/mcpServer.mts');
    writeFileSync(
      join(world.host.userData, 'mcp.json'),
      JSON.stringify({
        servers: { toolbox: { type: 'stdio', command: process.execPath, args: [server, '10'] } },
      }),
    );
    account = world.simulator.addAccount({ method: 'builder-id', email: 'dev@example.com' });
    world.signKiroCliIn(account);
    window = await world.openWindow();
    chat = await world.importAndOpenChat(window);
  });

  const lastChat = () => world.simulator.chats.at(-1) ?? assert.fail('no chat came');

  it('gets an answer with a Builder ID, although the host insists on a profile', async () => {
    world.simulator.script(text('Hello, Ada.'), closing());
    await chat.ask('Hello, I am Ada.');
    const { text: shown, error } = await chat.waitForAnswer();
    await window.screenshot('repairs-builder-id');
    assert.deepEqual([shown, error], ['Hello, Ada.', '']);
    const arns = world.simulator.chats.map(({ body }) => body.profileArn);
    assert.deepEqual([arns[0], arns.at(-1)], [undefined, builderIdProfileArn]);
  });

  it('gets an answer with ten tools of an MCP server, of which one is hopeless, and reads which', async () => {
    world.simulator.script(text('Ten.'), closing());
    await chat.ask('How many tools has the toolbox?');
    await chat.waitForAnswer();
    const toolbox = () =>
      lastChat().tools.flatMap(({ name }) => (/^mcp_.*weather_\d_/.test(name) ? [name] : []));
    const ten = toolbox();
    assert.equal(ten.length, 10);
    account.hopelessTools = ten.slice(2, 3);

    world.simulator.script(text('With the nine others.'), closing());
    await chat.ask('What will the weather be?');
    const { text: shown, error } = await chat.waitForAnswer();
    await window.screenshot('repairs-hopeless-tool');
    assert.match(
      shown,
      /^The tool mcp_\S*weather_2_\S* was left out of this chat, .*\s+With the nine others\.$/s,
    );
    assert.equal(error, '');
    assert.deepEqual(toolbox(), ten.toSpliced(2, 1));

    const before = world.simulator.chats.length;
    world.simulator.script(text('Still without it.'), closing());
    await chat.ask('And tomorrow?');
    assert.equal((await chat.waitForAnswer()).text, 'Still without it.');
    assert.equal(world.simulator.chats.length, before + 1);
    account.hopelessTools = [];
  });

  it('gets an answer about a screenshot that is too long for Kiro', async () => {
    assert.ok((imageFacts(screenshot)?.size?.height ?? 0) > limits.imagePixels);
    await chat.attach('screenshot.png');
    world.simulator.script(text('A long page with a blue title.'), closing());
    const asked = world.simulator.chats.length;
    await chat.ask('What does this screenshot show?');
    await world.simulator.waitForChats(asked + 1);
    const { text: shown, error } = await chat.waitForAnswer();
    await window.screenshot('repairs-screenshot');
    assert.deepEqual([shown, error], ['A long page with a blue title.', '']);
    const [image, ...others] = lastChat().message.images ?? [];
    const bytes = Buffer.from(image?.source.bytes ?? '', 'base64');
    assert.deepEqual(imageFacts(bytes), { format: 'png', size: { width: 200, height: 3_000 } });
    assert.deepEqual(others, []);
  });
});
