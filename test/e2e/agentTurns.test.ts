import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getEncoding } from 'js-tiktoken';
import { onePixelPng } from '../fixtures/conversations';
import type { ChatView } from '../host/chatView';
import type { Workbench } from '../host/workbench';
import { inputTooLong } from '../simulator/httpErrors';
import type { ReceivedChat } from '../simulator/received';
import { closing, fail, reasoning, text, toolCall, toolCallWithoutInput } from '../simulator/steps';
import { keptByExtension } from './leaks';
import { useWorld, type World } from './world';

const volumes = ['one', 'two', 'three', 'four', 'five', 'six'];
const linesPerVolume = 2_000;
const model = 'Claude Sonnet 5';
const sentDot = { format: 'png', source: { bytes: onePixelPng.toString('base64') } };

describe('a conversation in the chat view', () => {
  let world: World;
  let window: Workbench;
  let chat: ChatView;

  useWorld(
    {
      files: {
        'log.txt': Array.from({ length: 30 }, (_, line) => `Day ${line + 1}: calm.\n`).join(''),
        ...Object.fromEntries(volumes.map((name, index) => [`${name}.txt`, volume(index)])),
        'paper.pdf': '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
      },
    },
    async (made) => {
      world = made;
      writeFileSync(join(world.host.folder, 'dot.png'), onePixelPng);
      const server = { type: 'stdio', command: process.execPath, args: [resolve('test/host/mcpServer.mts')] };
      writeFileSync(
        join(world.host.userData, 'mcp.json'),
        JSON.stringify({ servers: { 'weather-of-the-world': server } }),
      );
      world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
      window = await world.openWindow();
      chat = await world.importAndOpenChat(window);
      await chat.pickModel(model);
    },
  );

  const path = (name: string) => join(world.host.folder, name);
  const lastChat = () => world.simulator.chats.at(-1) ?? assert.fail('no chat came');

  it('goes through 25 tool calls with thinking in between, and each request begins with the one before', async () => {
    const thoughts = Array.from({ length: 25 }, (_, day) => `Day ${day + 1} is next.`);
    for (const [day, thought] of thoughts.entries()) {
      const lines = { filePath: path('log.txt'), startLine: 1, endLine: day + 1 };
      // What came in the request before is read from the cache.
      const used = { input: 400, output: 40, cacheRead: 400 * day };
      world.simulator.script(reasoning(cut(thought)), toolCall('read_file', lines), closing(used, 0.05));
    }
    const used = { input: 400, output: 40, cacheRead: 400 * 25 };
    world.simulator.script(reasoning(['That was all.']), text('It was calm.'), closing(used, 0.05));
    const before = world.simulator.chats.length;
    await chat.ask('How was the weather, day by day?');
    const answer = await chat.waitForAnswer();
    assert.equal(answer.text, 'It was calm.');
    assert.equal(answer.tools.length, 25);
    await window.screenshot('agent-25-calls');

    world.simulator.script(text('Calm, I said.'), closing({ ...used, cacheRead: 400 * 26 }, 0.05));
    await chat.ask('How?');
    await chat.waitForAnswer();
    const requests = world.simulator.chats.slice(before);
    assert.equal(requests.length, 27);
    for (const [index, request] of requests.entries()) {
      const before = requests[index - 1];
      assert.equal(request.conversationId, requests[0]?.conversationId);
      assert.deepEqual(reasoningIn(request), [...thoughts, 'That was all.'].slice(0, index));
      if (!before) continue;
      assert.ok(
        bytes(request).startsWith(openingOf(before)),
        `request ${index + 1} begins with the one before`,
      );
      assert.equal(toolsOf(request), toolsOf(before));
      const written = marked(before).at(-1);
      assert.ok(written === undefined || marked(request).includes(written), 'asks for what was cached');
    }
  });

  it('shows what share of it was read from the cache, and what it cost', async () => {
    await window.runCommand('Kiro Models: Show Usage');
    const page = window.webview();
    await page.getByText('Credits by model').first().waitFor();
    const cards = (await page.locator('.card').allInnerTexts()).join('\n');
    // Of 27 requests, each with 400 new tokens: 400 × (0 + 1 + … + 26) of 400 × (1 + 2 + … + 27).
    assert.match(cards, /Read from cache\s+93%/);
    assert.match(cards, /Latest chat\s+1\.35\s+credits in 27 requests/);
    await window.screenshot('agent-usage');
  });

  it('leaves no word of it, no path and no token in what the extension keeps', async () => {
    const { conversationId, account } = lastChat();
    const words = ['weather', 'It was calm', 'Calm, I said', 'is next', 'log.txt', world.host.folder];
    const kept = await keptByExtension(world, window);
    assert.ok(
      [...kept.keys()].some((name) => name.endsWith('.jsonl')),
      [...kept.keys()].join(', '),
    );
    assert.ok(kept.get('globalState')?.includes('kiroModels.limits.1'));
    const found = [...kept].flatMap(([name, content]) =>
      [...words, conversationId, account?.accessToken, account?.refreshToken]
        .filter((word) => word && content.includes(word))
        .map((word) => `${name}: ${word}`),
    );
    assert.deepEqual(found, []);
  });

  it('offers 60 tools of an MCP server with long names, and the one that is called runs, and its picture is shown', async () => {
    world.simulator.script(text('Many.'), closing());
    await chat.ask('How many tools are there?');
    await chat.waitForAnswer();
    const tool = (part: RegExp) => lastChat().tools.find(({ name }) => part.test(name))?.name ?? '';
    // The host hides some of so many tools behind one that brings them.
    const [bringMore, forecast] = [tool(/^activate_/), tool(/weather_2_/)];
    const input = { at: { city: 'Kéké' }, days: 3 };
    world.simulator.script(
      reasoning(['I look outside.']),
      toolCallWithoutInput(bringMore),
      toolCall(forecast, input),
      closing(),
    );
    world.simulator.script(text('Sunny.'), closing());
    await chat.ask('What will the weather be?');
    await chat.confirmTool('Allow');
    assert.equal((await chat.waitForAnswer()).text, 'Sunny.');
    await window.screenshot('agent-mcp');

    const ofServer = lastChat().tools.filter(({ name }) => /^mcp_.*weather_\d+_/.test(name));
    assert.equal(ofServer.length, 60);
    const [, result] = lastChat().toolResults;
    const said = `weather.2/forecast-for-several-days-at_a_place_of_your_choice ran with ${JSON.stringify(input)}`;
    assert.equal(result?.content[0]?.text?.split('\n')[0], said);
    assert.deepEqual(lastChat().message.images, [sentDot]);
  });

  it('shows the model an image, byte by byte', async () => {
    await chat.attach('dot.png');
    world.simulator.script(text('A red dot.'), closing());
    await chat.ask('What is in this picture?');
    assert.equal((await chat.waitForAnswer()).text, 'A red dot.');
    await window.screenshot('agent-image');
    assert.deepEqual(lastChat().message.images, [sentDot]);
  });

  it('goes on where the host keeps an attached PDF to itself', async () => {
    await chat.attach('paper.pdf');
    world.simulator.script(text('I see no paper.'), closing());
    await chat.ask('What does the paper say?');
    assert.equal((await chat.waitForAnswer()).text, 'I see no paper.');
    // As soon as this fails, the host hands documents to models of extensions, and the README may say so.
    assert.equal(lastChat().message.documents, undefined);
  });

  it('of 400,000 tokens is sent whole, and one that Kiro finds too long says what is large and what helps', async () => {
    const all = (name: string) => ({ filePath: path(`${name}.txt`), startLine: 1, endLine: linesPerVolume });
    world.simulator.script(...volumes.map((name) => toolCall('read_file', all(name))), closing());
    world.simulator.script(text('It is a log.'), closing());
    await chat.ask('Read all volumes.');
    assert.equal((await chat.waitForAnswer()).text, 'It is a log.');

    world.simulator.script(text('Of a harbour.'), closing());
    await chat.ask('Of what?');
    assert.equal((await chat.waitForAnswer()).text, 'Of a harbour.');
    const request = lastChat();
    assert.ok(tokensIn(request) > 400_000, `${tokensIn(request)} tokens`);

    world.simulator.script(fail(inputTooLong()));
    const before = world.simulator.chats.length;
    await chat.ask('And then?');
    const notice = await window.notification('too long for this model');
    assert.deepEqual(await notice.buttons(), ['New Chat']);
    const { error } = await chat.waitForAnswer();
    assert.match(
      error,
      /too long for this model\. Its largest parts: the conversation so far \(about [34]\d0,000 tokens\)/,
    );
    assert.match(error, /\/compact/);
    assert.equal(world.simulator.chats.length, before + 1);
    await window.screenshot('agent-too-long');
    await window.clearNotifications();

    world.simulator.script(text('<summary>A log of a harbour was read.</summary>'), closing());
    await chat.ask('/compact');
    await chat.waitForAnswer();
    world.simulator.script(text('Boats.'), closing());
    await chat.ask('And then?');
    assert.equal((await chat.waitForAnswer()).text, 'Boats.');
    assert.ok(lastChat().request.text.length < 300_000, `${lastChat().request.text.length} characters`);
  });
});

function volume(index: number): string {
  const entry = (line: number) =>
    `Entry ${index * linesPerVolume + line}: at noon the harbour was quiet, two boats came in, and the keeper wrote ` +
    'down what they carried, for whom, and what was paid.\n';
  return Array.from({ length: linesPerVolume }, (_, line) => entry(line)).join('');
}

function cut(thought: string): string[] {
  return [thought.slice(0, 7), thought.slice(7)];
}

const cachePoint = /,"cachePoint":\{"type":"default"\}/g;
const bytes = ({ request }: ReceivedChat) => request.text.replace(cachePoint, '');

/** A request up to the message it ends with, that one included, as it stands in the next request's history. */
function openingOf(chat: ReceivedChat): string {
  const whole = bytes(chat);
  const history = whole.slice(0, whole.indexOf(',"currentMessage":')).replace(/\]$/, '');
  const { cachePoint: _, userInputMessageContext: context, ...said } = chat.message;
  const results = context?.toolResults;
  const message = { ...said, ...(results ? { userInputMessageContext: { toolResults: results } } : {}) };
  const start = chat.history.length > 0 ? `${history},` : `${history},"history":[`;
  return `${start}${JSON.stringify({ userInputMessage: message })}`;
}

/** Which messages of the history end a part that the service is to keep. */
function marked({ history }: ReceivedChat): number[] {
  return history.flatMap((message, index) => (JSON.stringify(message).match(cachePoint) ? [index] : []));
}

const toolsOf = ({ tools }: ReceivedChat) => JSON.stringify(tools);

/** The thinking that is given back; the simulator has checked its seals. */
function reasoningIn({ history }: ReceivedChat): (string | undefined)[] {
  return history.flatMap(({ assistantResponseMessage: answer }) =>
    answer?.reasoningContent ? [answer.reasoningContent.reasoningText?.text] : [],
  );
}

/** As another maker's tokenizer counts the tool results. */
function tokensIn({ history }: ReceivedChat): number {
  const results = history.flatMap(
    ({ userInputMessage: user }) => user?.userInputMessageContext?.toolResults ?? [],
  );
  const encoding = getEncoding('o200k_base');
  const texts = results.flatMap(({ content }) => content.map(({ text = '' }) => text));
  return texts.reduce((sum, one) => sum + encoding.encode(one).length, 0);
}
